import { execFile } from 'node:child_process';
import { join } from 'node:path';
import {
  adoptLedgers,
  answerQuestion,
  buildReleases,
  checkStatistic,
  LedgerStates,
  sealLedgers,
  wouldAnswer,
  type AnswerContext,
  type Question,
  type ReleaseContext,
} from '../../../src/modules/statistics';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { World } from '../../support/world';
import { fillWorld, meddled, OWNERS, releaseContext, withoutTables } from './statisticsWorld';

let database: TestDatabase;
let world: World;
let context: ReleaseContext & AnswerContext;

const YEARS = ['2018', '2019', '2020', '2021', '2022', '2023', '2024', '2025'];
const asker = () => ({
  personId: world.id('analyst'),
  organisationNo: 1,
  initiativeId: world.id('initiative'),
  lawHash: 'law',
});

const inputOf = (filter: object, period: string) => ({
  indicator: 'WATER_WITHDRAWN',
  function: 'SUM',
  filter,
  period,
  purpose: 'test',
  initiative: 'any',
});
const ask = (filter: object, period: string): Question =>
  checkStatistic(inputOf(filter, period), context.registry, context.catalogue);

/** Value, or the code of the refusal: all that an analyst gets. */
async function told(filter: object, period: string, changes: Partial<AnswerContext> = {}): Promise<string> {
  const answer = await answerQuestion({ ...context, ...changes }, ask(filter, period), asker());
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
  context = { ...base, registry: withoutTables(base.registry), states: new LedgerStates(4) };
  for (const year of YEARS) {
    const period = { start: `${year}-01-01`, end: `${Number(year) + 1}-01-01` };
    await buildReleases(context, { period, dryRun: false, newVintage: false });
  }
}, 120_000);
afterAll(() => database.drop());

/** A superuser's hand in the ledger, past the triggers. */
async function unguarded(...statements: readonly string[]): Promise<void> {
  const tables = ['ledger', 'ledger_entry'];
  for (const table of tables) await world.rows(`alter table trustee.${table} disable trigger user`);
  for (const statement of statements) await world.rows(statement);
  for (const table of tables) await world.rows(`alter table trustee.${table} enable trigger user`);
}

/** Everybody, and everybody but one: both at once would give that one away. */
const ALL = {};
const ALL_BUT_ONE = { mineral: 'copper' };

describe('analysts who race are put in one order: each is judged against what came before', () => {
  test.each([
    ['of one node', '2021', () => context.states],
    ['of two nodes, each with a state of its own', '2020', () => new LedgerStates(4)],
  ] as const)('%s', async (_where, period, statesOf) => {
    const race = await Promise.all([
      told(ALL, period, { states: statesOf() }),
      told(ALL_BUT_ONE, period, { states: statesOf() }),
    ]);
    expect(race.filter((answer) => answer === 'DIFFERENCING')).toHaveLength(1);
    expect((await entries(period)).map(({ version }) => version)).toEqual([1]);
  });

  test('a node that kept its state hears of what another node answered since', async () => {
    const [here, there] = [new LedgerStates(4), new LedgerStates(4)];
    expect(await wouldAnswer({ ...context, states: here }, ask(ALL, '2019'))).toBeNull();
    expect(await wouldAnswer({ ...context, states: here }, ask(ALL_BUT_ONE, '2019'))).toBeNull();
    expect(await told(ALL, '2019', { states: there })).toBe('2430');
    expect(await wouldAnswer({ ...context, states: here }, ask(ALL_BUT_ONE, '2019'))).toMatchObject({
      code: 'DIFFERENCING',
    });
  });

  test('kept states, states made anew and a single family kept at a time decide alike', async () => {
    const filters = [
      ALL,
      { country: 'CL' },
      ALL_BUT_ONE,
      { stage: 'SMELTING' },
      { country: 'PE' },
      { stage: 'REFINING' },
    ];
    for (const filter of filters) {
      const outlooks = [];
      for (const states of [context.states, new LedgerStates(4), new LedgerStates(0)]) {
        outlooks.push(await wouldAnswer({ ...context, states }, ask(filter, '2021')));
      }
      expect(new Set(outlooks.map((outlook) => outlook?.code)).size).toBe(1);
    }
  });
});

