import { DEMO_IDENTITIES } from '../../../src/identity';
import { loadDemo, releaseDemoStatistics } from '../../../src/modules/demo';
import { exampleOperations } from '../../../src/server/explorer/routes';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Json, TestHub } from '../../support/hub';
import { releaseContext } from '../statistics/statisticsWorld';

let database: TestDatabase;
let hub: TestHub;
let report: Awaited<ReturnType<typeof loadDemo>>;
const steps: number[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const client = await database.pools.admin();
  report = await loadDemo(client, { onProgress: (done) => steps.push(done) });
  await client.end();
  const today = new Date().toISOString().slice(0, 10);
  await releaseDemoStatistics(await releaseContext(database, { today }));
  hub = await TestHub.start(database);
}, 180_000);
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const siteOf = async (owner: string, number = 1): Promise<string> => {
  const { rows } = await database.admin.query<{ id: string }>(
    `select s.id from vault.site s join vault.organisation o on o.id = s.organisation_id
     where o.legal_name like $1 || ' %' order by length(s.name), s.name offset $2 limit 1`,
    [owner, number - 1],
  );
  return hub.hub.services.ids.encode('site', rows[0]?.id ?? '', null);
};

test('it has the size of a typical alliance, everything in it is synthetic, and a second load does nothing', async () => {
  expect(report?.members).toBeGreaterThanOrEqual(55);
  expect(report?.sites).toBeGreaterThanOrEqual(250);
  expect(report?.measurements).toBeGreaterThan(10_000);
  expect(steps.at(-1)).toBe(8);
  const client = await database.pools.admin();
  expect(await loadDemo(client)).toBeNull();
  await client.end();
  for (const table of [
    'organisation',
    'activity',
    'site',
    'site_owner',
    'link',
    'measurement',
    'assessment',
    'demand',
    'demand_response',
    'agreement',
    'plan',
    'target',
  ]) {
    const { rows } = await database.admin.query(`select from vault.${table} where not synthetic`);
    expect([table, rows.length]).toEqual([table, 0]);
  }
});

test('chains are four to six tiers deep, some firms are customer and competitor at once, one producer dominates', async () => {
  const { rows: depth } = await database.admin.query<{ depth: number }>(
    `with recursive walk as (
       select customer_owner_no as start, owner_no as at, 1 as depth from vault.link where state in ('CONFIRMED', 'DISCLOSED')
       union select w.start, l.owner_no, w.depth + 1 from walk w join vault.link l on l.customer_owner_no = w.at and w.depth < 8
         where l.state in ('CONFIRMED', 'DISCLOSED'))
     select max(depth) as depth from walk where start in (select unit_no from vault.organisation where stakeholder_group = 'DOWNSTREAM_INDUSTRY')`,
  );
  expect(depth[0]?.depth).toBeGreaterThanOrEqual(4);
  // So many groups ask MineX about water that it may see them together without knowing any (J7).
  const { rows: issuers } = await database.admin.query(
    `select distinct i.ownership_group from vault.demand d join vault.organisation i on i.id = d.issuer_id where d.topic_id = 'T24'`,
  );
  expect(issuers.length).toBeGreaterThanOrEqual(6);
  const { rows: twins } = await database.admin.query(
    `select from policy.viewer v, unnest(v.grounds) g(mask) where (g.mask & (1 << 20)) <> 0 limit 1`,
  );
  expect(twins).toHaveLength(1);
  const { rows: dominant } = await database.admin.query<{ share: string }>(
    `select max(total) / sum(total) as share from (select m.owner_no, sum(value) as total from vault.measurement m join vault.site s on s.id = m.site_id
       where indicator_id = 'PROD_VOLUME' and 'lithium' = any(s.minerals) and s.stages && '{MINING_LSM}' group by 1) t`,
  );
  expect(Number(dominant[0]?.share)).toBeGreaterThan(0.25);
});

test.each(DEMO_IDENTITIES.map(({ name, roles }) => [name, roles] as const))(
  '%s acts in its roles',
  async (name, roles) => {
    const { me } = await hub.data({ as: name, query: '{ me { kind roles phase organisation { synthetic } } }' });
    expect(me).toMatchObject({ phase: 'COORDINATION', organisation: { synthetic: true } });
    expect([...me.roles].sort()).toEqual([...roles].sort());
  },
);

