import { Client } from 'pg';
import type { ReleaseContext } from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub, type Json } from '../../support/hub';
import { World } from '../../support/world';
import { fillWorld, OWNERS, releaseContext, releaseYear } from './statisticsWorld';

let database: TestDatabase;
let world: World;
let hub: TestHub;
let context: ReleaseContext;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, ['GHG_INT', 'GHG_S1_ABS', 'WATER_WITHDRAWN', 'TRIR']);
  const earlier = { period_start: '2024-01-01', period_end: '2025-01-01' };
  for (const [index, owner] of OWNERS.entries()) {
    for (const indicator of ['GHG_INT', 'GHG_S1_ABS']) {
      await world.measurement(`${owner} site`, indicator, String(50 + index), 'BILATERAL', earlier);
    }
  }
  hub = await TestHub.start(database);
  context = await releaseContext(database);
  for (const year of [2024, 2025]) await releaseYear(context, year, world.id('person counsel'));
}, 120_000);
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const CELLS = 'cells { mineral stage place value unit n releaseId refusal { code rule next } }';
const question = (changes: object = {}) => ({
  indicator: 'GHG_INT',
  function: 'MEAN',
  filter: {},
  period: '2025',
  purpose: 'annual report',
  initiative: hub.hub.services.ids.encode('initiative', world.id('initiative'), world.id('institute')),
  ...changes,
});
const asked = (field: string, groupBy: readonly string[], changes: object = {}) => ({
  as: 'analyst',
  query: `query ($input: StatisticInput!, $by: [StatisticGrouping!]!) { ${field}(input: $input, groupBy: $by) { ${CELLS} } }`,
  variables: { input: question(changes), by: groupBy },
});
const cellsOf = async (groupBy: readonly string[], changes: object = {}): Promise<Json[]> =>
  (await hub.data(asked('statistics', groupBy, changes))).statistics.cells;
const entries = () => world.rows<{ count: string }>('select count(*) from trustee.ledger_entry');
const one = async (changes: object) => {
  const query = 'query ($input: StatisticInput!) { statistic(input: $input) { value n } }';
  const answer = await hub.ask({ as: 'analyst', query, variables: { input: question(changes) } });
  return answer.errors[0]?.extensions.code ?? answer.data.statistic.value;
};

