import { inTrusteeTransaction } from '../../../src/database/trusteeTransaction';
import { addDays } from '../../../src/kernel/period';
import { tickClusters } from '../../../src/modules/equivalence';
import { tickLinks } from '../../../src/modules/valueChain';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Json, TestHub } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';
import { WireCounter } from '../../support/wireCounter';

/** Every answer that the database gives to the hub is counted on the wire: what opens and records an operation, too. */
let database: TestDatabase;
let chain: ValueChainWorld;
let wire: WireCounter;
let hub: TestHub;
const today = new Date().toISOString().slice(0, 10);
const SIZES = [1, 10, 1000];

beforeAll(async () => {
  database = await createTestDatabase();
  chain = await ValueChainWorld.start(database);
  const url = new URL(database.url);
  wire = await WireCounter.inFrontOf(url.hostname, Number(url.port));
  url.port = String(wire.port);
  hub = await TestHub.start({ ...database, url: url.toString() });
  await bulk(Math.max(...SIZES));
});
afterAll(async () => {
  await hub.stop();
  await wire.close();
  await chain.stop();
});

/** A thousand plants of Cath, whose links to Auto a size takes from. */
async function bulk(plants: number): Promise<void> {
  const client = await database.admin.connect();
  await client.query(`begin; set local sluice.relations = 'deferred'; create temp table plant as
    select n, gen_random_uuid() as id, 0 as unit_no from generate_series(1, ${plants}) n`);
  const cath = [chain.world.id('cath'), chain.world.unitNo('cath')];
  await client.query(
    `update plant set unit_no = r.unit_no from policy.register_units(
       (select array_agg($1::uuid) from plant), (select array_agg(id order by n) from plant)) r where r.place = plant.n`,
    cath.slice(0, 1),
  );
  await client.query(
    `insert into vault.site (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, name, type, country, status, stages, main_mineral, minerals, ownership_unit)
     select id, unit_no, $2, $2, 0, 0, 1, $1, 'plant ' || n, 'CHEMICAL_PLANT', 'CL', 'OPERATING', '{CHEMICAL_PROCESSING}', 'cobalt', '{cobalt}', gen_random_uuid() from plant`,
    cath,
  );
  await client.query('commit; create table public.plant as select * from plant');
  client.release();
}

async function links(count: number): Promise<void> {
  const [auto, cath] = ['auto', 'cath'].map((key) => [chain.world.unitNo(key), chain.world.id(key)]);
  const client = await database.admin.connect();
  await client.query(`begin; set local sluice.relations = 'deferred'; delete from vault.link`);
  await client.query(
    `insert into vault.link (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, customer_unit_no, customer_owner_no, supplier_id, customer_id, supplier_site_id, asserted_by_no,
       mineral_id, supplier_stage, period_start, period_end, confidence, confidence_basis, state, supplier_audience, customer_audience)
     select unit_no, $1, $1, 6, 5, 5, $2, $2, $3, $4, id, $1, 'cobalt', 'CHEMICAL_PROCESSING', '2026-01-01', '2027-01-01', 0.7, 'TWO_SIDED', 'DISCLOSED', 1, 1
     from public.plant where n <= $5`,
    [cath?.[0], auto?.[0], cath?.[1], auto?.[1], count],
  );
  await client.query('commit');
  client.release();
}

async function demands(count: number): Promise<void> {
  await database.admin.query('truncate vault.response_evidence, vault.demand_response, vault.demand');
  const [auto, cath] = ['auto', 'cath'].map((key) => [chain.world.unitNo(key), chain.world.id(key)]);
  await database.admin.query(
    `with asked as (
       insert into vault.demand (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, issuer_id, state, title, standard_id, min_level, topic_id, deadline, recipients, issued_on, minerals)
       select $1, $1, $1, 6, 5, 6, $2, 'ISSUED', 'demand ' || n, 'RMAP', 'CONFORMANT', 'T29', $5::date + (n % 50)::int, array[$3::int], '2020-01-01', '{cobalt}' from generate_series(1, $6) n
       returning id, deadline)
     insert into vault.demand_response (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, demand_id, issuer_no, recipient_id, state, deadline)
     select $3, $3, $3, 6, 5, 6, id, $1, $4, 'RECEIVED', deadline from asked`,
    [auto?.[0], auto?.[1], cath?.[0], cath?.[1], addDays(today, 60), count],
  );
}

/** As many clusters as standards there are at most; each by six groups beside the reader's. */
async function clusters(count: number): Promise<void> {
  await database.admin.query('truncate vault.demand_vintage, vault.known_issuer, vault.frozen_quarter');
  await tickClusters(chain.hub.hub.services.pools.trustee, today);
  await database.admin.query(
    `insert into vault.demand_vintage (quarter, demand_id, issuer_no, issuer_group, recipients, topic_id, standard_id, min_level, level_place, minerals, stages, jurisdictions)
     select date_trunc('quarter', $1::date), gen_random_uuid(), 1, ('00000000-0000-4000-8000-00000000000' || g)::uuid, '{}', l.standard_id, l.standard_id, l.code, l.position, '{cobalt}', '{}', '{}'
     from (select distinct on (standard_id) standard_id, code, position from reference.standard_level order by standard_id, position limit $2) l, generate_series(1, 6) g`,
    [today, count],
  );
}

