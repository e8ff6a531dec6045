import type { Pool } from 'pg';
import { migrate } from '../../../src/database/migrate';
import { ensureRoles, loginRoles, scramVerifier } from '../../../src/database/roles';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';

let database: TestDatabase;
/** The broken twin: the same server and roles, a database from which nothing was taken away. */
let open: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await migrate({ adminUrl: database.url, secret: database.secret, migrations: [] });
  open = await createTestDatabase({ empty: true });
});
afterAll(() => Promise.all([database.drop(), open.drop()]));

const refused = '42501';

/** The error code of a statement, or `done`; what it did is rolled back. */
async function outcomeOf(pool: Pool, statement: string): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('begin read write');
    await client.query(statement);
    return 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('the login roles', () => {
  test('own one pool each', async () => {
    for (const name of ['reader', 'contributor', 'trustee', 'auditor'] as const) {
      const { rows } = await database.pools[name].query('select session_user, current_user');
      expect(rows).toEqual([{ session_user: `sluice_${name}`, current_user: `sluice_${name}` }]);
    }
  });

  test.each(loginRoles.filter((role) => role !== 'sluice_reader'))('the reader cannot become %s', async (role) => {
    expect(await outcomeOf(database.pools.reader, `set role ${role}`)).toBe(refused);
    expect(await outcomeOf(database.pools.reader, `set session authorization ${role}`)).toBe(refused);
  });

  test('no login role can become the owner of the views or the superuser', async () => {
    const { rows } = await database.admin.query<{ superuser: string }>('select quote_ident(current_user) as superuser');
    for (const name of ['reader', 'contributor', 'trustee', 'auditor'] as const) {
      for (const role of ['sluice_discloser', rows[0]?.superuser]) {
        expect(await outcomeOf(database.pools[name], `set role ${role}`)).toBe(refused);
      }
    }
  });

  test('the reader starts read-only, with limits and an empty search path', async () => {
    const { rows } = await database.pools.reader.query(
      `select name, setting from pg_settings where name in ('default_transaction_read_only', 'search_path', 'jit',
         'statement_timeout', 'idle_in_transaction_session_timeout') order by name`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      default_transaction_read_only: 'on',
      idle_in_transaction_session_timeout: '15000',
      jit: 'off',
      search_path: 'pg_catalog',
      statement_timeout: '10000',
    });
  });
});

describe('what lets a login count, signal, lock or store is taken from everyone', () => {
  test.each([
    ['temporary tables', 'create temporary table t (id int)'],
    ['large objects', 'select lo_create(0)'],
    ['large objects from bytes', `select lo_from_bytea(0, 'x')`],
    ['advisory locks', 'select pg_advisory_xact_lock(1)'],
    ['advisory locks that do not wait', 'select pg_try_advisory_lock_shared(1)'],
    ['the size of a table', `select pg_relation_size('pg_class')`],
    ['the size of a table with its indexes', `select pg_total_relation_size('pg_class')`],
    ['the size of the database', 'select pg_database_size(current_database())'],
    ['the rows a table is estimated to have', 'select reltuples from pg_class'],
    ['the pages a table has', 'select relpages from pg_class'],
    ['all columns of pg_class', 'select * from pg_class'],
    ['counters of table accesses', 'select * from pg_stat_all_tables'],
    ['counters by function', `select pg_stat_get_live_tuples('pg_class'::regclass)`],
    ['the sessions of others', 'select * from pg_stat_activity'],
    ['locks', 'select * from pg_locks'],
    ['statistics of columns', 'select * from pg_stats'],
    ['the place in the write-ahead log', 'select pg_current_wal_lsn()'],
    ['the number of the transaction', 'select pg_current_xact_id()'],
    ['the number of the transaction, old name', 'select txid_current()'],
    ['messages to the write-ahead log', `select pg_logical_emit_message(false, 'a', 'b')`],
    ['an end to other sessions', 'select pg_terminate_backend(0)'],
    ['functions in plpgsql', `create function pg_temp.f() returns int language plpgsql as 'begin return 1; end'`],
  ])('%s', async (_, statement) => {
    expect(await outcomeOf(database.pools.reader, statement)).toBe(refused);
    // An unhardened database allows it: the statement is able to tell the two apart.
    expect(await outcomeOf(open.pools.reader, statement)).toBe('done');
  });

  test('tables in the schema public', async () => {
    expect(await outcomeOf(database.pools.reader, 'create table public.t (id int)')).toBe(refused);
    expect(await outcomeOf(database.pools.reader, 'table public.migration')).toBe(refused);
  });

  test('what drivers need stays', async () => {
    expect(await outcomeOf(database.pools.reader, 'select oid, relname, relkind from pg_class')).toBe('done');
    expect(await outcomeOf(database.pools.reader, 'select * from information_schema.tables')).toBe('done');
  });
});

describe('creating the roles', () => {
  const inRolledBack = (work: (client: Parameters<Parameters<typeof runAsAdmin>[1]>[0]) => Promise<void>) =>
    runAsAdmin(database.url, async (client) => {
      await client.query('begin');
      await work(client);
      await client.query('rollback');
    });

  test('changes nothing the second time', () =>
    inRolledBack(async (client) => {
      const stamps = `select oid, xmin from pg_authid where rolname like 'sluice%' order by oid`;
      const before = (await client.query(stamps)).rows;
      expect(await ensureRoles(client, database.secret)).toEqual([]);
      expect((await client.query(stamps)).rows).toEqual(before);
    }));

  test.each([
    ['bypassrls', 'alter role sluice_auditor bypassrls'],
    ['membership', 'grant sluice_discloser to sluice_auditor'],
  ])('refuses a role with %s', (_, widen) =>
    inRolledBack(async (client) => {
      await client.query(widen);
      await expect(ensureRoles(client, database.secret)).rejects.toThrow(/`sluice_auditor` has rights beyond its own/);
    }),
  );

  test('names what an ordinary user cannot take away', () =>
    inRolledBack(async (client) => {
      const plain = `sluice_test_plain_${process.pid}`;
      await client.query(`create role ${plain} createrole; grant create on database ${database.name} to ${plain};
        grant sluice_discloser to ${plain} with admin option; grant sluice_reader, sluice_contributor to ${plain} with admin option;
        grant sluice_trustee, sluice_auditor to ${plain} with admin option;
        grant select on pg_class to public; set local role ${plain}`);
      const warnings = await ensureRoles(client, database.secret);
      expect(warnings).toEqual([expect.stringMatching(/^row estimates in pg_class stay open/)]);
    }));

  test('stores a password as PostgreSQL does', async () => {
    const { rows } = await database.admin.query(`select rolpassword from pg_authid where rolname = 'sluice_reader'`);
    expect(rows[0].rolpassword).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/);
    // RFC 7677, section 3.
    const example = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(example).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
