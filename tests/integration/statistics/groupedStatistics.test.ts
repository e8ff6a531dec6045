import { Client } from 'pg';
import { reproduce, type ReleaseContext } from '../../../src/modules/statistics';
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
  for (const [index, owner] of OWNERS.entries()) await certify(owner, index);
  hub = await TestHub.start(database);
  context = await releaseContext(database);
  for (const year of [2024, 2025]) await releaseYear(context, year, world.id('person counsel'));
}, 120_000);
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

/** Levels of IRMA and RMAP that sites hold at the end of 2025: of every third none, of some shown to nobody or to few. */
const LEVELS = { IRMA: ['TRANSPARENCY', 'IRMA_50', 'IRMA_75', 'IRMA_100'], RMAP: ['ACTIVE', 'CONFORMANT'] } as const;
const levelOf = (standard: keyof typeof LEVELS, index: number): string | null =>
  index % 3 === 0 ? null : (LEVELS[standard][index % LEVELS[standard].length] ?? null);
const tierOf = (index: number) => (index === 4 ? 'OWNER_ONLY' : index % 2 === 0 ? 'BILATERAL' : 'PUBLIC');

async function certify(owner: string, index: number): Promise<void> {
  for (const standard of ['IRMA', 'RMAP'] as const) {
    const level = levelOf(standard, index);
    if (level === null) continue;
    const facts = {
      site_id: world.id(`${owner} site`),
      organisation_id: world.id(owner),
      standard_id: standard,
      version_label: await versionOf(standard),
      unit_of_assessment: 'SITE',
      state: 'CONFORMANT',
      label: 'CONFORMANT',
      valid_from: '2025-03-01',
      decided_at: '2025-03-01',
    };
    const row = { tier: tierOf(index), dataClass: 'PUBLIC_CLAIM' } as const;
    await world.store('assessment', `${owner} site`, row, { ...facts, level, valid_to: '2027-01-01' });
    // What has run out by the end of the period, and what began after it, is nobody's level.
    await world.store('assessment', `${owner} site`, row, { ...facts, level: null, valid_to: '2025-12-31' });
    await world.store('assessment', `${owner} site`, row, {
      ...facts,
      level: null,
      valid_from: '2026-01-01',
      valid_to: '2028-01-01',
    });
  }
}

async function versionOf(standard: string): Promise<string> {
  const [row] = await world.rows<{ label: string }>(
    'select label from reference.standard_version where standard_id = $1 order by label limit 1',
    [standard],
  );
  return row?.label ?? '';
}

const CELLS = 'cells { mineral stage place standard level value unit n releaseId refusal { code rule next } }';
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
      query: '{ releases(table: "emissions-by-mineral") { nodes { id period cells { mineral value } } } }',
    });
    const released = releases.nodes.find((release: Json) => release.period === '2025');
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

