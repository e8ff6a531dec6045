import type { PoolClient } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { groundsOf } from '../../support/referenceModel/relations';
import { strayNeighbours } from './keptNeighbours';
import { SmallWorld } from './smallWorld';
import { WorldInDatabase } from './worldInDatabase';

let database: TestDatabase;
let first: PoolClient;
let second: PoolClient;

beforeEach(async () => {
  database = await createTestDatabase();
  first = await database.admin.connect();
  second = await database.admin.connect();
});
afterEach(async () => {
  first.release();
  second.release();
  await database.drop();
});

async function stored(small: SmallWorld): Promise<WorldInDatabase> {
  const inDatabase = new WorldInDatabase(first);
  await inDatabase.load(small.world);
  await inDatabase.bindAll();
  return inDatabase;
}

/** Until the other session waits for a lock, or has come through without one. */
async function settledOrWaiting(work: Promise<unknown>): Promise<'settled' | 'waiting'> {
  let settled = false;
  void work.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let turn = 0; turn < 200; turn += 1) {
    const { rows } = await database.admin.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
    );
    if (settled) return 'settled';
    if (rows.length > 0) return 'waiting';
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return 'waiting';
}

type Statement = [sql: string, parameters: unknown[]];

function setLink(inDatabase: WorldInDatabase, key: string, state: string): Statement {
  return ['update vault.link set state = $2 where id = $1', [inDatabase.id(key), state]];
}

function declare(inDatabase: WorldInDatabase, owner: string): Statement {
  return [
    `insert into vault.activity (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, mineral_id, stage, side)
     values ($1, $1, $1, 1, 0, 1, $2, 'copper', 'REFINING', 'SELL')`,
    [inDatabase.unitNo(owner), inDatabase.id(owner)],
  ];
}

async function expectModel(inDatabase: WorldInDatabase, small: SmallWorld): Promise<void> {
  const model = groundsOf(small.world);
  for (const [desk, { towards }] of await inDatabase.grounds())
    expect([desk, towards]).toEqual([desk, model.get(desk)]);
}

function twoLinks(): SmallWorld {
  return new SmallWorld()
    .traders('A', 'B', 'Buyer', 'Maker')
    .link('A', 'Buyer', { state: 'DISPUTED' })
    .link('B', 'Buyer', { state: 'DISPUTED' })
    .link('Buyer', 'Maker');
}

/** Two links of one desk are disclosed at the same time: both belong to one list of neighbours. */
async function discloseAtOnce(small: SmallWorld, inDatabase: WorldInDatabase): Promise<'settled' | 'waiting'> {
  await first.query('begin');
  await second.query('begin');
  await first.query(...setLink(inDatabase, 'A>Buyer', 'DISCLOSED'));
  const other = second.query(...setLink(inDatabase, 'B>Buyer', 'DISCLOSED'));
  const turn = await settledOrWaiting(other);
  await first.query('commit');
  await other;
  await second.query('commit');
  for (const link of small.world.links) link.state = 'DISCLOSED';
  return turn;
}

test('two transactions that disclose links of one desk both leave their ground, to who reaches over them as well', async () => {
  const small = twoLinks();
  const inDatabase = await stored(small);
  expect(await discloseAtOnce(small, inDatabase)).toBe('waiting');
  expect(await strayNeighbours(first)).toEqual([]);
  await inDatabase.bindAll();
  await expectModel(inDatabase, small);
  expect((await inDatabase.grounds()).get('Maker')?.towards.get('A')).toContain('DOWNSTREAM');
});

/** Two companies that declare the same trade at the same time: each transaction alone makes no competitor. */
async function declareAtOnce(): Promise<{ mine: number; theirs: number }> {
  const small = new SmallWorld().traders('A', 'B');
  const inDatabase = await stored(small);
  await first.query('begin');
  await second.query('begin');
  await first.query(...declare(inDatabase, 'A'));
  const other = second.query(...declare(inDatabase, 'B'));
  await settledOrWaiting(other);
  await first.query('commit');
  await other;
  await second.query('commit');
  const grounds = await inDatabase.grounds();
  const competes = (desk: string, unit: string) =>
    Number(grounds.get(desk)?.towards.get(unit)?.includes('PARTY_COMPETITOR') ?? false);
  return { mine: competes('A', 'B'), theirs: competes('B', 'A') };
}

test('two companies that declare the same trade at the same time are competitors of each other', async () => {
  expect(await declareAtOnce()).toEqual({ mine: 1, theirs: 1 });
});

test('without the lock on relations they would not be, a neighbour would be lost, and these tests would tell', async () => {
  await database.admin.query(
    `create or replace function policy.lock_relations() returns void language sql security definer set search_path = pg_catalog as ''`,
  );
  // first, while every closure is valid: one that is not would be held, and make the second wait
  const small = twoLinks();
  await discloseAtOnce(small, await stored(small));
  expect(await strayNeighbours(first)).not.toEqual([]);
  expect(await declareAtOnce()).not.toEqual({ mine: 1, theirs: 1 });
});

function threeHops(): SmallWorld {
  return new SmallWorld().traders('Mine', 'Smelter', 'Maker').chain('Mine', 'Smelter', 'Maker');
}

