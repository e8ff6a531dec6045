import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

/**
 * SmA owns a site. Cath is its confirmed customer, Deal party to an agreement in force, Offer has proposed one. Hidden buys
 * through Cath without SmA knowing; Plain is any other member.
 */
let database: TestDatabase;
let world: World;
let hub: TestHub;

const MEMBERS = ['sma', 'cath', 'deal', 'offer', 'hidden', 'plain'];

async function agreement(partner: string, state: string): Promise<void> {
  await world.store(
    'agreement',
    'sma',
    { tier: 'ADDRESSED', sensitivity: 'COUNTERPARTY', dataClass: 'LINK' },
    {
      partner_no: world.unitNo(partner),
      partner_id: world.id(partner),
      state,
      purpose: 'DUE_DILIGENCE',
      data_classes: ['PERFORMANCE'],
      fields: ['Measurement.*'],
      starts_on: '2025-06-01',
      ends_on: '2027-05-01',
      deletion_rule: 'delete after use',
      needs_clearance: false,
      activated_at: state === 'ACTIVE' ? '2026-02-10T00:00:00Z' : null,
      proposer_no: world.unitNo('sma'),
    },
  );
}

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  for (const name of MEMBERS) await world.organisation(name, { company: true });
  await world.organisation('office', { company: false, standing: null, kinds: ['COUNSEL', 'SECRETARIAT'] });
  await world.site('sma1', { owner: 'sma' });
  await world.site('cath1', { owner: 'cath' });
  await world.link('sma-cath', {
    supplier: 'sma1',
    customer: 'cath',
    state: 'CONFIRMED',
    columns: { confirmed_at: '2026-02-10T00:00:00Z' },
  });
  await world.link('cath-hidden', { supplier: 'cath1', customer: 'hidden', state: 'CONFIRMED' });
  await agreement('deal', 'ACTIVE');
  await agreement('offer', 'PROPOSED');
  for (const name of MEMBERS) await world.person(name, name);
  await world.person('counsel', 'office', ['COMPETITION_COUNSEL']);
  await world.person('secretary', 'office', ['SECRETARIAT']);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});
// the record cannot be emptied, not even by its owner: each test begins with a table that has none of its triggers firing
beforeEach(async () => {
  await world.rows(
    'alter table audit.read_record disable trigger user; delete from audit.read_record; alter table audit.read_record enable trigger user',
  );
});

interface Read {
  by: string;
  at: string;
  of?: string[];
  roles?: string[];
  outcome?: string;
}
async function read({ by, at, of = ['sma1'], roles = ['UPSTREAM_PUBLISHER'], outcome = 'ALLOW' }: Read): Promise<void> {
  await world.insert('audit.read_record', {
    happened_at: at,
    organisation_no: world.unitNo(by),
    person_id: world.id(`person ${by}`),
    roles,
    purpose: 'canary-of-purpose',
    operation: 'canary-of-operation',
    query_hash: 'x',
    types: ['Measurement'],
    unit_nos: of.map((unit) => world.unitNo(unit)),
    outcome,
  });
}

const QUERY =
  'query ($first: Int, $after: String) { readsOfMyData(first: $first, after: $after) { nodes { readerName day reads audience month } totalCount pageInfo { hasNextPage endCursor } } }';
const told = async (as: string): Promise<unknown[]> => (await hub.data({ as, query: QUERY })).readsOfMyData.nodes;
const named = (readerName: string, day: string, reads = 1) => ({
  readerName,
  day,
  reads,
  audience: null,
  month: day.slice(0, 7),
});
const someone = (audience: string, month: string) => ({ readerName: null, day: null, reads: null, audience, month });

test('an owner learns the names of itself, of parties to its agreements and of ends of its confirmed links; of all others class and month', async () => {
  for (const by of MEMBERS) await read({ by, at: '2026-03-10T10:00:00Z' });
  await read({ by: 'cath', at: '2026-03-10T23:59:00Z' });
  await read({ by: 'office', at: '2026-03-11T10:00:00Z', roles: ['COMPETITION_COUNSEL'] });
  const rows = await told('sma');
  expect(rows).toHaveLength(5);
  expect(rows).toEqual(
    expect.arrayContaining([
      named('sma', '2026-03-10'),
      named('cath', '2026-03-10', 2),
      named('deal', '2026-03-10'),
      someone('MEMBER', '2026-03'),
      someone('OFFICE', '2026-03'),
    ]),
  );
});

test('neither purpose nor operation is told, and reads that showed nothing are not told', async () => {
  await read({ by: 'cath', at: '2026-03-10T10:00:00Z' });
  await read({ by: 'cath', at: '2026-03-11T10:00:00Z', outcome: 'DENY' });
  const { text, data } = await hub.ask({ as: 'sma', query: QUERY });
  expect(data.readsOfMyData.nodes).toEqual([named('cath', '2026-03-10')]);
  expect(text).not.toContain('canary');
});

