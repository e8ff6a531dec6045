import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

/** SmA refines cobalt and supplies Cath; SmB competes with SmA. */
let database: TestDatabase;
let world: World;
let hub: TestHub;

const REFINING = { mineral: 'cobalt', stage: 'REFINING', side: 'SELL' } as const;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  await world.organisation('sma', { activities: [REFINING] });
  await world.organisation('smb', { activities: [REFINING] });
  await world.organisation('cath', { activities: [{ mineral: 'cobalt', stage: 'CHEMICAL_PROCESSING', side: 'SELL' }] });
  await world.organisation('lawyers', { company: false, standing: null, kinds: ['COUNSEL'] });
  await world.site('sma1', { owner: 'sma' });
  for (const name of ['sma', 'smb', 'cath']) await world.person(name, name);
  await world.person('counsel', 'lawyers', ['COMPETITION_COUNSEL']);
  await world.measurement('sma1', 'GHG_S1_ABS', '1200', 'BILATERAL');
  await world.measurement('sma1', 'WATER_WITHDRAWN', '55', 'BILATERAL');
  hub = await TestHub.start(database);
});
beforeEach(async () => {
  await database.admin.query('delete from policy.grant_scope; delete from vault.agreement; delete from vault.interest');
  await world.phase('COORDINATION');
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const memberId = (key: string): string => hub.hub.services.ids.encode('member', world.id(key), null);

const terms = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  purpose: 'DUE_DILIGENCE',
  dataClasses: ['PERFORMANCE'],
  fields: ['Measurement.WATER_WITHDRAWN'],
  startsOn: '2026-01-01',
  endsOn: '2027-12-01',
  deletionRule: 'delete within 30 days of the end',
  ...changes,
});

const PROPOSE =
  'mutation ($input: ProposeAgreementInput!) { proposeAgreement(input: $input) { agreement { id state needsClearance } } }';
const MOVE = 'mutation ($input: MoveAgreementInput!) { moveAgreement(input: $input) { agreement { id state } } }';
const READ = '{ measurements { nodes { indicator value } totalCount } }';

async function propose(as: string, receiver: string, changes: Record<string, unknown> = {}): Promise<string> {
  const input = { receiver: memberId(receiver), terms: terms(changes) };
  const { proposeAgreement } = await hub.data({ as, query: PROPOSE, variables: { input } });
  return proposeAgreement.agreement.id;
}

/** Ids are scoped to the reader, so each party finds the agreement by its own list. */
async function mine(as: string): Promise<string> {
  const { agreements } = await hub.data({ as, query: '{ agreements { nodes { id } } }' });
  return agreements.nodes[0].id;
}

async function move(as: string, action: string, more: Record<string, unknown> = {}): Promise<{ state: string }> {
  const input = { agreement: await mine(as), action, ...more };
  return (await hub.data({ as, query: MOVE, variables: { input } })).moveAgreement.agreement;
}

async function read(as: string, purpose: string | null = 'DUE_DILIGENCE'): Promise<string[]> {
  const headers: Record<string, string> = purpose === null ? {} : { 'sluice-purpose': purpose };
  const { measurements } = await hub.data({ as, query: READ, headers });
  return measurements.nodes.map((node: { indicator: string }) => node.indicator);
}

test('an agreement opens the fields it names, to its receiver, for its purpose, from the second signature on', async () => {
  await propose('sma', 'cath');
  expect(await read('cath')).toEqual([]);
  expect((await move('cath', 'SIGN')).state).toBe('SIGNED_ONE');
  expect(await read('cath')).toEqual([]);
  expect((await move('sma', 'SIGN')).state).toBe('ACTIVE');
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
  expect(await read('cath', null)).toEqual([]);
  expect(await read('cath', 'COMPLIANCE_REPORTING')).toEqual([]);
  expect(await read('smb')).toEqual([]);
});