const PAGE = 'first: 100';
const NODES = 'nodes { id depth stage site { name country } member { legalName jurisdiction } }';
interface Question {
  name: string;
  as: string;
  query: string;
  /** how many results a size gives */
  found: (data: Json) => number;
  expected: (size: number) => number;
}
const page = (size: number): number => Math.min(size, 100);
const QUESTIONS: readonly Question[] = [
  {
    name: 'valueChain',
    as: 'auto',
    query: `{ valueChain(mineral: "cobalt", depth: 6) { ${NODES} edges { from to confidence product } truncated } }`,
    found: (data) => data.valueChain.edges.length,
    expected: (size) => (size === 1000 ? 999 : size),
  },
  {
    name: 'chainCoverage and exposure',
    as: 'auto',
    query: `{ chainCoverage(mineral: "cobalt", standard: "RMAP") { links byState { key share } byRiskArea { key } } exposure(mineral: "cobalt", target: { jurisdiction: "CL" }) { distance } }`,
    found: (data) => data.chainCoverage.links,
    expected: (size) => (size === 1000 ? 999 : size),
  },
  {
    name: 'suppliers with their certificates',
    as: 'auto',
    query: `{ suppliers(${PAGE}) { totalCount nodes { site { name assessments(first: 5) { nodes { standard state validTo } } } member { legalName } link { id evidence { type } } } } }`,
    found: (data) => data.suppliers.nodes.length,
    expected: page,
  },
  {
    name: 'links',
    as: 'auto',
    query: `{ links(${PAGE}) { totalCount edges { cursor } nodes { id state supplier { legalName } supplierSite { name } myConsent { audience } evidence { type sha256 } } } }`,
    found: (data) => data.links.nodes.length,
    expected: page,
  },
  ...(['inbox', 'outbox'] as const).map((box): Question => ({
    name: box,
    as: box === 'inbox' ? 'cath' : 'auto',
    query: `{ ${box}(${PAGE}) { totalCount edges { cursor } nodes { id state deadline recipient { legalName } evidence { kind assessment { standard } } cascade { tier outcome }
      demand { id title issuer { legalName } myCoverage { state gaps assessments { standard } } responses(first: 2) { totalCount nodes { state } } } } } }`,
    found: (data) => data[box].nodes.length,
    expected: page,
  })),
  {
    name: 'demandClusters',
    as: 'minex',
    query:
      '{ demandClusters(mineral: "cobalt") { topic standard issuerBand floor coveredByMyAssessments { state gaps } } }',
    found: (data) => data.demandClusters.length,
    expected: (size) => Math.min(size, standards),
  },
];

let standards = 0;
const results = new Map<string, number[]>();
const counts = new Map<string, number[]>();

async function measure(size: number): Promise<void> {
  await links(size);
  await demands(size);
  await clusters(size);
  for (const { name, as, query, found } of QUESTIONS) {
    // Once for what is computed at the first read after a change: the closure of the reader.
    await hub.data({ as, query });
    await settled();
    results.set(name, [...(results.get(name) ?? []), found(await hub.data({ as, query }))]);
    counts.set(name, [...(counts.get(name) ?? []), await settled()]);
  }
}

describe('the number of statements does not follow the number of results', () => {
  beforeAll(async () => {
    const [row] = await chain.world.rows<{ count: number }>(
      'select count(distinct standard_id)::int as count from reference.standard_level',
    );
    standards = row?.count ?? 0;
    for (const size of SIZES) await measure(size);
  });

  test.each(QUESTIONS)('$name', ({ name, expected }) => {
    expect(results.get(name)).toEqual(SIZES.map(expected));
    expect(counts.get(name)?.[0]).toBeGreaterThan(2);
    expect(new Set(counts.get(name)).size).toBe(1);
  });

  test('and the same count catches a resolver that asks once for each result', async () => {
    const { links: all } = await hub.data({ as: 'auto', query: '{ links(first: 10) { nodes { id } } }' });
    const once = await settled();
    for (const { id } of all.nodes) await hub.data({ as: 'auto', query: `{ node(id: "${id}") { id } }` });
    expect(await settled()).toBeGreaterThan(2 * once);
  });
});

test('a thousand links whose period is over end together, and the grounds that they gave with them', async () => {
  const customer = async (): Promise<number> => {
    const [row] = await chain.world.rows<{ mask: number }>(
      'select grounds[$1] & 1024 as mask from policy.viewer where desk_no = $2',
      [chain.world.unitNo('cath'), chain.world.deskNo('auto')],
    );
    return row?.mask ?? 0;
  };
  expect(await customer()).toBe(1024);
  const { trustee } = chain.hub.hub.services.pools;
  expect(await inTrusteeTransaction(trustee, (client) => tickLinks(client, '2027-01-01'))).toBe(Math.max(...SIZES));
  expect(await customer()).toBe(0);
  const live = await chain.world.rows(
    `select from vault.link where state <> 'ENDED' or ended_on is distinct from period_end`,
  );
  expect(live).toEqual([]);
});

/** Round trips since the last call, once the transaction's end and the record, which nobody waits for, are through. */
async function settled(): Promise<number> {
  let total = wire.take();
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const more = wire.take();
    quiet = more === 0 ? quiet + 1 : 0;
    total += more;
  }
  return total;
}
