import { createTestDatabase, type TestDatabase } from '../../support/database';
import { catalogFaults } from './catalogFaults';

let database: TestDatabase;
let before: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  before = await catalogFaults(database.admin);
});
afterAll(() => database.drop());

test('the catalog holds the boundary: roles, privileges, row law, views and definer functions', () => {
  expect(before).toEqual([]);
});

/** Ways to open the boundary beside the law; each is undone after the look. */
const twins: [string, string][] = [
  [
    'a privilege on the vault',
    'grant usage on schema vault to sluice_reader; grant select on vault.measurement to sluice_reader',
  ],
  ['one column of the vault', 'grant select (value) on vault.measurement to sluice_reader'],
  [
    'a law that is always true',
    `drop policy law on vault.link; create policy law on vault.link for select to sluice_discloser using (true)`,
  ],
  [
    'a second policy for the owner of the views',
    `create policy more on vault.link for select to sluice_discloser using (true)`,
  ],
  ['a policy for everybody', `create policy more on vault.plan for select to public using (true)`],
  ['row security that is not forced', 'alter table vault.measurement no force row level security'],
  ['row security switched off', 'alter table vault.measurement_history disable row level security'],
  ['a fact that belongs to the owner of the views', 'alter table vault.measurement owner to sluice_discloser'],
  ['a table of the vault without law that the views may read', 'grant select on vault.interest to sluice_discloser'],
  ['a reader that bypasses row security', 'alter role sluice_reader bypassrls'],
  ['a reader that is a member of the owner of the views', 'grant sluice_discloser to sluice_reader'],
  ['a view by hand', 'create view disclosed.extra as select id from vault.measurement'],
  ['a view that belongs to the migrator', 'alter view disclosed.measurement owner to current_user'],
  ['a view of the invoker', 'alter view disclosed.measurement set (security_invoker = true)'],
  ['a materialized view', 'create materialized view released.copy as select id from vault.measurement'],
  [
    'a view of the vault elsewhere',
    'create view released.copy as select id from vault.measurement; grant select on released.copy to sluice_reader',
  ],
  ['relations that the reader may list', 'grant select on policy.viewer to sluice_reader'],
  ['the key of the bindings', 'grant select on policy.key to sluice_reader'],
  [
    'an unlisted definer function',
    `create function policy.extra() returns int language sql security definer set search_path = pg_catalog as 'select 1'`,
  ],
  [
    'a definer function without a search path',
    `create function policy.extra() returns int language sql security definer as 'select 1'; revoke execute on function policy.extra() from public`,
  ],
  [
    'a definer function that runs what it is given',
    `create function policy.extra(t text) returns void language plpgsql security definer set search_path = pg_catalog as $$ begin execute format('%s', t); end $$; revoke execute on function policy.extra(text) from public`,
  ],
  ['a definer function with its search path taken away', 'alter function policy.grounds() reset search_path'],
  [
    'temporary tables',
    `do $$ begin execute format('grant temporary on database %I to sluice_reader', current_database()); end $$`,
  ],
];

test.each(twins)('the same look finds %s', async (_what, sql) => {
  const client = await database.admin.connect();
  try {
    await client.query('begin');
    await client.query(sql);
    // the checks run on this very connection, inside the transaction that is rolled back
    const found = await catalogFaults(client);
    expect(found.filter((fault) => !before.includes(fault))).not.toEqual([]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