test('a suspension, a termination and the end of the term are honoured by the next read', async () => {
  await propose('sma', 'cath');
  await move('cath', 'SIGN');
  await move('sma', 'SIGN');
  await move('sma', 'SUSPEND');
  expect(await read('cath')).toEqual([]);
  expect((await move('sma', 'RESUME')).state).toBe('SUSPENDED');
  expect((await move('cath', 'RESUME')).state).toBe('ACTIVE');
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
  await database.admin.query('update vault.agreement set starts_on = current_date - 400, ends_on = current_date');
  expect(await read('cath')).toEqual([]);
  await database.admin.query('update vault.agreement set ends_on = current_date + 1');
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
  await move('cath', 'TERMINATE');
  expect(await read('cath')).toEqual([]);
  expect((await move('cath', 'CONFIRM_DISPOSAL', { reason: 'destroyed on 2026-12-01' })).state).toBe('DISPOSED');
});

test('counsel suspends at once, and only counsel can lift that', async () => {
  await propose('sma', 'smb', { fields: ['Measurement.WATER_WITHDRAWN'] });
  expect((await move('counsel', 'COUNSEL_CLEAR')).state).toBe('CLEARED');
  await move('smb', 'SIGN');
  await move('sma', 'SIGN');
  expect(await read('smb')).toEqual(['WATER_WITHDRAWN']);
  expect((await move('counsel', 'SUSPEND')).state).toBe('SUSPENDED');
  expect(await read('smb')).toEqual([]);
  await move('sma', 'RESUME');
  expect((await move('smb', 'RESUME')).state).toBe('SUSPENDED');
  expect((await move('counsel', 'RESUME')).state).toBe('ACTIVE');
  expect(await read('smb')).toEqual(['WATER_WITHDRAWN']);
});

test('between competitors counsel clears before anybody signs, and no agreement opens conditional figures', async () => {
  await propose('sma', 'smb');
  const sign = await hub.ask({
    as: 'smb',
    query: MOVE,
    variables: { input: { agreement: await mine('smb'), action: 'SIGN' } },
  });
  expect(sign.errors[0]?.extensions.code).toBe('CONSENT_MISSING');
  const input = { receiver: memberId('smb'), terms: terms({ fields: ['Measurement.GHG_S1_ABS'] }) };
  const refused = await hub.ask({ as: 'sma', query: PROPOSE, variables: { input } });
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'COMPETITOR_CSI', rule: 'competitors.no-csi' });
});

test('plans are shared under an agreement that counsel cleared, competitors or not', async () => {
  await propose('sma', 'cath', { dataClasses: ['PLAN'], fields: ['Plan.*'] });
  const input = { agreement: await mine('cath'), action: 'SIGN' };
  const { errors } = await hub.ask({ as: 'cath', query: MOVE, variables: { input } });
  expect(errors[0]?.extensions).toMatchObject({ code: 'CONSENT_MISSING', rule: 'agreement.clearance' });
  await move('counsel', 'COUNSEL_CLEAR');
  expect((await move('cath', 'SIGN')).state).toBe('SIGNED_ONE');
  expect((await move('sma', 'SIGN')).state).toBe('ACTIVE');
});

test('an intensity is shared only with the absolute figures of its family named beside it', async () => {
  const input = { receiver: memberId('cath'), terms: terms({ fields: ['Measurement.GHG_INT'] }) };
  const refused = await hub.ask({ as: 'sma', query: PROPOSE, variables: { input } });
  expect(refused.errors[0]?.extensions.issues).toMatchObject([
    { path: ['input', 'terms', 'fields'], rule: 'DERIVATION' },
  ]);
  await propose('sma', 'cath', {
    fields: ['GHG_INT', 'GHG_S1_ABS', 'GHG_S2_ABS', 'ENERGY_ABS'].map((name) => `Measurement.${name}`),
  });
});

