import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

let database: TestDatabase;
let hub: TestHub;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  for (const name of ['sma', 'smb', 'late']) {
    await world.organisation(name, { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
    await world.person(name, name, ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
  }
  await world.person('colleague', 'sma', ['UPSTREAM_PUBLISHER']);
  await world.rows(`update identity.person set email = display_name || '@example.org'`);
  await world.rows(
    `update vault.organisation o set senior_sponsor_id = p.id from identity.person p where p.organisation_id = o.id and p.display_name = o.legal_name`,
  );
  await world.rows(`update vault.organisation set standing = 'SUSPENDED' where legal_name = 'late'`);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const PEOPLE =
  '{ people(orderBy: [{ field: displayName }]) { totalCount nodes { id displayName email active desks roles { name to } } } }';

test('a member reads its own people, their contact and their roles, in pages and by id', async () => {
  const { people } = await hub.data({ as: 'sma', query: PEOPLE });
  expect(people.totalCount).toBe(2);
  expect(people.nodes).toEqual([
    expect.objectContaining({ displayName: 'colleague', roles: [{ name: 'UPSTREAM_PUBLISHER', to: null }] }),
    expect.objectContaining({ displayName: 'sma', email: 'sma@example.org', active: true, desks: ['main'] }),
  ]);
  const byId = `{ node(id: "${people.nodes[0].id}") { ... on Person { displayName } } }`;
  expect((await hub.data({ as: 'sma', query: byId })).node).toEqual({ displayName: 'colleague' });
  expect((await hub.data({ as: 'smb', query: byId })).node).toBeNull();
});

/** Whether `smb` sees the same of a world in which another member has one person more. */
async function tellsOfOthers(): Promise<boolean> {
  const asked = [
    'first: 1',
    'where: { displayName: { contains: "hidden" } }',
    'where: { email: { eq: "sma@example.org" } }',
  ];
  const answers = () =>
    Promise.all(
      asked.map(
        async (each) =>
          (await hub.ask({ as: 'smb', query: `{ people(${each}) { totalCount nodes { displayName email } } }` })).text,
      ),
    );
  const before = await answers();
  await world.person('hidden', 'sma', ['UPSTREAM_PUBLISHER']);
  const after = await answers();
  await world.rows(
    `delete from identity.role where person_id = (select id from identity.person where display_name = 'hidden')`,
  );
  await world.rows(
    `delete from identity.affiliation where person_id = (select id from identity.person where display_name = 'hidden')`,
  );
  await world.rows(`delete from identity.person where display_name = 'hidden'`);
  return before.join() !== after.join() || after.join().includes('sma@example.org');
}

test("nobody learns of another member's people, and a twin without the boundary is caught", async () => {
  expect(await tellsOfOthers()).toBe(false);
  const [own] = await world.rows<{ sql: string }>(`select pg_get_functiondef('identity.own_people'::regproc) as sql`);
  const condition = 'f.organisation_no = (select policy.organisation_no())';
  expect(own?.sql).toContain(condition);
  await world.rows((own?.sql ?? '').replace(condition, 'true'));
  expect(await tellsOfOthers()).toBe(true);
  await world.rows(own?.sql ?? '');
  expect(await tellsOfOthers()).toBe(false);
});

test('the public and a suspended member read nobody', async () => {
  for (const as of [undefined, 'late']) {
    const { data, errors } = await hub.ask({ ...(as === undefined ? {} : { as }), query: PEOPLE });
    expect(data?.people?.nodes ?? []).toEqual([]);
    expect(errors[0]?.extensions.code).toMatch(/UNAUTHENTICATED|POLICY_DENIED/);
  }
});

test('members read by name who answers for a member; to the public it is told as closed', async () => {
  const query = '{ members(where: { legalName: { eq: "sma" } }) { nodes { seniorSponsor } } }';
  expect((await hub.data({ as: 'smb', query })).members.nodes).toEqual([{ seniorSponsor: 'sma' }]);
  const { data, extensions } = await hub.ask({ query });
  expect(data.members.nodes).toEqual([{ seniorSponsor: null }]);
  expect(extensions?.redactions).toEqual([
    expect.objectContaining({ path: 'members.nodes.0.seniorSponsor', tier: 'ALLIANCE' }),
  ]);
});