/** A closure is asked for while another transaction takes one of its links away. */
async function bindWhileNarrowing(
  inDatabase: WorldInDatabase,
): Promise<{ bound: unknown; valid: boolean; reaches: boolean }> {
  const desk = inDatabase.deskNo('Maker');
  await database.admin.query('update policy.viewer set closure_valid = false where desk_no = $1', [desk]);
  await first.query('begin');
  await first.query(...setLink(inDatabase, 'Mine>Smelter', 'CONFIRMED'));
  const { rows } = await second.query<{ bound: boolean }>('select policy.bind_closure($1) as bound', [desk]);
  await first.query('commit');
  const maker = (await inDatabase.grounds()).get('Maker');
  return {
    bound: rows[0]?.bound,
    valid: maker?.valid ?? false,
    reaches: maker?.towards.get('Mine')?.includes('DOWNSTREAM') ?? false,
  };
}

test('a closure asked for while a link is taken away is not valid until that transaction has ended', async () => {
  const inDatabase = await stored(threeHops());
  expect(await bindWhileNarrowing(inDatabase)).toMatchObject({ bound: false, valid: false });
  await inDatabase.bindAll();
  const maker = (await inDatabase.grounds()).get('Maker');
  expect(maker?.valid).toBe(true);
  expect(maker?.towards.get('Mine')).not.toContain('DOWNSTREAM');
});

test('without holding the closures it would be valid with a stale ground, and this test would tell', async () => {
  await database.admin.query(
    `create or replace function policy.hold_closures() returns void language sql security definer set search_path = pg_catalog as ''`,
  );
  const inDatabase = await stored(threeHops());
  expect(await bindWhileNarrowing(inDatabase)).toEqual({ bound: true, valid: true, reaches: true });
});

test('a link taken away while a closure is computed waits, and then makes it invalid', async () => {
  const inDatabase = await stored(threeHops());
  const desk = inDatabase.deskNo('Maker');
  await database.admin.query(
    'update policy.viewer set closure_valid = false, grounds = array(select g & 983039 & ~4096 from unnest(grounds) g) where desk_no = $1',
    [desk],
  );
  await first.query('begin');
  await first.query('select policy.bind_closure($1)', [desk]);
  const other = second.query(...setLink(inDatabase, 'Mine>Smelter', 'CONFIRMED'));
  expect(await settledOrWaiting(other)).toBe('waiting');
  await first.query('commit');
  await other;
  expect((await inDatabase.grounds()).get('Maker')?.valid).toBe(false);
  await inDatabase.bindAll();
  expect((await inDatabase.grounds()).get('Maker')?.towards.get('Mine')).not.toContain('DOWNSTREAM');
});

test('relations and closures refuse a snapshot that was taken before their locks', async () => {
  const inDatabase = await stored(threeHops());
  await first.query('begin isolation level repeatable read');
  await expect(first.query(...setLink(inDatabase, 'Mine>Smelter', 'CONFIRMED'))).rejects.toMatchObject({
    code: '25001',
  });
  await first.query('rollback');
  await database.admin.query('update policy.viewer set closure_valid = false');
  await first.query('begin isolation level repeatable read');
  await expect(first.query('select policy.bind_closure($1)', [inDatabase.deskNo('Maker')])).rejects.toMatchObject({
    code: '25001',
  });
  await first.query('rollback');
});

test('a withdrawal is honoured by the next snapshot, not by one that is open', async () => {
  const inDatabase = await stored(threeHops());
  const mask = `select (grounds[$2] & 1024) <> 0 as customer, closure_valid as valid from policy.viewer where desk_no = $1`;
  const pair = [inDatabase.deskNo('Maker'), inDatabase.unitNo('Smelter')];
  await second.query('begin isolation level repeatable read read only');
  expect((await second.query(mask, pair)).rows).toEqual([{ customer: true, valid: true }]);
  await first.query('update vault.link set withdrawn_at = now() where id = $1', [inDatabase.id('Smelter>Maker')]);
  expect((await second.query(mask, pair)).rows).toEqual([{ customer: true, valid: true }]);
  await second.query('commit');
  expect((await second.query(mask, pair)).rows).toEqual([{ customer: false, valid: false }]);
});

test('what rolls back leaves no trace in the grounds', async () => {
  const small = twoLinks();
  const inDatabase = await stored(small);
  await first.query('begin');
  await first.query(...setLink(inDatabase, 'A>Buyer', 'DISCLOSED'));
  await first.query('rollback');
  expect(await strayNeighbours(first)).toEqual([]);
  await expectModel(inDatabase, small);
});

test('no setting lets a transaction commit with grounds of before', async () => {
  const small = twoLinks();
  const inDatabase = await stored(small);
  await first.query('begin');
  await first.query(`set local sluice.relations = 'deferred'`);
  await first.query(...setLink(inDatabase, 'A>Buyer', 'CONFIRMED'));
  await first.query('commit');
  for (const link of small.world.links.slice(0, 1)) link.state = 'CONFIRMED';
  await inDatabase.bindAll();
  await expectModel(inDatabase, small);
  expect((await first.query('select from policy.deferred_refresh')).rowCount).toBe(0);
});

test('nobody but the hub refreshes, and PUBLIC keeps its desk with ANYONE towards every unit', async () => {
  const inDatabase = await stored(twoLinks());
  const { rows } = await first.query<{ grounds: number[]; valid: boolean }>(
    'select grounds, closure_valid as valid from policy.viewer where desk_no = 1',
  );
  expect(rows[0]?.valid).toBe(true);
  for (const key of ['A', 'B', 'Buyer']) expect(rows[0]?.grounds[inDatabase.unitNo(key) - 1]).toBe(1);
  for (const statement of [
    'select policy.refresh_pairs()',
    'select policy.bind_closure(1)',
    `select policy.open_desk(1, 'x', 16)`,
  ]) {
    await expect(database.pools.reader.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
  await expect(database.pools.contributor.query(`select policy.open_desk(1, 'x', 16)`)).rejects.toMatchObject({
    code: '42501',
  });
});