test('all faults of the terms are told at once', async () => {
  const bad = terms({
    purpose: 'CURIOSITY',
    dataClasses: ['SECRETS'],
    fields: ['Measurement.NOTHING'],
    endsOn: '2029-01-01',
  });
  const input = { receiver: memberId('cath'), terms: bad };
  const { errors } = await hub.ask({ as: 'sma', query: PROPOSE, variables: { input } });
  expect(errors[0]?.extensions.issues.map((issue: { rule: string }) => issue.rule).sort()).toEqual([
    'TERM',
    'UNKNOWN',
    'UNKNOWN',
    'UNKNOWN',
  ]);
});

test('a counter-offer voids signatures and clearance', async () => {
  await propose('sma', 'cath');
  await move('sma', 'SIGN');
  const counter =
    'mutation ($input: ChangeAgreementTermsInput!) { counterAgreement(input: $input) { agreement { state termsVersion } } }';
  const variables = {
    input: {
      agreement: await mine('cath'),
      terms: terms({ fields: ['Measurement.WATER_WITHDRAWN', 'Measurement.TRIR'] }),
    },
  };
  const { counterAgreement } = await hub.data({ as: 'cath', query: counter, variables });
  expect(counterAgreement.agreement).toEqual({ state: 'PROPOSED', termsVersion: '2' });
  expect((await move('sma', 'SIGN')).state).toBe('SIGNED_ONE');
});

test('nobody but its parties can tell that an agreement exists', async () => {
  const id = await propose('sma', 'cath');
  const { agreements } = await hub.data({ as: 'smb', query: '{ agreements { nodes { id } totalCount } }' });
  expect(agreements).toEqual({ nodes: [], totalCount: 0 });
  const asked = await hub.ask({ as: 'smb', query: MOVE, variables: { input: { agreement: id, action: 'SIGN' } } });
  const random = await hub.ask({
    as: 'smb',
    query: MOVE,
    variables: { input: { agreement: 'agreement_00000000000000000000000000', action: 'SIGN' } },
  });
  expect(asked.text).toBe(random.text);
  expect(asked.errors[0]?.extensions.code).toBe('NOT_FOUND');
});

test('a step by somebody with an interest about the other party is refused before anything else', async () => {
  await propose('sma', 'cath');
  await world.interest('cath', 'cath', 'sma');
  const agreement = await mine('cath');
  const counter =
    'mutation ($input: ChangeAgreementTermsInput!) { counterAgreement(input: $input) { agreement { state } } }';
  const steps = [
    { query: MOVE, variables: { input: { agreement, action: 'SIGN' } } },
    { query: counter, variables: { input: { agreement, terms: terms() } } },
    { query: PROPOSE, variables: { input: { receiver: memberId('sma'), terms: terms() } } },
  ];
  for (const step of steps) {
    const { errors } = await hub.ask({ as: 'cath', ...step });
    expect(errors[0]?.extensions.code).toBe('CONFLICT_OF_INTEREST');
  }
});

test('counsel finds an agreement in force that it never had to clear, freezes it at once, and alone lets it go on', async () => {
  await propose('sma', 'cath');
  expect((await hub.data({ as: 'counsel', query: '{ agreements { totalCount } }' })).agreements.totalCount).toBe(0);
  await move('cath', 'SIGN');
  await move('sma', 'SIGN');
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
  await move('counsel', 'SUSPEND');
  expect(await read('cath')).toEqual([]);
  for (const party of ['sma', 'cath']) expect((await move(party, 'RESUME')).state).toBe('SUSPENDED');
  expect(await read('cath')).toEqual([]);
  expect((await move('counsel', 'RESUME')).state).toBe('ACTIVE');
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
});

