import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

/** Cath and SmA trade; two people work at Cath, one of whom has shares in SmA. */
let database: TestDatabase;
let world: World;
let hub: TestHub;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  for (const name of ['sma', 'cath']) await world.organisation(name);
  await world.organisation('office', { company: false, standing: null, kinds: ['COUNSEL'] });
  await world.site('sma1', { owner: 'sma' });
  for (const name of ['sma', 'cath']) await world.person(name, name);
  await world.person('colleague', 'cath');
  await world.person('counsel', 'office', ['COMPETITION_COUNSEL']);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const FIELDS = '{ id person counterpartName kind valueBand from to live declaredLate renewalDue }';
const DECLARE = `mutation ($input: DeclareInterestInput!) { declareInterest(input: $input) ${FIELDS} }`;
const END = `mutation ($input: EndInterestInput!) { endInterest(input: $input) ${FIELDS} }`;
const RENEW = `mutation ($input: RenewInterestInput!) { renewInterest(input: $input) ${FIELDS} }`;
const memberId = (key: string): string => hub.hub.services.ids.encode('member', world.id(key), null);
const today = (): string => hub.hub.services.today();
const shares = (input: object = {}) => ({
  input: { counterpart: memberId('sma'), kind: 'SHARES', valueBand: 'UP_TO_100_K', from: today(), ...input },
});
const declare = async (input: object = {}): Promise<{ id: string }> =>
  (await hub.data({ as: 'cath', query: DECLARE, variables: shares(input) })).declareInterest;
beforeEach(() => world.rows('delete from vault.interest'));

/** What a first step towards SmA comes to: its code, or null when it is taken. */
async function stepTowardsSma(as: string): Promise<string | null> {
  const query = 'mutation ($input: AssertLinkInput!) { assertLink(input: $input) { __typename } }';
  const input = {
    supplier: { site: hub.hub.services.ids.encode('site', world.id('sma1'), null) },
    customer: { member: memberId('cath') },
    mineral: 'cobalt',
    supplierStage: 'REFINING',
    customerStage: 'CHEMICAL_PROCESSING',
    periodStart: '2026-01-01',
    periodEnd: '2027-01-01',
    evidence: [{ type: 'INVOICE', sha256: 'a'.repeat(64) }],
  };
  const { errors } = await hub.ask({ as, query, variables: { input } });
  await world.rows('truncate vault.link_evidence, vault.link');
  return errors[0]?.extensions.code ?? null;
}

test('a live entry stops its person at the next step, not its colleagues, and ends with its end', async () => {
  expect(await stepTowardsSma('cath')).toBeNull();
  const entry = await declare();
  expect(entry).toMatchObject({ kind: 'SHARES', live: true, declaredLate: false, counterpartName: 'sma', to: null });
  expect(await stepTowardsSma('cath')).toBe('CONFLICT_OF_INTEREST');
  expect(await stepTowardsSma('colleague')).toBeNull();
  const { endInterest } = await hub.data({ as: 'cath', query: END, variables: { input: { interest: entry.id } } });
  expect(endInterest).toMatchObject({ to: today(), live: false });
  expect(await stepTowardsSma('cath')).toBeNull();
});

test('detail is for the person and for counsel; colleagues and counterpart see none of it, the public a summary', async () => {
  await declare();
  const own = '{ interests { nodes { counterpartName valueBand } } }';
  expect((await hub.data({ as: 'cath', query: own })).interests.nodes).toEqual([
    { counterpartName: 'sma', valueBand: 'UP_TO_100_K' },
  ]);
  for (const as of ['colleague', 'sma', 'counsel'])
    expect((await hub.data({ as, query: own })).interests.nodes).toEqual([]);
  const register = '{ interestRegister { nodes { person counterpartName valueBand } } }';
  expect((await hub.data({ as: 'counsel', query: register })).interestRegister.nodes).toEqual([
    { person: 'cath', counterpartName: 'sma', valueBand: 'UP_TO_100_K' },
  ]);
  for (const as of ['cath', 'sma']) expect((await hub.refusal({ as, query: register })).code).toBe('POLICY_DENIED');
  const answer = await hub.ask({ query: '{ interestSummary { nodes { organisationName kind } } }' });
  expect(answer.data.interestSummary.nodes).toEqual([{ organisationName: 'cath', kind: 'SHARES' }]);
  expect(answer.text).not.toContain('sma');
});

test("another person's entry, one that is over and none at all cannot be told apart, and none of them changes", async () => {
  const { id } = await declare();
  const input = { interest: id };
  const tried = async (as: string, query: string, more: object = {}) =>
    hub.refusal({ as, query, variables: { input: { ...input, ...more } } });
  const missing = { interest: hub.hub.services.ids.encode('interest', world.id('none'), world.id('cath')) };
  for (const query of [END, RENEW]) {
    const others = await tried('colleague', query);
    expect(others).toMatchObject({ code: 'NOT_FOUND' });
    expect(await tried('cath', query, missing)).toEqual(others);
  }
  expect((await tried('cath', END, { on: '2020-01-01' })).code).toBe('NOT_FOUND');
  expect((await hub.data({ as: 'cath', query: '{ interests { nodes { live } } }' })).interests.nodes).toEqual([
    { live: true },
  ]);
  await hub.data({ as: 'cath', query: END, variables: { input } });
  for (const query of [END, RENEW]) expect((await tried('cath', query)).code).toBe('NOT_FOUND');
});

test('a late entry is taken and marked, and an overdue one goes on to block until it is renewed or ended', async () => {
  const { id } = await declare({ from: '2025-01-01' });
  await world.rows(`update vault.interest set renewed_on = current_date - 400`);
  const [entry] = (await hub.data({ as: 'cath', query: `{ interests { nodes ${FIELDS} } }` })).interests.nodes;
  expect(entry).toMatchObject({ declaredLate: true, live: true });
  expect(entry.renewalDue < today()).toBe(true);
  expect(await stepTowardsSma('cath')).toBe('CONFLICT_OF_INTEREST');
  const { renewInterest } = await hub.data({ as: 'cath', query: RENEW, variables: { input: { interest: id } } });
  expect(renewInterest.renewalDue > today()).toBe(true);
});

test('every fault of an entry is named at once, and the public declares nothing', async () => {
  const wrong = shares({ kind: 'LUCK', valueBand: 'A_LOT', from: '2026-02-30', to: '2025-01-01' });
  const { code, issues } = await hub.refusal({ as: 'cath', query: DECLARE, variables: wrong });
  expect(code).toBe('VALIDATION');
  expect(issues.map(({ path }: { path: string[] }) => path[1])).toEqual(['kind', 'valueBand', 'from']);
  const own = shares({ counterpart: memberId('cath') });
  expect((await hub.refusal({ as: 'cath', query: DECLARE, variables: own })).code).toBe('VALIDATION');
  const nobody = shares({ counterpart: memberId('nobody') });
  expect((await hub.refusal({ as: 'cath', query: DECLARE, variables: nobody })).code).toBe('NOT_FOUND');
  expect((await hub.refusal({ query: DECLARE, variables: shares() })).code).toBe('UNAUTHENTICATED');
});