describe('one question by dimension', () => {
  test('a dry run tells which cells would be answered, tells no value and changes nothing', async () => {
    const before = await entries();
    const { wouldAnswerAll } = await hub.data(asked('wouldAnswerAll', ['COUNTRY']));
    expect(await entries()).toEqual(before);
    expect(wouldAnswerAll.cells.every((cell: Json) => cell.value === null)).toBe(true);
    const cells = await cellsOf(['COUNTRY']);
    const outcome = (cell: Json) => [cell.place, cell.refusal];
    expect(wouldAnswerAll.cells.map(outcome)).toEqual(cells.map(outcome));
    expect(cells.map((cell: Json) => cell.value !== null)).toEqual([true, true]);
  });

  test('the cells stand in one order, whoever asks, and the same question gets the same answer', async () => {
    const cells = await cellsOf(['MINERAL', 'COUNTRY']);
    expect(cells.map(({ mineral, place }: Json) => `${mineral} ${place}`)).toEqual([
      'copper CL',
      'copper PE',
      'nickel CL',
    ]);
    const again = await hub.data({ ...asked('statistics', ['MINERAL', 'COUNTRY']), as: 'analyst2' });
    expect(again.statistics.cells).toEqual(cells);
  });

  test('every cell is judged by the ledger that single questions write to, and they by its cells', async () => {
    const cells = await cellsOf(['MINERAL', 'COUNTRY']);
    // Chile was answered as a whole above: all of it but the one nickel site would give that one away.
    expect(cells.map(({ refusal }: Json) => refusal?.code ?? null)).toEqual(['DIFFERENCING', null, 'SMALL_CELL']);
    expect(await one({ filter: { mineral: 'copper', country: 'CL' } })).toBe('DIFFERENCING');
    expect(await one({ filter: { mineral: 'copper', country: 'PE' } })).toBe(cells[1].value);
  });

  test('a refused cell has the refusal that it would get alone, and names the nearest table', async () => {
    const [copper, nickel] = await cellsOf(['MINERAL'], { indicator: 'GHG_S1_ABS', function: 'SUM' });
    const { releases } = await hub.data({
      as: 'analyst',
      query: '{ releases(table: "emissions-by-mineral") { id period cells { mineral value } } }',
    });
    const released = releases.find((release: Json) => release.period === '2025');
    for (const cell of [copper, nickel]) {
      const its = released.cells.find(({ mineral }: Json) => mineral === cell.mineral);
      expect(cell.value).toBe(its.value);
      if (its.value === null) {
        expect(cell.refusal).toEqual({
          code: 'SMALL_CELL',
          rule: 'A5',
          next: `use release ${released.id}; /statistics says why figures are missing`,
        });
      }
    }
    expect(nickel.refusal).not.toBeNull();
  });

  test('how many statements run does not grow with the cells', async () => {
    const counted = async (groupBy: readonly string[]): Promise<number> => {
      const statements = jest.spyOn(Client.prototype, 'query');
      await cellsOf(groupBy, { indicator: 'WATER_WITHDRAWN', function: 'COUNT' });
      const count = statements.mock.calls.length;
      statements.mockRestore();
      return count;
    };
    // A count of groups enters no sum, and an entry is one statement.
    await counted(['MINERAL']);
    expect(await counted(['STAGE', 'COUNTRY', 'MINERAL'])).toBe(await counted(['MINERAL']));
  });

  test('without purpose or initiative, by order statistics, or wider than the filter, nothing is asked', async () => {
    expect(await hub.refusal(asked('statistics', ['COUNTRY'], { purpose: '' }))).toMatchObject({
      code: 'PURPOSE_MISSING',
      rule: 'A9',
    });
    expect(await hub.refusal(asked('wouldAnswerAll', ['COUNTRY'], { initiative: null }))).toMatchObject({
      code: 'PURPOSE_MISSING',
    });
    for (const name of ['MIN', 'MAX', 'MEDIAN', 'QUANTILE', 'RANK', 'VARIANCE']) {
      expect(await hub.refusal(asked('statistics', ['COUNTRY'], { function: name }))).toMatchObject({
        code: 'VALIDATION',
        issues: [{ path: ['input', 'function'], rule: 'A7' }],
      });
    }
    expect(await hub.refusal(asked('statistics', ['REGION'], { filter: { country: 'CL' } }))).toMatchObject({
      code: 'VALIDATION',
      issues: [{ path: ['groupBy'], rule: 'CONFLICT' }],
    });
    expect(await hub.refusal(asked('statistics', []))).toMatchObject({ code: 'VALIDATION' });
  });
});

describe('J10 over HTTP: intensity and absolute of one set share one ledger, whichever comes first', () => {
  const intensity = (filter: object) => ({ indicator: 'GHG_INT', function: 'MEAN', period: '2024', filter });
  const absolute = (filter: object) => ({ indicator: 'GHG_S1_ABS', function: 'MEAN', period: '2024', filter });
  const chile = { country: 'CL' };
  const copperInChile = { country: 'CL', mineral: 'copper' };

  test('intensity first: the absolute of one group less would tell its output; of the same set it is answered', async () => {
    expect(await one(intensity(chile))).toMatch(/^[0-9.]+$/);
    expect(await one(absolute(copperInChile))).toBe('DERIVATION');
    expect(await one(absolute(chile))).toMatch(/^[0-9.]+$/);
  });

  test('absolute first: the intensity of one group less is refused the same way', async () => {
    const smelting = { stage: 'SMELTING' };
    const smeltingCopper = { stage: 'SMELTING', mineral: 'copper' };
    expect(await one(absolute(smelting))).toMatch(/^[0-9.]+$/);
    expect(await one(intensity(smeltingCopper))).toBe('DERIVATION');
    expect(await one(intensity(smelting))).toMatch(/^[0-9.]+$/);
  });
});