describe('certificates are counted by standard and level', () => {
  const counts = { indicator: null, function: 'COUNT' };
  /** Sites at a level or above whose owners let them be counted. */
  const truth = (standard: keyof typeof LEVELS, atLeast: string | null): number => {
    const levels: readonly string[] = LEVELS[standard];
    return OWNERS.filter((_owner, index) => {
      const level = levelOf(standard, index);
      return level !== null && tierOf(index) !== 'OWNER_ONLY' && levels.indexOf(level) >= levels.indexOf(atLeast ?? '');
    }).length;
  };
  const edges = ({ value }: Json): number[] => value.split('-').map(Number);

  test('each level of each standard has a range that holds the count, from its table or from the ledger', async () => {
    const before = await entries();
    const { wouldAnswerAll } = await hub.data(asked('wouldAnswerAll', ['STANDARD', 'LEVEL'], counts));
    expect(await entries()).toEqual(before);
    const cells = await cellsOf(['STANDARD', 'LEVEL'], counts);
    const outcome = ({ standard, level, refusal }: Json) => [standard, level, refusal];
    expect(wouldAnswerAll.cells.map(outcome)).toEqual(cells.map(outcome));
    for (const [standard, levels] of Object.entries(LEVELS) as [keyof typeof LEVELS, readonly string[]][]) {
      for (const level of levels) {
        const cell = cells.find((one) => one.standard === standard && one.level === level);
        expect(cell).toMatchObject({ unit: 'sites', refusal: null });
        const [low = NaN, high = NaN] = edges(cell);
        expect(truth(standard, level)).toBeGreaterThanOrEqual(low);
        expect(truth(standard, level)).toBeLessThanOrEqual(high);
        expect(high - low).toBeGreaterThanOrEqual(5);
        expect(cell.releaseId === null).toBe(standard === 'RMAP');
      }
    }
    const unused = cells.filter(({ standard }) => standard === 'TSM');
    expect(unused.length).toBeGreaterThan(0);
    // Nobody has it, and nobody learns that.
    expect(unused.every((cell) => edges(cell)[0] === 0 && (edges(cell)[1] ?? 0) > 0)).toBe(true);
  });

  test('the share at or above a level is a cell of its table', async () => {
    const share = { ...counts, standard: 'IRMA', atLeast: 'IRMA_50', function: 'SHARE', filter: { mineral: 'copper' } };
    expect(await one(share)).toMatch(/^[0-9]+-[0-9]+$/);
    const query = '{ releases(table: "irma-50-by-mineral") { nodes { level unit cells { mineral level value } } } }';
    const { releases } = await hub.data({ as: 'analyst', query });
    expect(releases.nodes[0]).toMatchObject({ level: 'IRMA_50', unit: '%' });
    expect(await one(share)).toBe(releases.nodes[0].cells.find(({ mineral }: Json) => mineral === 'copper').value);
  });

  test('a part of a set that was counted is refused, whatever its level; the same set is not', async () => {
    const rmap = { ...counts, standard: 'RMAP' };
    expect(await one({ ...rmap, filter: { mineral: 'copper' } })).toBe('DIFFERENCING');
    expect(await one({ ...rmap, atLeast: 'CONFORMANT', function: 'SHARE', filter: { country: 'PE' } })).toBe(
      'SMALL_CELL',
    );
    expect(await one(rmap)).toMatch(/^[0-9]+-[0-9]+$/);
    expect(await one({ ...rmap, atLeast: 'PLATINUM' })).toBe('VALIDATION');
    expect(await one({ ...counts, standard: 'RJC_COP' })).toBe('VALIDATION');
    expect(await hub.refusal(asked('statistics', ['LEVEL']))).toMatchObject({ issues: [{ rule: 'CONFLICT' }] });
  });

  test('its table comes out the same from what was frozen, and tells nothing of who shows nothing', async () => {
    const [release] = await world.rows<{ id: string }>(
      `select r.id from trustee.release r join trustee.snapshot s on s.id = r.snapshot_id where r.table_id = 'irma-by-mineral-and-level' and s.period_start = '2025-01-01'`,
    );
    expect(await reproduce(context, release?.id ?? '')).toMatchObject({ same: true });
    const frozen = await world.rows<{ level: string; protected: boolean }>(
      `select i.level, i.protected from trustee.input i join trustee.snapshot s on s.id = i.snapshot_id
       where s.measure = 'IRMA' and s.period_start = '2025-01-01' order by split_part(i.figure, '/', 1)::int`,
    );
    // A certificate that everybody sees is known; one shown to few, and that there is none, is not.
    expect(frozen).toEqual(
      OWNERS.map((_owner, index) => {
        const level = tierOf(index) === 'OWNER_ONLY' ? null : levelOf('IRMA', index);
        return { level: level ?? 'NONE', protected: level === null || tierOf(index) !== 'PUBLIC' };
      }),
    );
    // To be told apart by certificates is to be told apart by those that everybody sees.
    const told = await world.rows<{ standards: string[] }>(
      `select distinct i.standards from trustee.input i join trustee.snapshot s on s.id = i.snapshot_id where s.measure = 'GHG_INT' and i.figure = $1`,
      [`${world.unitNo('m4 site')}//`],
    );
    expect(told.flatMap(({ standards }) => standards)).toEqual([]);
  });
});
