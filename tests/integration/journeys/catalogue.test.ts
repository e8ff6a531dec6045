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
  await world.organisation('sma', { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  await world.organisation('smb', { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  await world.site('sma1', { owner: 'sma' });
  await world.person('sma', 'sma');
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

test('anybody reads the catalogue in pages, with the parts of each row', async () => {
  const { standards, minerals, indicators, glossary, jurisdictions, requirements, alliance } = await hub.data({
    query: `{
      standards(first: 2, where: { code: { in: ["IRMA", "TSM", "RMAP"] } }) { totalCount pageInfo { hasNextPage endCursor } nodes { id code levels versions { id } requirements { topic } } }
      minerals(where: { code: { eq: "cobalt" } }) { nodes { code stages { stage hs6 } } }
      indicators(where: { code: { eq: "TRIR" } }) { nodes { code unit siteDefaultTier sensitivity } }
      glossary(first: 1) { totalCount nodes { id term } }
      jurisdictions(where: { code: { eq: "CD" } }) { nodes { name } }
      requirements(where: { standard: { eq: "IRMA" } }) { totalCount nodes { standard { code } } }
      alliance { id name objective }
    }`,
  });
  expect(standards.totalCount).toBe(3);
  expect(standards.pageInfo.hasNextPage).toBe(true);
  expect(standards.nodes[1]).toMatchObject({
    id: 'standard_IRMA',
    levels: ['TRANSPARENCY', 'IRMA_50', 'IRMA_75', 'IRMA_100'],
  });
  expect(standards.nodes[1].versions).toEqual([{ id: 'IRMA/1.0' }]);
  expect(minerals.nodes[0].stages.length).toBeGreaterThan(1);
  expect(indicators.nodes[0]).toMatchObject({ code: 'TRIR' });
  expect(glossary.totalCount).toBe(35);
  expect(jurisdictions.nodes).toHaveLength(1);
  expect(requirements.nodes[0].standard.code).toBe('IRMA');
  expect(alliance.name).toBe('Test alliance');
  const next = await hub.data({
    query: `{ standards(first: 2, after: "${standards.pageInfo.endCursor}", where: { code: { in: ["IRMA", "TSM", "RMAP"] } }) { nodes { code } } }`,
  });
  expect(next.standards.nodes).toEqual([{ code: 'TSM' }]);
});

test('lists of the catalogue are ordered and filtered alike; a heading states its edition', async () => {
  const { products, minerals, jurisdictions, last } = await hub.data({
    query: `{
      products(where: { mineral: { eq: "cobalt" }, stage: { eq: "REFINING" } }, orderBy: [{ field: hs6, direction: DESC }]) { totalCount nodes { hs6 hsEdition form mineral { code } } }
      minerals(first: 2, orderBy: [{ field: sector }, { field: name, direction: DESC }]) { nodes { sector name } pageInfo { endCursor } }
      jurisdictions(first: 1, orderBy: [{ field: code, direction: DESC }]) { nodes { code } }
      last: glossary(last: 1, orderBy: [{ field: term }]) { nodes { term } pageInfo { hasPreviousPage hasNextPage } }
    }`,
  });
  expect(products.totalCount).toBe(3);
  expect(products.nodes[0]).toMatchObject({ hs6: '810520', hsEdition: '2022', mineral: { code: 'cobalt' } });
  expect(products.nodes.map(({ hs6 }: { hs6: string }) => hs6)).toEqual(
    ['810520', '283329', '282200'].sort().reverse(),
  );
  expect(minerals.nodes[0].sector).toBe(minerals.nodes[1].sector);
  expect(minerals.nodes[0].name > minerals.nodes[1].name).toBe(true);
  expect(jurisdictions.nodes).toEqual([{ code: 'ZW' }]);
  expect(last.pageInfo).toEqual({ hasPreviousPage: true, hasNextPage: false });
});

test('members read who holds shares of an organisation, the public does not', async () => {
  await world.rows(
    `insert into vault.ownership (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, holder_id, holder_name, percent)
     select s.unit_no, s.unit_no, s.unit_no, 1, 0, 2, s.id, h.id, h.legal_name, 60 from vault.organisation s, vault.organisation h
     where s.legal_name = 'sma' and h.legal_name = 'smb'`,
  );
  const query =
    '{ members(where: { legalName: { eq: "sma" } }) { nodes { holders(orderBy: [{ field: name }]) { totalCount nodes { name percent holder { legalName } } } } } }';
  const [seen] = (await hub.data({ as: 'sma', query })).members.nodes;
  expect(seen.holders).toEqual({
    totalCount: 1,
    nodes: [{ name: 'smb', percent: '60', holder: { legalName: 'smb' } }],
  });
  const [closed] = (await hub.data({ query })).members.nodes;
  expect(closed.holders).toEqual({ totalCount: 0, nodes: [] });
});

test('me says who asks, in which roles, and what may be seen in plain words', async () => {
  const { me } = await hub.data({
    as: 'sma',
    query: '{ me { kind displayName roles phase organisation { legalName } maySee reasonsToRead { ground tiers } } }',
  });
  expect(me).toMatchObject({
    kind: 'PERSON',
    displayName: 'sma',
    roles: ['UPSTREAM_PUBLISHER'],
    phase: 'COORDINATION',
    organisation: { legalName: 'sma' },
  });
  expect(me.reasonsToRead.map((reason: { ground: string }) => reason.ground)).toContain('CO_MEMBER_COMPETITOR');
  expect(me.maySee.join('\n')).toContain('it is about your own organisation');
  const nobody = await hub.data({
    query: '{ me { kind roles displayName organisation { id } reasonsToRead { ground tiers } } }',
  });
  expect(nobody.me).toEqual({
    kind: 'PUBLIC',
    roles: ['PUBLIC'],
    displayName: null,
    organisation: null,
    reasonsToRead: [{ ground: 'ANYONE', tiers: ['PUBLIC'] }],
  });
});

test('node finds whatever an id names, and gives the same null for hidden, missing and malformed', async () => {
  const { sites } = await hub.data({ query: '{ sites { nodes { id } } }' });
  const siteId: string = sites.nodes[0].id;
  const { node, mineral } = await hub.data({
    query: `{ node(id: "${siteId}") { __typename id ... on Site { name } } mineral: node(id: "mineral_cobalt") { __typename ... on Mineral { code } } }`,
  });
  expect(node).toEqual({ __typename: 'Site', id: siteId, name: 'sma1' });
  expect(mineral).toEqual({ __typename: 'Mineral', code: 'cobalt' });
  for (const id of [
    'site_00000000000000000000000000',
    'standard_NONE',
    'nonsense',
    'desk_00000000000000000000000000',
  ]) {
    expect((await hub.ask({ query: `{ node(id: "${id}") { id } }` })).text).toBe('{"data":{"node":null}}\n');
  }
});