test('nobody learns of reads of what is not its own', async () => {
  await read({ by: 'cath', at: '2026-03-10T10:00:00Z' });
  await read({ by: 'plain', at: '2026-03-10T10:00:00Z' });
  await read({ by: 'hidden', at: '2026-03-10T10:00:00Z', of: ['cath1'] });
  for (const as of ['plain', 'deal', 'hidden', 'secretary', 'counsel']) expect(await told(as)).toEqual([]);
  expect(await told('cath')).toEqual([someone('MEMBER', '2026-03')]);
  expect((await hub.refusal({ query: QUERY })).code).toBe('UNAUTHENTICATED');
});

/** The answer to SmA, byte by byte, when this member read on this day. */
const answerWhen = async (by: string, at: string): Promise<string> => {
  await world.rows(
    'alter table audit.read_record disable trigger user; delete from audit.read_record; alter table audit.read_record enable trigger user',
  );
  await read({ by, at });
  return (await hub.ask({ as: 'sma', query: QUERY })).text;
};

test('two worlds: a hidden counterparty, and one that merely proposed an agreement, read like any other member', async () => {
  const plain = await answerWhen('plain', '2026-03-10T10:00:00Z');
  expect(plain).toContain('MEMBER');
  for (const by of ['hidden', 'offer']) expect(await answerWhen(by, '2026-03-22T01:00:00Z')).toBe(plain);
  // the comparison can fail: an end of a confirmed link is told by name
  expect(await answerWhen('cath', '2026-03-10T10:00:00Z')).not.toBe(plain);
});

test('two worlds: a read of before the link or agreement keeps its reader unnamed, and a month under way tells of no class', async () => {
  const plain = await answerWhen('plain', '2026-02-03T10:00:00Z');
  for (const by of ['cath', 'deal']) expect(await answerWhen(by, '2026-02-09T10:00:00Z')).toBe(plain);
  const [now] = await world.rows<{ now: string }>('select now()::text as now');
  const silent = await answerWhen('plain', now?.now ?? '');
  expect(JSON.parse(silent).data.readsOfMyData.nodes).toEqual([]);
  expect(await answerWhen('cath', now?.now ?? '')).toContain('"cath"');
});

test('pages follow each other without gap or repetition, and a foreign cursor opens nothing', async () => {
  for (let day = 10; day < 17; day += 1) await read({ by: 'cath', at: `2026-03-${day}T10:00:00Z` });
  await read({ by: 'deal', at: '2026-03-12T10:00:00Z' });
  await read({ by: 'plain', at: '2026-03-12T10:00:00Z' });
  const all = await told('sma');
  const paged: unknown[] = [];
  let after: string | null = null;
  do {
    const { readsOfMyData } = await hub.data({ as: 'sma', query: QUERY, variables: { first: 2, after } });
    expect(readsOfMyData.totalCount).toBe(9);
    paged.push(...readsOfMyData.nodes);
    after = readsOfMyData.pageInfo.hasNextPage ? readsOfMyData.pageInfo.endCursor : null;
  } while (after !== null);
  expect(paged).toEqual(all);
  expect(paged).toHaveLength(9);
  const { readsOfMyData } = await hub.data({ as: 'sma', query: QUERY, variables: { first: 2 } });
  const variables = { after: readsOfMyData.pageInfo.endCursor };
  expect((await hub.refusal({ as: 'cath', query: QUERY, variables })).code).toBe('VALIDATION');
  expect((await hub.refusal({ as: 'sma', query: QUERY, variables: { first: 101 } })).code).toBe('VALIDATION');
});

test('a real read over HTTP is told to the owner whose data it showed', async () => {
  await world.measurement('sma1', 'WATER_WITHDRAWN', '55', 'ALLIANCE');
  await hub.data({ as: 'cath', query: '{ measurements { nodes { value } } }' });
  expect(await told('sma')).toEqual([expect.objectContaining({ readerName: 'cath', reads: 1 })]);
});

test('the secretariat sees counts by class and month alone, and nobody else does', async () => {
  for (const by of ['cath', 'plain', 'hidden']) await read({ by, at: lastMonth(), of: ['sma1', 'cath1'] });
  await read({ by: 'office', at: lastMonth(), roles: ['SECRETARIAT'] });
  const query = '{ readCounts(months: 2) { month audience reads } }';
  const month = lastMonth().slice(0, 7);
  expect((await hub.data({ as: 'secretary', query })).readCounts).toEqual([
    { month, audience: 'MEMBER', reads: 3 },
    { month, audience: 'OFFICE', reads: 1 },
  ]);
  for (const as of ['sma', 'counsel']) expect((await hub.refusal({ as, query })).code).toBe('POLICY_DENIED');
});

/** The tenth of the month before this one. */
function lastMonth(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 10, 10)).toISOString();
}
