import {
  answerQuestion,
  buildReleases,
  checkStatistic,
  sealLedgers,
  type AnswerContext,
  type Question,
  type ReleaseContext,
} from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { World } from '../../support/world';
import { fillWorld, meddled, OWNERS, releaseContext, withoutTables } from './statisticsWorld';

let database: TestDatabase;
let world: World;
let context: ReleaseContext;

const YEARS = ['2021', '2022', '2023', '2024', '2025'];
const asker = () => ({
  personId: world.id('analyst'),
  organisationNo: 1,
  initiativeId: world.id('initiative'),
  lawHash: 'law',
});

function ask(filter: object, period: string): Question {
  const input = { indicator: 'WATER_WITHDRAWN', function: 'SUM', filter, period, purpose: 'test', initiative: 'any' };
  return checkStatistic(input, context.registry, context.catalogue);
}

/** Value, or the code of the refusal: all that an analyst gets. */
async function told(filter: object, period: string, pool: AnswerContext['pool'] = context.pool): Promise<string> {
  const answer = await answerQuestion({ ...context, pool }, ask(filter, period), asker());
  return answer.kind === 'ANSWERED' ? answer.value : answer.refusal.code;
}

const entries = (period: string) =>
  world.rows<{ version: number }>('select version from trustee.ledger_entry where family = $1 order by version', [
    `water ${period}`,
  ]);

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await fillWorld(world, []);
  for (const year of YEARS) {
    // 2024 is the neighbour of 2023: one group's figure is another one within its public band.
    const columns = { period_start: `${year}-01-01`, period_end: `${Number(year) + 1}-01-01` };
    for (const [index, owner] of OWNERS.entries()) {
      const value = year === '2024' && index === 4 ? 99_000 : 100 + index;
      await world.measurement(`${owner} site`, 'WATER_WITHDRAWN', String(value), 'BILATERAL', columns);
    }
  }
  const base = await releaseContext(database, { today: '2027-11-23' });
  context = { ...base, registry: withoutTables(base.registry) };
  for (const year of YEARS) {
    const period = { start: `${year}-01-01`, end: `${Number(year) + 1}-01-01` };
    await buildReleases(context, { period, dryRun: false, newVintage: false });
  }
}, 120_000);
afterAll(() => database.drop());

/** Everybody, and everybody but one: both at once would give that one away. */
const ALL = {};
const ALL_BUT_ONE = { mineral: 'copper' };

test('two analysts who race are put in one order: the second is judged against the first', async () => {
  const answers = await Promise.all([told(ALL, '2021'), told(ALL_BUT_ONE, '2021')]);
  expect(answers.filter((answer) => answer === 'DIFFERENCING')).toHaveLength(1);
  expect((await entries('2021')).map(({ version }) => version)).toEqual([1]);
});

describe('a ledger that forgets is what this guards against', () => {
  test('with the ledger the difference is refused; with one that forgets it gives a figure away', async () => {
    expect(await told(ALL, '2022')).toBe('2430');
    expect(await told(ALL_BUT_ONE, '2022')).toBe('DIFFERENCING');
    const forgetful = meddled(context.pool, async (sql, run) => {
      if (sql.includes('from trustee.ledger_entry')) return { rows: [] };
      const result = await run();
      return sql.startsWith('select version') ? { rows: [{ version: 0, sealed_because: null }] } : result;
    });
    const dropAppend = meddled(forgetful, (sql, run) =>
      sql.startsWith('insert into trustee.ledger_entry') || sql.startsWith('update trustee.ledger')
        ? Promise.resolve({ rows: [], rowCount: 0 })
        : run(),
    );
    expect(await told(ALL_BUT_ONE, '2022', dropAppend)).toBe('2310');
  });

  test('a ledger that lost an entry answers nothing more, and its entries cannot be changed', async () => {
    await expect(
      database.pools.trustee.query(`delete from trustee.ledger_entry where family = 'water 2022'`),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(world.rows(`delete from trustee.ledger_entry where family = 'water 2022'`)).rejects.toThrow(
      'stays answered',
    );
    await expect(world.rows(`update trustee.ledger set version = 0 where family = 'water 2022'`)).rejects.toThrow(
      'only grows',
    );
    await world.rows('alter table trustee.ledger_entry disable trigger append_only');
    await world.rows(`delete from trustee.ledger_entry where family = 'water 2022'`);
    await world.rows('alter table trustee.ledger_entry enable trigger append_only');
    await expect(told(ALL_BUT_ONE, '2022')).rejects.toMatchObject({ code: 'STATE' });
  });
});

describe('whatever is killed, the ledger is never behind what was answered', () => {
  const dying = (at: 'before' | 'after') =>
    meddled(context.pool, async (sql, run) => {
      if (sql !== 'commit') return run();
      if (at === 'after') await run();
      throw new Error('killed');
    });

  test('killed before the ledger is durable: nothing was answered, nothing is kept', async () => {
    await expect(told(ALL, '2025', dying('before'))).rejects.toThrow('killed');
    expect(await entries('2025')).toEqual([]);
  });

  test('killed between the ledger and the answer: the ledger knows of an answer that nobody got', async () => {
    await expect(told(ALL, '2025', dying('after'))).rejects.toThrow('killed');
    expect(await entries('2025')).toHaveLength(1);
    expect(await told(ALL_BUT_ONE, '2025')).toBe('DIFFERENCING');
    expect(await told(ALL, '2025')).toBe('2430');
  });
});

test('neighbouring data sets give the same transcript of answers allowed and refused', async () => {
  const filters = [
    { country: 'CL' },
    { mineral: 'copper', country: 'CL' },
    { stage: 'SMELTING' },
    { stage: 'REFINING' },
    { country: 'PE' },
    { region: 'LATIN_AMERICA' },
    { mineral: 'copper' },
    { mineral: 'nickel' },
    { stage: 'SMELTING', country: 'CL' },
    { mineral: 'copper', stage: 'SMELTING' },
  ];
  const transcript = async (period: string): Promise<string[]> => {
    const lines: string[] = [];
    for (const filter of filters) lines.push((await told(filter, period)).replace(/^[0-9.]+$/, 'ANSWERED'));
    return lines;
  };
  const here = await transcript('2023');
  expect(await transcript('2024')).toEqual(here);
  expect(new Set(here)).toEqual(new Set(['ANSWERED', 'DIFFERENCING', 'SMALL_CELL']));
});

test('after a restore the ledgers are sealed for good; a later period has its own', async () => {
  expect(await sealLedgers(database.pools.trustee, 'restored from backup')).toBeGreaterThan(0);
  await expect(told(ALL, '2025')).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
});
