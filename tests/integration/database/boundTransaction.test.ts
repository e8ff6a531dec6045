import { Pool } from 'pg';
import { type Binding, bindingKey, proofOf, ReadSession, WriteSession } from '../../../src/database/boundTransaction';
import { openPools, type Pools } from '../../../src/database/pools';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { WireCounter } from '../../support/wireCounter';

const binding: Binding = {
  desks: [1],
  organisation: 1,
  may: 1,
  purpose: 'RESEARCH',
  initiative: null,
  expiresAtSeconds: 4_000_000_000,
};
let database: TestDatabase;
let wire: WireCounter;
let pools: Pools;
let key: Buffer;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  const url = new URL(database.url);
  wire = await WireCounter.inFrontOf(url.hostname, Number(url.port));
  url.port = String(wire.port);
  pools = openPools({
    adminUrl: url.toString(),
    secret: database.secret,
    connectionsMax: { reader: 1, contributor: 1 },
  });
  key = bindingKey(database.secret);
  await database.admin
    .query(`create schema trial; create table trial.fact (id int primary key, amount int check (amount > 0),
    other int references trial.fact deferrable initially deferred);
    grant usage on schema trial to sluice_reader, sluice_contributor; grant select on trial.fact to sluice_reader;
    grant select, insert on trial.fact to sluice_contributor`);
});
beforeEach(() => database.admin.query('truncate trial.fact'));
afterAll(async () => {
  await pools.close();
  await wire.close();
  await database.drop();
});

const read = (pool: Pool = pools.reader) => ReadSession.open(pool, key, binding);
const write = () => WriteSession.open(pools.contributor, key, binding);
const factCount = async () => Number((await database.admin.query('select count(*) from trial.fact')).rows[0].count);

/** What the connections of a role are doing, by the server's word. */
async function statesOf(role: string): Promise<string[]> {
  const { rows } = await database.admin.query<{ state: string }>(
    'select state from pg_stat_activity where usename = $1 and datname = current_database()',
    [role],
  );
  return rows.map((row) => row.state);
}

describe('a read session', () => {
  test('opens in one round trip, whatever it reads', async () => {
    await pools.reader.query('select 1');
    wire.take();
    const session = read();
    for (const id of [1, 2, 3]) await session.query('select $1::int as id', [id]);
    await session.close();
    expect({ roundTrips: wire.take(), statements: session.statementCount }).toEqual({
      roundTrips: 1 + 3 + 1,
      statements: 3,
    });
  });

  test('takes no connection when nothing is read', async () => {
    const session = read();
    await session.close();
    expect(wire.take()).toBe(0);
  });

  test('has one read-only snapshot and a viewer signed for its own backend', async () => {
    const session = read();
    const [first] = await session.query(
      `select current_setting('sluice.viewer') as claims, current_setting('sluice.proof') as proof, pg_backend_pid() as pid,
         current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as only`,
    );
    expect(first).toMatchObject({ isolation: 'repeatable read', only: 'on' });
    const claims = '1|1|1/-|RESEARCH|4000000000';
    expect(first).toMatchObject({ claims, proof: proofOf(key, claims, Number(first?.pid)) });
    await database.admin.query('insert into trial.fact values (1, 1)');
    expect(await session.query('select * from trial.fact')).toEqual([]);
    await session.close();
  });

  test('runs what is asked for at once one after the other', async () => {
    const session = read();
    const all = await Promise.all(
      [1, 2, 3, 4].map((id) => session.query<{ id: number }>('select $1::int as id', [id])),
    );
    expect(all.flat().map((row) => row.id)).toEqual([1, 2, 3, 4]);
    await session.close();
  });

  test('leaves neither transaction nor viewer on the connection', async () => {
    const session = read();
    await session.query('select 1');
    expect(await statesOf('sluice_reader')).toEqual(['idle in transaction']);
    await session.close();
    expect(await statesOf('sluice_reader')).toEqual(['idle']);
    const { rows } = await pools.reader.query(`
      select coalesce(current_setting('sluice.viewer', true), '') || coalesce(current_setting('sluice.proof', true), '') as viewer`);
    expect(rows).toEqual([{ viewer: '' }]);
  });

  test('gives the connection back clean after a failed statement', async () => {
    for (let round = 0; round < 3; round++) {
      const session = read();
      await expect(session.query('select 1 / 0')).rejects.toThrow('division by zero');
      await session.close();
      expect(await statesOf('sluice_reader')).toEqual(['idle']);
    }
  });

  test('outlives the loss of its connection, and so does the pool', async () => {
    const session = read();
    const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.admin.query('select pg_terminate_backend($1)', [row?.pid]);
    await expect(session.query('select 1')).rejects.toThrow();
    await session.close();
    const next = read();
    expect(await next.query('select 1 as one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('refuses to read once closed, and closes twice', async () => {
    const session = read();
    await session.query('select 1');
    await session.close();
    await session.close();
    await expect(session.query('select 1')).rejects.toThrow('the session is closed');
  });

  test('cannot write', async () => {
    const session = read(pools.contributor);
    await expect(session.query('insert into trial.fact values (1, 1)')).rejects.toThrow('read-only transaction');
    await session.close();
  });
});

describe('a write session', () => {
  test('keeps what is committed', async () => {
    const session = write();
    await session.query('insert into trial.fact values (1, 1)');
    await session.commit();
    await session.close();
    expect(await factCount()).toBe(1);
  });

  test('rolls back what is not', async () => {
    const session = write();
    await session.query('insert into trial.fact values (1, 1)');
    await session.close();
    expect(await factCount()).toBe(0);
    expect(await statesOf('sluice_contributor')).toEqual(['idle']);
  });

  test('never reports a failed transaction as committed', async () => {
    const session = write();
    await session.query('insert into trial.fact values (1, 1)');
    await expect(session.query('insert into trial.fact values (2, -1)')).rejects.toThrow('check constraint');
    await expect(session.commit()).rejects.toThrow('rolled back');
    expect(await factCount()).toBe(0);
    expect(await statesOf('sluice_contributor')).toEqual(['idle']);
  });

  test('passes on what fails only at the commit', async () => {
    const session = write();
    await session.query('insert into trial.fact values (1, 1, 99)');
    await expect(session.commit()).rejects.toThrow('foreign key constraint');
    expect(await factCount()).toBe(0);
    const next = write();
    expect(await next.query('select 1 as one')).toEqual([{ one: 1 }]);
    await next.close();
  });

  test('refuses to commit after it was closed', async () => {
    const session = write();
    await session.query('insert into trial.fact values (1, 1)');
    await session.rollback();
    await expect(session.commit()).rejects.toThrow('the session is closed');
  });
});
