import { loadDemo } from '../../../src/modules/demo';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Answer, type Json, TestHub } from '../../support/hub';

/** J1, J2, J8 and J11 in the demo alliance: Auto <- Cath <- SmA <- MineX, with SmB against SmA and Auto2 against Auto. */
let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await createTestDatabase();
  const client = await database.pools.admin();
  await loadDemo(client);
  await client.end();
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const NOWHERE = '11111111-2222-8333-a444-555555555555';
const uuidOf = async (name: string): Promise<string> => {
  const { rows } = await database.admin.query<{ id: string }>(
    `select id from vault.organisation where legal_name like $1 || ' %' and is_member`,
    [name],
  );
  return rows[0]?.id ?? '';
};
const memberId = async (name: string): Promise<string> =>
  hub.hub.services.ids.encode('member', await uuidOf(name), null);
const nowhere = (type: 'member' | 'site'): string => hub.hub.services.ids.encode(type, NOWHERE, null);
const firstSite = async (name: string): Promise<string> => {
  const { rows } = await database.admin.query<{ id: string }>(
    'select id from vault.site where organisation_id = $1 order by length(name), name limit 1',
    [await uuidOf(name)],
  );
  return hub.hub.services.ids.encode('site', rows[0]?.id ?? '', null);
};

describe('J1: Auto follows its own cobalt', () => {
  const CHAIN = `query ($depth: Int) { valueChain(mineral: "cobalt", direction: UPSTREAM, depth: $depth) {
    nodes { id stage depth site { name } } edges { from to confidence custodyModel } truncated } }`;

  test('as far as both ends of each hop consented, and truncated without saying where', async () => {
    const answer = await hub.ask({ as: 'auto', query: CHAIN, variables: { depth: 4 } });
    expect(answer.errors).toEqual([]);
    const { nodes, truncated } = answer.data.valueChain;
    const names: string[] = nodes.map((node: Json) => node.site?.name);
    expect(names).toEqual(expect.arrayContaining(['Cath plant', 'SmA refinery']));
    expect(answer.text).not.toMatch(/MineX|SmB/);
    expect(truncated).toBe(true);
  });

  test('depth 13 is refused', async () => {
    expect(await hub.refusal({ as: 'auto', query: CHAIN, variables: { depth: 13 } })).toMatchObject({
      code: 'VALIDATION',
    });
    expect(await hub.refusal({ as: 'auto', query: CHAIN, variables: { depth: 0 } })).toMatchObject({
      code: 'VALIDATION',
    });
  });

  test('nobody without a member asks for a chain', async () => {
    expect(await hub.refusal({ query: CHAIN })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('J2: Auto asks for the certificates of its confirmed suppliers', () => {
  test('they are public, and what ran out says EXPIRED', async () => {
    const query = `{ suppliers(tier: 1, first: 50) { totalCount nodes { site { name
      assessments(where: { standard: { in: ["DEMO_METAL", "DEMO_WATER"] } }) { nodes { standard result state validTo assurance } } } } } }`;
    const { suppliers } = await hub.data({ as: 'cath', query });
    expect(suppliers.totalCount).toBeGreaterThanOrEqual(2);
    const today = new Date().toISOString().slice(0, 10);
    const certificates: Json[] = suppliers.nodes.flatMap((node: Json) => node.site.assessments.nodes);
    expect(certificates.length).toBeGreaterThan(0);
    for (const { state, validTo } of certificates) {
      if (validTo !== null && validTo <= today) expect(state).not.toMatch(/^CONFORMANT/);
    }
    const { assessments } = await hub.data({
      query: '{ assessments(where: { state: { eq: "EXPIRED" } }) { totalCount } }',
    });
    expect(assessments.totalCount).toBeGreaterThan(0);
    expect(await hub.refusal({ as: 'cath', query: '{ suppliers(tier: 2) { totalCount } }' })).toMatchObject({
      code: 'VALIDATION',
    });
  });
});

describe('J8: SmA tries to read its competitor SmB', () => {
  /** Every road to one site: by argument, alias, fragment, node, list with filter and order. */
  const everyRoad = (id: string): string[] => [
    `{ site(id: "${id}") { name measurements(where: { indicator: { eq: "GHG_INT" } }) { totalCount nodes { value } } nameplateCapacity } }`,
    `{ a: site(id: "${id}") { b: measurements(where: { indicator: { eq: "GHG_INT" } }) { c: nodes { d: value } } e: nameplateCapacity f: capacities { tonnesPerYear } } }`,
    `query { site(id: "${id}") { ...Closed } } fragment Closed on Site { measurements(where: { indicator: { in: ["PROD_VOLUME", "ENERGY_ABS"] } }) { totalCount edges { cursor } } }`,
    `{ node(id: "${id}") { ... on Site { nameplateCapacity measurements(where: { indicator: { eq: "PROD_VOLUME" } }) { totalCount } } } }`,
    `{ measurements(where: { site: { eq: "${id}" }, indicator: { in: ["PROD_VOLUME", "HOURS_WORKED", "GHG_INT"] } }, orderBy: [{ field: value, direction: DESC }]) { totalCount pageInfo { endCursor hasNextPage } nodes { value } } }`,
    `{ measurements(where: { site: { eq: "${id}" }, indicator: { eq: "PROD_VOLUME" }, value: { gte: "1" } }) { totalCount } }`,
  ];
  const readAll = async (id: string): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const query of everyRoad(id)) answers.push(await hub.ask({ as: 'sma', query }));
    return answers;
  };

  test('it gets the empty answer and the fixed pointer, byte for byte as if SmB had no such data', async () => {
    const id = await firstSite('SmB');
    const answers = await readAll(id);
    expect(answers[0]?.data).toEqual({
      site: { name: 'SmB refinery', measurements: { totalCount: 0, nodes: [] }, nameplateCapacity: null },
    });
    expect(answers[0]?.extensions).toMatchObject({
      alternatives: [{ statistic: 'GHG_INT', scope: 'cobalt/REFINING' }],
    });
    expect(JSON.stringify(answers[0]?.extensions.redactions ?? [])).not.toContain('nameplateCapacity');
    expect(answers[3]?.data.node).toEqual({ nameplateCapacity: null, measurements: { totalCount: 0 } });
    expect(answers[4]?.data.measurements).toEqual({
      totalCount: 0,
      pageInfo: { endCursor: null, hasNextPage: false },
      nodes: [],
    });
    // The twin: the same world without SmB's figures gives the same bytes.
    const client = await database.admin.connect();
    await client.query('begin');
    const unit = `(select unit_no from vault.site where name = 'SmB refinery')`;
    await client.query(
      `create temp table kept as select id, unit_no from vault.measurement where unit_no = ${unit} and indicator_id in ('GHG_INT', 'PROD_VOLUME', 'HOURS_WORKED', 'ENERGY_ABS')`,
    );
    await client.query('update vault.measurement set withdrawn_at = now() where id in (select id from kept)');
    await client.query(`update vault.capacity set withdrawn_at = now() where unit_no = ${unit}`);
    await client.query('commit');
    expect((await readAll(id)).map(({ text }) => text)).toEqual(answers.map(({ text }) => text));
    await client.query('update vault.measurement set withdrawn_at = null where id in (select id from kept)');
    await client.query(`update vault.capacity set withdrawn_at = null where unit_no = ${unit}`);
    client.release();
  });

  test('a batch of operations is refused as a whole', async () => {
    const response = await fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await hub.token('sma')}` },
      body: JSON.stringify(everyRoad(await firstSite('SmB')).map((query) => ({ query }))),
    });
    expect(response.status).toBe(400);
  });
});

describe('J11: Auto2 asks for the suppliers of Auto', () => {
  const ask = (as: string, member: string): Promise<Answer> =>
    hub.ask({
      as,
      query: `query ($member: ID!) { suppliers(of: $member) { totalCount edges { cursor } pageInfo { startCursor endCursor hasNextPage } }
        links(where: { customer: { eq: $member } }) { totalCount edges { cursor } nodes { id } } }`,
      variables: { member },
    });

  test('and is answered as for a member that does not exist', async () => {
    const missing = await ask('auto2', nowhere('member'));
    expect(missing.data.suppliers).toEqual({
      totalCount: 0,
      edges: [],
      pageInfo: { startCursor: null, endCursor: null, hasNextPage: false },
    });
    expect((await ask('auto2', await memberId('Auto'))).text).toBe(missing.text);
    // Cath does have a supplier in SmB, which stays between the two.
    const links = (supplier: string) => ({
      as: 'auto2',
      query: `{ links(where: { supplier: { eq: "${supplier}" } }) { totalCount nodes { id } } }`,
    });
    expect((await hub.ask(links(await memberId('SmB')))).text).toBe((await hub.ask(links(nowhere('member')))).text);
    expect((await ask('auto', await memberId('Auto'))).data.suppliers.totalCount).toBeGreaterThan(0);
  });
});

/** INVARIANT: what these journeys claim must fail where the boundary is broken. */
test('a broken twin, whose law lets everything through, is caught by J8 and J11', async () => {
  await database.admin.query(
    `alter policy law on vault.measurement using (true); alter policy law on vault.link using (true);
      create or replace function policy.open_classes(units int[]) returns table (unit_no int, classes smallint[]) language sql
        as 'select u, array(select generate_series(0, 143)::smallint) from unnest(units) u';
      create or replace function policy.links_open_at(suppliers uuid[], customers uuid[], supplier_sites uuid[], customer_sites uuid[]) returns uuid[]
        language sql security definer as 'select array(select id from vault.link)'`,
  );
  const id = await firstSite('SmB');
  const query = `{ site(id: "${id}") { measurements(where: { indicator: { eq: "GHG_INT" } }) { totalCount } } links(where: { supplier: { eq: "${await memberId('SmB')}" } }) { totalCount } }`;
  const { site, links } = await hub.data({ as: 'sma', query });
  expect(site.measurements.totalCount).toBeGreaterThan(0);
  expect(links.totalCount).toBeGreaterThan(0);
});