describe('each outcome can be seen', () => {
  const read = async (as: string | undefined, site: string): Promise<Json> =>
    hub.ask({
      as,
      query: `{ site(id: "${site}") { name nameplateCapacity operator { standing }
        assessments(first: 5) { nodes { standard state label } }
        ghg: measurements(where: { indicator: { eq: "GHG_INT" } }) { totalCount nodes { value } }
        water: measurements(where: { indicator: { eq: "WATER_WITHDRAWN" } }) { totalCount } } }`,
    });

  test('ALLOW: a customer reads the figures that its supplier shares', async () => {
    const { data } = await read('cath', await siteOf('SmA'));
    expect(data.site.water.totalCount).toBe(3);
    expect(data.site.operator.standing).toBe('GOOD');
  });

  test('REDACT: the public is told that a standing is shared within the alliance', async () => {
    const answer = await read(undefined, await siteOf('SmA'));
    expect(answer.data.site.operator.standing).toBeNull();
    expect(answer.extensions.redactions).toContainEqual(
      expect.objectContaining({ path: 'site.operator.standing', tier: 'ALLIANCE' }),
    );
  });

  test('HIDE and AGGREGATE_ONLY: a competitor sees neither capacity nor figures, and is pointed to the statistic', async () => {
    const { data, extensions, errors } = await read('sma', await siteOf('SmB'));
    expect(errors).toEqual([]);
    expect(data.site).toMatchObject({ nameplateCapacity: null, ghg: { totalCount: 0, nodes: [] } });
    expect(extensions.alternatives).toEqual([{ statistic: 'GHG_INT', scope: 'cobalt/REFINING' }]);
  });

  test('a grant opens what its agreement names, for the purpose it names', async () => {
    const site = await siteOf('SmA');
    const query = `{ site(id: "${site}") { measurements(where: { indicator: { eq: "GHG_INT" } }) { totalCount } } }`;
    const without = await hub.data({ as: 'cath', query });
    const within = await hub.data({ as: 'cath', query, headers: { 'Sluice-Purpose': 'OWN_SUPPLY_CHAIN' } });
    expect([without.site.measurements.totalCount, within.site.measurements.totalCount]).toEqual([0, 3]);
  });

  test('DENY: what needs an office is refused to a member', async () => {
    const query = 'mutation { setStanding(input: { member: "x", standing: "LEFT", reason: "x" }) { warnings } }';
    expect(await hub.refusal({ as: 'ngo', query })).toMatchObject({ code: 'POLICY_DENIED' });
  });

  test('the assessor sees the site it is at work on, and no other', async () => {
    const own = await read('assessor', await siteOf('MineX', 2));
    const other = await read('assessor', await siteOf('MineX', 3));
    expect(own.data.site.nameplateCapacity).not.toBeNull();
    expect(other.data.site.nameplateCapacity).toBeNull();
  });
});

test.each(exampleOperations().map((example) => [example.name, example] as const))(
  'the example operation %s has an answer for whom it is made for, twice the same',
  async (_name, { as, query }) => {
    const first = await hub.ask({ as: as ?? undefined, query });
    expect(first.errors).toEqual([]);
    expect(Object.values(first.data as object)).not.toContain(null);
    const second = await hub.ask({ as: as ?? undefined, query });
    if (query.includes('mutation')) expect(second.data).toEqual(first.data);
  },
);

test('with the steps of time taken, another mine sees what ten buyers ask MineX; MineX, who knows them, and a bank of nothing see none', async () => {
  await hub.hub.startSystemSteps();
  const query = '{ demandClusters(mineral: "copper", stage: "MINING_LSM") { standards issuerBand floor ceiling } }';
  expect((await hub.data({ as: 'ngo', query })).demandClusters).toEqual([
    expect.objectContaining({
      standards: expect.arrayContaining(['DEMO_MINE', 'DEMO_WATER']),
      issuerBand: expect.stringMatching(/^(5-9|10)/),
    }),
  ]);
  const small = await hub.ask({ as: 'minex', query });
  expect(small.errors[0]?.extensions.code).toBe('SMALL_CELL');
  const none = await hub.ask({ as: 'ngo', query: query.replace('copper', 'lithium') });
  expect(none.text).toBe(small.text);
});

describe('its statistics', () => {
  const query = '{ releases(first: 100) { nodes { table period audience cells { value suppressed } } } }';

  test('at least 30 % of its registered cells are published, and a second start releases nothing again', async () => {
    const releases = (await hub.data({ as: 'analyst', query })).releases.nodes;
    const cells: Json[] = releases.flatMap((release: Json) => release.cells);
    const share = cells.filter((cell) => !cell.suppressed).length / cells.length;
    process.stderr.write(`demo: ${Math.round(100 * share)} % of ${cells.length} registered cells published\n`);
    expect(share).toBeGreaterThanOrEqual(0.3);
    expect(new Set(releases.map(({ period }: Json) => period)).size).toBe(2);
    await releaseDemoStatistics(await releaseContext(database));
    expect((await hub.data({ as: 'analyst', query })).releases.nodes).toEqual(releases);
  });

  test.each([
    ['an analyst', 'analyst'],
    ['the public', undefined],
  ])('the first question of %s shows a real figure and a suppressed cell', async (_who, as) => {
    const { releases } = await hub.data({ ...(as === undefined ? {} : { as }), query });
    const [newest] = releases.nodes.filter(({ table }: Json) => table === 'safety-by-stage');
    const values = newest.cells.map(({ value }: Json) => value);
    expect(values).toContain(null);
    expect(values.filter((value: string | null) => value !== null && Number(value) > 0).length).toBeGreaterThan(0);
  });
});