test('an explanation says what an agreement of the asker opens for a purpose, and only for that purpose', async () => {
  const query = `query ($owner: ID!, $purpose: String) {
    explainDisclosure(owner: $owner, type: "Measurement", indicator: "GHG_INT", purpose: $purpose) { outcome ground code waysOn }
  }`;
  const owner = hub.hub.services.ids.encode('site', world.id('sma1'), null);
  const explained = async (purpose: string | null) =>
    (await hub.data({ as: 'cath', query, variables: { owner, purpose } })).explainDisclosure;
  const closed = { outcome: 'AGGREGATE_ONLY', ground: null, code: 'CONSENT_MISSING' };
  expect(await explained('DUE_DILIGENCE')).toMatchObject(closed);
  const family = ['GHG_INT', 'GHG_S1_ABS', 'GHG_S2_ABS', 'ENERGY_ABS'].map((name) => `Measurement.${name}`);
  await propose('sma', 'cath', { fields: family });
  await move('cath', 'SIGN');
  expect(await explained('DUE_DILIGENCE')).toMatchObject(closed);
  await move('sma', 'SIGN');
  expect(await explained('DUE_DILIGENCE')).toEqual({ outcome: 'ALLOW', ground: 'GRANT', code: null, waysOn: [] });
  expect(await explained('COMPLIANCE_REPORTING')).toMatchObject(closed);
  expect(await explained(null)).toMatchObject(closed);
  for (const [purpose, rule] of [
    ['CURIOSITY', 'UNKNOWN'],
    ['LEGAL_REVIEW', 'ROLE'],
  ]) {
    const { errors } = await hub.ask({ as: 'cath', query, variables: { owner, purpose } });
    expect(errors[0]?.extensions.issues).toMatchObject([{ path: ['purpose'], rule }]);
  }
});

test('an agreement does not become active for a class that the phase keeps closed', async () => {
  await world.phase('DISCOVERY');
  await propose('sma', 'cath');
  await move('cath', 'SIGN');
  const input = { agreement: await mine('sma'), action: 'SIGN' };
  const { errors } = await hub.ask({ as: 'sma', query: MOVE, variables: { input } });
  expect(errors[0]?.extensions.code).toBe('PHASE_GATE');
});

test('two signatures at once make one active agreement; the same signature twice is one', async () => {
  await propose('sma', 'cath');
  const [sma, cath] = [await mine('sma'), await mine('cath')];
  const both = await Promise.all([
    hub.ask({ as: 'sma', query: MOVE, variables: { input: { agreement: sma, action: 'SIGN' } } }),
    hub.ask({ as: 'cath', query: MOVE, variables: { input: { agreement: cath, action: 'SIGN' } } }),
  ]);
  expect(both.flatMap((answer) => answer.errors)).toEqual([]);
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
  const again = await hub.ask({ as: 'sma', query: MOVE, variables: { input: { agreement: sma, action: 'SIGN' } } });
  expect(again.errors[0]?.extensions.code).toBe('STATE');
});

test('a further term begins once both parties asked for the same', async () => {
  await propose('sma', 'cath');
  await move('cath', 'SIGN');
  await move('sma', 'SIGN');
  const query =
    'mutation ($input: ChangeAgreementTermsInput!) { renewAgreement(input: $input) { agreement { endsOn termsVersion } } }';
  const renew = async (as: string, endsOn: string): Promise<{ endsOn: string; termsVersion: string }> => {
    const input = { agreement: await mine(as), terms: terms({ startsOn: '2026-06-01', endsOn }) };
    return (await hub.data({ as, query, variables: { input } })).renewAgreement.agreement;
  };
  expect((await renew('sma', '2028-05-01')).endsOn).toBe('2027-12-01');
  expect((await renew('sma', '2028-05-01')).endsOn).toBe('2027-12-01');
  expect((await renew('cath', '2028-04-01')).endsOn).toBe('2027-12-01');
  expect(await renew('sma', '2028-04-01')).toEqual({ endsOn: '2028-04-01', termsVersion: '2' });
  expect(await read('cath')).toEqual(['WATER_WITHDRAWN']);
});
