import { bindingKey, WriteSession } from '../../../src/database/boundTransaction';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';
import { randomWorld, type RandomWorld } from '../../support/randomWorld';
import type { Reader } from '../../support/referenceModel/policy';
import { Random } from '../../support/seededRandom';
import { bindingFaults } from './bindingFaults';
import { openAs } from './compare';
import { injectedFaults, leftOpen } from './injectedFaults';
import { liftConstraints, readTableShapes, writeWorld } from './vaultDoor';

const seed = Number(process.env.SLUICE_SEED ?? 20_260_101);

/** May use every reason, at the first desk. */
const reader: Reader = { desks: [1], organisation: 1, may: 2 ** 28 - 1, purpose: 'REPORTING', initiative: 1 };

let database: TestDatabase;
let world: RandomWorld;
beforeAll(async () => {
  database = await createTestDatabase();
  await liftConstraints(database.admin);
  const shapes = await readTableShapes(database.admin);
  world = randomWorld(new Random(seed), '2026-06-01', shapes, { facts: 2000, readers: 2 });
  await runAsAdmin(database.url, (client) => writeWorld(client, world, shapes));
});
afterAll(() => database.drop());

test(`nothing but a sound, fresh binding of this very connection discloses a row, and nothing makes an error (SLUICE_SEED=${seed})`, async () => {
  expect(await bindingFaults(database, reader)).toEqual([]);
});

describe('a statement on the reader’s own connection', () => {
  /** The error code, or what it answered. */
  async function outcomeOf(statement: string): Promise<string> {
    const session = openAs(database, reader);
    try {
      return JSON.stringify(await session.query(statement));
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    } finally {
      await session.close();
    }
  }

  test.each([
    ['become the owner of the views', 'set role sluice_discloser', '42501'],
    ['become another login', 'set session authorization sluice_contributor', '42501'],
    ['read the vault', 'select * from vault.measurement', '42501'],
    ['read the reasons of others', 'select * from policy.viewer', '42501'],
    ['read the key', 'select * from policy.key', '42501'],
    ['ask the binding itself', 'select policy.bound()', '42501'],
    ['ask for the reasons of any desk', 'select * from policy.pair_masks(array[1], array[1])', '42501'],
    ['make a temporary table', 'create temporary table t (x int)', '25006'],
    ['make a function', `create function pg_temp.f() returns int language sql as 'select 1'`, '25006'],
    ['make a large object', 'select lo_create(0)', '42501'],
    ['take an advisory lock', 'select pg_advisory_lock(1)', '42501'],
    ['ask for the size of a table', `select pg_relation_size('vault.measurement'::regclass)`, '42501'],
    ['count writes', 'select * from pg_stat_user_tables', '42501'],
    ['read row estimates', 'select reltuples from pg_class', '42501'],
    ['read the snapshot’s transactions', 'select pg_current_snapshot()', '42501'],
    ['end another session', 'select pg_terminate_backend(1)', '42501'],
    ['read a file', `select pg_read_file('postgresql.conf')`, '42501'],
    ['write', `insert into reference.topic values ('x', 'x')`, '25006'],
  ])('cannot %s', async (_what, statement, code) => {
    expect(await outcomeOf(statement)).toBe(code);
  });

  test('finds no row once row security is switched off: PostgreSQL refuses the query', async () => {
    const session = openAs(database, reader);
    await session.query('set local row_security = off');
    await expect(session.query('select count(*) from disclosed.measurement')).rejects.toThrow('row-level security');
    await session.close();
  });

  test('finds no statistics of columns that it cannot read', async () => {
    expect(await outcomeOf(`select count(*)::int as n from pg_stats where schemaname = 'vault'`)).toMatch(
      /^(42501|\[\{"n":0\}\])$/,
    );
  });

  test('is back to nothing after RESET, RESET ALL and SET TO DEFAULT', async () => {
    for (const reset of [
      'reset sluice.viewer',
      'reset sluice.proof',
      'reset all',
      `set local sluice.viewer to default`,
    ]) {
      const session = openAs(database, reader);
      expect(await session.query('select 1 from disclosed.measurement limit 1')).toHaveLength(1);
      await session.query(reset);
      expect(await session.query('select 1 from disclosed.measurement limit 1')).toEqual([]);
      await session.close();
    }
  });
});

describe('functions of the asker run after the law', () => {
  test('a cast that fails on hidden values fails on none of them', async () => {
    const session = openAs(database, { ...reader, desks: [999] });
    const sql =
      'select count(*)::int as n from disclosed.measurement v where 1 / (v.value - v.value) > 0 or v.method::int > 0';
    expect(await session.query(sql)).toEqual([{ n: 0 }]);
    await session.close();
  });

  test('the same cast does fail where a row is seen: the claim above is not empty', async () => {
    const session = openAs(database, reader);
    await expect(
      session.query('select v.method::int from disclosed.measurement v where v.method is not null'),
    ).rejects.toThrow('invalid input syntax');
    await session.close();
  });

  test('a cheap function that notes what it is given is given nothing of a hidden row', async () => {
    // The migrator's own function: the cheapest there is, so that the planner puts it first wherever it may.
    await database.admin.query(`
      create table public.noted (what text); grant usage on schema public to sluice_contributor, sluice_discloser; grant insert on public.noted to sluice_contributor;
      create function public.note(text) returns boolean language plpgsql cost 0.0000001 as $$ begin insert into public.noted values ($1); return true; end $$;
      grant execute on function public.note(text) to sluice_contributor`);
    const session = WriteSession.open(database.pools.contributor, bindingKey(database.secret), {
      ...reader,
      expiresAtSeconds: Math.floor(Date.now() / 1000) + 60,
    });
    const rows = await session.query<{ id: string }>(
      'select id from disclosed.measurement v where public.note(v.id::text)',
    );
    await session.commit();
    const { rows: noted } = await database.admin.query<{ what: string }>('select what from public.noted');
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(noted.map((each) => each.what))).toEqual(new Set(rows.map((each) => each.id)));
  });
});

describe('faults put into what a decision stands on', () => {
  test.each(injectedFaults.map((fault) => [fault.what, fault.left, fault] as const))(
    'with %s, what is left open is %s',
    async (_what, _left, fault) => expect(await leftOpen(database, reader, fault)).toEqual([]),
  );

  test('a law that opens what it does not know is caught', async () => {
    const unknownTier = injectedFaults.find(({ what }) => what === 'rows of an unknown tier');
    if (unknownTier === undefined) throw new Error('no such fault');
    // the twin: a class without masks is open, as by a careless coalesce
    const { rows } = await database.admin.query<{ law: string }>(
      `select pg_get_expr(polqual, polrelid) as law from pg_policy where polrelid = 'vault.measurement'::regclass and polname = 'law'`,
    );
    const careless = `alter policy law on vault.measurement using (coalesce(${rows[0]?.law ?? ''}, true))`;
    const twin = { ...unknownTier, sql: `${careless}; ${unknownTier.sql}` };
    expect(await leftOpen(database, reader, twin)).not.toEqual([]);
  });
});