describe('a ledger that forgets is what this guards against', () => {
  test('with the ledger the difference is refused; with one that forgets it gives a figure away', async () => {
    expect(await told(ALL, '2022')).toBe('2430');
    expect(await told(ALL_BUT_ONE, '2022')).toBe('DIFFERENCING');
    const forgetful = meddled(context.pool, async (sql, run) => {
      if (sql.startsWith('insert into trustee.ledger_entry')) return { rows: [], rowCount: 0 };
      const result = await run();
      return sql.startsWith('select version, head') ? { rows: [{ version: 0, head: '', isOpen: true }] } : result;
    });
    expect(await told(ALL_BUT_ONE, '2022', { pool: forgetful, states: new LedgerStates(4) })).toBe('2310');
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
    await unguarded(`delete from trustee.ledger_entry where family = 'water 2022'`);
    await expect(told(ALL_BUT_ONE, '2022', { states: new LedgerStates(4) })).rejects.toMatchObject({ code: 'STATE' });
    const [ledger] = await world.rows<{ sealed: string }>(
      `select sealed_because as sealed from trustee.ledger where family = 'water 2022'`,
    );
    expect(ledger?.sealed).toContain('entries are missing');
  });

  test('an entry that was changed is found by its hash, whoever kept the sums straight', async () => {
    expect(await told(ALL, '2018')).toBe('2430');
    await unguarded(`update trustee.ledger_entry set figures = figures[1:10] where family = 'water 2018'`);
    await expect(told(ALL_BUT_ONE, '2018', { states: new LedgerStates(4) })).rejects.toMatchObject({ code: 'STATE' });
  });
});

describe('whatever is killed, the ledger is never behind what was answered', () => {
  /** Answers in a process of its own, which is killed with SIGKILL at its commit. */
  const elsewhere = (filter: object, period: string, at: 'before' | 'after' | 'never') =>
    new Promise<{ signal: string | null; said: string }>((resolve) => {
      const task = {
        url: database.url,
        secret: database.secret.toString('hex'),
        question: inputOf(filter, period),
        asker: asker(),
        today: context.today,
        at,
      };
      const script = join(__dirname, 'answerAndDie.cjs');
      execFile(process.execPath, [script, JSON.stringify(task)], (error, said) =>
        resolve({ signal: error?.signal ?? null, said }),
      );
    });

  test('kill -9 before the ledger is durable: nothing was answered, nothing is kept, and the next one is free', async () => {
    expect(await elsewhere(ALL, '2025', 'before')).toEqual({ signal: 'SIGKILL', said: '' });
    expect(await entries('2025')).toEqual([]);
    expect(await wouldAnswer(context, ask(ALL_BUT_ONE, '2025'))).toBeNull();
  });

  test('kill -9 between the ledger and the answer: the ledger knows of an answer that nobody got', async () => {
    expect(await elsewhere(ALL, '2025', 'after')).toEqual({ signal: 'SIGKILL', said: '' });
    expect(await entries('2025')).toHaveLength(1);
    expect(await told(ALL_BUT_ONE, '2025')).toBe('DIFFERENCING');
    expect(await told(ALL, '2025')).toBe('2430');
    expect(JSON.parse((await elsewhere(ALL, '2025', 'never')).said)).toMatchObject({ value: '2430' });
    expect(await entries('2025')).toHaveLength(1);
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

describe('after a restore from backup', () => {
  const QUESTION = { country: 'CL' };

  test('a node that answered more than the restored ledger knows seals it for all nodes', async () => {
    const states = new LedgerStates(4);
    expect(await told(ALL, '2023', { states })).toBe('2430');
    // What a backup taken before the last answer would bring back.
    await unguarded(
      `delete from trustee.ledger_entry where family = 'water 2023'`,
      `update trustee.ledger set version = 0, head = '' where family = 'water 2023'`,
    );
    await expect(told(QUESTION, '2023', { states })).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
    await expect(told(QUESTION, '2023', { states: new LedgerStates(4) })).rejects.toMatchObject({ code: 'STATE' });
  });

  test('a node whose very last answer was lost knows it too; one that remembers nothing would give a figure away', async () => {
    const restore = () =>
      unguarded(
        `delete from trustee.ledger_entry where family = 'water 2020'`,
        `update trustee.ledger set version = 0, head = '' where family = 'water 2020'`,
      );
    const states = new LedgerStates(0);
    await restore();
    expect(await told(ALL, '2020', { states })).toBe('2430');
    await restore();
    expect(await told(ALL_BUT_ONE, '2020', { states: new LedgerStates(4) })).toBe('2310');
    // As many entries as before, but not the same ones.
    await expect(told(ALL, '2020', { states })).rejects.toMatchObject({ code: 'STATE' });
  });

  test('a ledger found in another place answers nothing until somebody answers for it', async () => {
    await unguarded(`update trustee.ledger set place = 'a cluster before its restore' where family = 'water 2024'`);
    await expect(told(QUESTION, '2024')).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
    await expect(
      world.rows(`update trustee.ledger set place = trustee.place() where family = 'water 2024'`),
    ).rejects.toThrow('only grows');
    expect(await adoptLedgers(database.pools.trustee, 'the replica had confirmed every transaction')).toBe(1);
    expect(await told(QUESTION, '2024')).toMatch(/^[0-9]+$|DIFFERENCING/);
  });

  test('sealed ledgers stay sealed; a later period has its own', async () => {
    expect(await sealLedgers(database.pools.trustee, 'restored from backup')).toBeGreaterThan(0);
    await expect(told(ALL, '2025')).rejects.toMatchObject({ code: 'STATE', rule: 'A6' });
  });
});
