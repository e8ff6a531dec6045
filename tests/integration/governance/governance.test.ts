import { createTestDatabase, type TestDatabase } from '../../support/database';
import { addMonths } from '../../../src/kernel/period';
import { RISKS } from '../../../src/modules/governance/risks';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

/** Cath buys cobalt from SmA, whose site shares water figures with the alliance and keeps its output; SmB competes with SmA. */
let database: TestDatabase;
let world: World;
let hub: TestHub;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  const refining = { mineral: 'cobalt', stage: 'REFINING', side: 'SELL' } as const;
  await world.organisation('sma', { activities: [refining] });
  await world.organisation('smb', { activities: [refining] });
  await world.organisation('cath', { activities: [{ mineral: 'cobalt', stage: 'CHEMICAL_PROCESSING', side: 'SELL' }] });
  await world.organisation('office', { company: false, standing: null, kinds: ['COUNSEL', 'BODY', 'SECRETARIAT'] });
  await world.site('sma1', { owner: 'sma' });
  await world.link('sma-cath', { supplier: 'sma1', customer: 'cath', state: 'CONFIRMED' });
  for (const name of ['sma', 'smb', 'cath']) await world.person(name, name);
  await world.person('counsel', 'office', ['COMPETITION_COUNSEL']);
  await world.person('board', 'office', ['GOVERNING_BODY']);
  await world.measurement('sma1', 'WATER_WITHDRAWN', '55', 'ALLIANCE');
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const READ = '{ measurements { nodes { indicator value } } }';
const indicators = async (as: string): Promise<string[]> =>
  (await hub.data({ as, query: READ })).measurements.nodes.map((node: { indicator: string }) => node.indicator);
const siteId = (): string => hub.hub.services.ids.encode('site', world.id('sma1'), null);

const FREEZE = 'mutation ($input: FreezeInput!) { freeze(input: $input) { id dataClass reason } }';
const LIFT = 'mutation ($input: LiftFreezeInput!) { liftFreeze(input: $input) { liftedAt } }';

test("counsel's freeze holds for the next read of everybody but the owner, and its reason stays with counsel", async () => {
  expect(await indicators('smb')).toEqual(['WATER_WITHDRAWN']);
  const input = { dataClass: 'PERFORMANCE', reason: 'canary-of-counsel' };
  const { freeze } = await hub.data({ as: 'counsel', query: FREEZE, variables: { input } });
  expect(await indicators('smb')).toEqual([]);
  expect(await indicators('sma')).toEqual(['WATER_WITHDRAWN']);
  const seen = await hub.ask({ as: 'smb', query: '{ freezes { nodes { dataClass reason } } }' });
  expect(seen.data.freezes.nodes).toEqual([{ dataClass: 'PERFORMANCE', reason: null }]);
  expect(seen.text).not.toContain('canary-of-counsel');
  await hub.data({ as: 'counsel', query: LIFT, variables: { input: { freeze: freeze.id } } });
  expect(await indicators('smb')).toEqual(['WATER_WITHDRAWN']);
});

test('only counsel freezes', async () => {
  for (const as of ['sma', 'board', undefined]) {
    const variables = { input: { dataClass: 'LINK', reason: 'because' } };
    const { code } = await hub.refusal({ ...(as === undefined ? {} : { as }), query: FREEZE, variables });
    expect(code).toBe(as === undefined ? 'UNAUTHENTICATED' : 'POLICY_DENIED');
  }
});

test('counsel freezes a question as a whole: refused at once to everybody but counsel, whatever it stands on, until it is lifted', async () => {
  const names = '{ members { nodes { legalName } } }';
  const input = { question: 'members', reason: 'canary-of-counsel' };
  const { freeze } = await hub.data({
    as: 'counsel',
    query: 'mutation ($input: FreezeInput!) { freeze(input: $input) { id question dataClass } }',
    variables: { input },
  });
  expect(freeze).toMatchObject({ question: 'members', dataClass: null });
  for (const as of ['sma', 'cath', undefined]) {
    const refused = await hub.ask({
      ...(as === undefined ? {} : { as }),
      query: `{ ${'one: members { totalCount } minerals { totalCount }'} }`,
    });
    expect(refused.data).toBeNull();
    expect(refused.errors).toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({
          code: 'POLICY_DENIED',
          rule: 'counsel.freeze',
          next: 'ask competition counsel',
        }),
      }),
    ]);
    expect(refused.text).not.toContain('canary-of-counsel');
  }
  expect((await hub.data({ as: 'counsel', query: names })).members.nodes.length).toBeGreaterThan(2);
  // what the question is made of stays open by other ways, and other questions do not notice
  expect(await indicators('smb')).toEqual(['WATER_WITHDRAWN']);
  const { auditLog } = await hub.data({ as: 'counsel', query: '{ auditLog(outcome: "DENY", last: 1) { rule } }' });
  expect(auditLog).toEqual([{ rule: 'counsel.freeze' }]);
  const told = await hub.data({ as: 'sma', query: '{ freezes { nodes { question reason } } }' });
  expect(told.freezes.nodes).toEqual([{ question: 'members', reason: null }]);
  await hub.data({ as: 'counsel', query: LIFT, variables: { input: { freeze: freeze.id } } });
  expect((await hub.data({ as: 'sma', query: names })).members.nodes.length).toBeGreaterThan(2);
});

test('what is frozen as a question is not given as a file either', async () => {
  const files = (): Promise<Response> => fetch(`${hub.url}/releases`);
  expect((await files()).status).toBe(200);
  const input = { question: 'releases', reason: 'a closer look' };
  const { freeze } = await hub.data({ as: 'counsel', query: FREEZE, variables: { input } });
  const refused = await files();
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringContaining('counsel holds this question back'),
  ]);
  await hub.data({ as: 'counsel', query: LIFT, variables: { input: { freeze: freeze.id } } });
  expect((await files()).status).toBe(200);
});

test.each([
  [{ question: 'nosuch' }, 'UNKNOWN'],
  [{ question: 'freezes' }, 'UNKNOWN'],
  [{ question: 'members', dataClass: 'LINK' }, 'TOGETHER'],
  [{}, 'REQUIRED'],
])('a freeze of %j is refused as %s, with the way to say it', async (target, code) => {
  const variables = { input: { ...target, reason: 'because' } };
  const refused = await hub.refusal({ as: 'counsel', query: FREEZE, variables });
  expect(refused).toMatchObject({ code: 'VALIDATION', issues: [expect.objectContaining({ rule: code })] });
});

const EXPLAIN = `query ($owner: ID!, $type: String!, $field: String, $indicator: String) {
  explainDisclosure(owner: $owner, type: $type, field: $field, indicator: $indicator) { outcome ground code rule { id reason basis } waysOn }
}`;

test('an explanation names ground, rule, reason and the lawful way on', async () => {
  const variables = { owner: siteId(), type: 'Measurement', indicator: 'GHG_S1_ABS' };
  const competitor = await hub.data({ as: 'smb', query: EXPLAIN, variables });
  expect(competitor.explainDisclosure).toMatchObject({ outcome: 'AGGREGATE_ONLY', code: 'COMPETITOR_CSI' });
  expect(competitor.explainDisclosure.rule.id).toMatch(/^competitors\./);
  expect(competitor.explainDisclosure.waysOn.length).toBeGreaterThan(0);
  const customer = await hub.data({ as: 'cath', query: EXPLAIN, variables });
  expect(customer.explainDisclosure).toMatchObject({ outcome: 'ALLOW', ground: 'CUSTOMER' });
});

test('an explanation is the same whether or not the owner has such data, and whether or not it exists at all', async () => {
  const withData = { owner: siteId(), type: 'Measurement', indicator: 'WATER_WITHDRAWN' };
  const without = { owner: siteId(), type: 'Measurement', indicator: 'WATER_CONSUMED' };
  const first = await hub.data({ as: 'smb', query: EXPLAIN, variables: withData });
  const second = await hub.data({ as: 'smb', query: EXPLAIN, variables: without });
  expect(first).toEqual(second);
  const nobody = { owner: 'site_00000000000000000000000000', type: 'Capacity' };
  expect((await hub.data({ as: 'smb', query: EXPLAIN, variables: nobody })).explainDisclosure.outcome).toBe('HIDE');
  expect((await hub.refusal({ as: 'smb', query: EXPLAIN, variables: { owner: siteId(), type: 'Secret' } })).code).toBe(
    'VALIDATION',
  );
});

test('an explanation says when counsel holds a class back, and never reasons from an office that the asker does not hold', async () => {
  const variables = { owner: siteId(), type: 'Measurement', indicator: 'WATER_WITHDRAWN' };
  const explained = async (as: string) => (await hub.data({ as, query: EXPLAIN, variables })).explainDisclosure;
  expect((await explained('smb')).outcome).toBe('ALLOW');
  const input = { dataClass: 'PERFORMANCE', reason: 'a closer look' };
  const { freeze } = await hub.data({ as: 'counsel', query: FREEZE, variables: { input } });
  expect(await explained('smb')).toMatchObject({
    outcome: 'AGGREGATE_ONLY',
    rule: { id: 'counsel.freeze' },
    waysOn: ['ask competition counsel'],
  });
  expect(await explained('sma')).toMatchObject({ outcome: 'ALLOW', ground: 'SELF' });
  await hub.data({ as: 'counsel', query: LIFT, variables: { input: { freeze: freeze.id } } });
  expect((await explained('smb')).outcome).toBe('ALLOW');
  const agreement = { owner: siteId(), type: 'Agreement' };
  const byCounsel = await hub.data({ as: 'counsel', query: EXPLAIN, variables: agreement });
  const byBoard = await hub.data({ as: 'board', query: EXPLAIN, variables: agreement });
  expect([byCounsel.explainDisclosure.outcome, byBoard.explainDisclosure.outcome]).toEqual(['ALLOW', 'HIDE']);
});

const MOVE = 'mutation ($input: MoveInitiativeInput!) { moveInitiative(input: $input) { phase } }';
const initiative = async (as: string): Promise<string> =>
  (await hub.data({ as, query: '{ initiatives { nodes { id } } }' })).initiatives.nodes[0].id;

test('an initiative moves one phase at a time, with its guards, and sharing that the new phase forbids stops at once', async () => {
  const to = async (phase: string, as = 'board'): Promise<{ code: string; issues?: { hint: string }[] }> =>
    hub.refusal({
      as,
      query: MOVE,
      variables: { input: { initiative: await initiative(as), to: phase, reason: 'as decided' } },
    });
  const missing = await to('COLLABORATION');
  expect(missing.code).toBe('STATE');
  expect(missing.issues?.map((issue) => issue.hint).join()).toMatch(/decision.*six risks/);
  expect((await to('CONSENSUS_BUILDING', 'smb')).code).toBe('POLICY_DENIED');
  const back = { initiative: await initiative('board'), to: 'CONSENSUS_BUILDING', reason: 'trust is not there yet' };
  expect((await hub.data({ as: 'board', query: MOVE, variables: { input: back } })).moveInitiative.phase).toBe(
    'CONSENSUS_BUILDING',
  );
  expect(await indicators('smb')).toEqual([]);
  expect(await indicators('sma')).toEqual(['WATER_WITHDRAWN']);
  expect((await to('COORDINATION')).code).toBe('STATE');
  await world.phase('COORDINATION');
});

const RECORD = 'mutation ($input: RecordDecisionInput!) { recordDecision(input: $input) { id title rationale state } }';
const SCORE = 'mutation ($input: ScoreRisksInput!) { scoreRisks(input: $input) { risk phase likelihood scoredOn } }';
const six = (mitigation = 'as the charter says') =>
  RISKS.map((risk) => ({ risk, likelihood: 2, impact: 3, mitigation, owner: 'Alliance Secretariat' }));
const decision = async (changes: object = {}) => ({
  initiative: await initiative('board'),
  title: 'To work together',
  rationale: 'alone each of us would ask every supplier the same questions',
  decidedOn: hub.hub.services.today(),
  reviewOn: addMonths(hub.hub.services.today(), 12),
  ...changes,
});

test('an initiative advances by the API alone: decision with its rationale, terms of engagement, six risks, then the step', async () => {
  await world.phase('CONSENSUS_BUILDING');
  const step = async (more: object = {}) => ({
    input: { initiative: await initiative('board'), to: 'COOPERATION', reason: 'all can support it', ...more },
  });
  const missing = await hub.refusal({ as: 'board', query: MOVE, variables: await step() });
  expect(missing.issues?.map((issue: { hint: string }) => issue.hint)).toEqual([
    'needed first: an adopted decision of the governing body',
    'needed first: the six risks scored for COOPERATION',
    'needed first: agreed terms of engagement',
  ]);
  const recorded = await hub.data({
    as: 'board',
    query: RECORD,
    variables: { input: await decision({ termsVersion: 'v2' }) },
  });
  expect(recorded.recordDecision).toMatchObject({ title: 'To work together', state: 'PUBLISHED' });
  const { decisions } = await hub.data({ query: '{ decisions { nodes { rationale } } }' });
  expect(decisions.nodes).toContainEqual({ rationale: recorded.recordDecision.rationale });
  const input = { initiative: await initiative('board'), phase: 'COOPERATION', scores: six() };
  expect((await hub.data({ as: 'board', query: SCORE, variables: { input } })).scoreRisks).toHaveLength(6);
  const moved = await hub.data({
    as: 'board',
    query: MOVE,
    variables: await step({ decision: recorded.recordDecision.id }),
  });
  expect(moved.moveInitiative.phase).toBe('COOPERATION');
  const { initiatives } = await hub.data({ query: '{ initiatives { nodes { phase termsVersion } } }' });
  expect(initiatives.nodes).toEqual([{ phase: 'COOPERATION', termsVersion: 'v2' }]);
  const risks = `query ($id: ID!) { risks(initiative: $id) { risk phase } }`;
  const read = await hub.data({ as: 'smb', query: risks, variables: { id: await initiative('smb') } });
  expect(read.risks).toHaveLength(6);
  await world.phase('COORDINATION');
});

test('decisions and risks are for the body, whole, dated and without commercial terms', async () => {
  const refusal = async (changes: object, as = 'board') =>
    hub.refusal({ as, query: RECORD, variables: { input: await decision(changes) } });
  expect((await refusal({}, 'smb')).code).toBe('POLICY_DENIED');
  expect((await refusal({}, 'counsel')).code).toBe('POLICY_DENIED');
  expect((await refusal({ rationale: 'all pay USD 400 a tonne' })).code).toBe('COMPETITOR_CSI');
  const faults = await refusal({ title: '', decidedOn: '2999-01-01', reviewOn: 'soon', termsVersion: 'two words' });
  expect(faults.issues?.map((issue: { path: string[] }) => issue.path.at(-1))).toEqual([
    'title',
    'termsVersion',
    'decidedOn',
    'reviewOn',
  ]);
  const late = await refusal({ reviewOn: addMonths(hub.hub.services.today(), 25) });
  expect(late.issues?.[0]).toMatchObject({ rule: 'LATE' });
  const score = async (scores: object[], phase = 'COOPERATION') =>
    hub.refusal({
      as: 'board',
      query: SCORE,
      variables: { input: { initiative: await initiative('board'), phase, scores } },
    });
  expect((await score(six().slice(1))).issues?.[0]).toMatchObject({
    rule: 'EACH_ONCE',
    hint: 'score COMPETITION once',
  });
  expect((await score([...six(), ...six().slice(0, 1)])).issues?.[0]).toMatchObject({ rule: 'EACH_ONCE' });
  expect((await score(six().map((each) => ({ ...each, impact: 6 })))).issues?.[0]).toMatchObject({ rule: 'RANGE' });
  expect((await score(six(), 'LATER')).issues?.[0]).toMatchObject({ rule: 'UNKNOWN' });
  expect((await score(six('a rebate of 5 %'))).code).toBe('COMPETITOR_CSI');
});

test('the register of interests is looked at before any step of an initiative: every member is a party to it', async () => {
  await world.rows(
    `insert into vault.interest (person_id, organisation_no, counterpart_no, interest, valid_from)
     select p.id, $1, $2, 'SHARES', current_date from identity.person p where p.display_name = 'board'`,
    [world.unitNo('office'), world.unitNo('smb')],
  );
  const input = { initiative: await initiative('board'), to: 'NOWHERE', reason: 'because' };
  const codes = [
    await hub.refusal({ as: 'board', query: MOVE, variables: { input: { ...input, to: 'CONSENSUS_BUILDING' } } }),
    await hub.refusal({ as: 'board', query: MOVE, variables: { input: { ...input, to: 'COLLABORATION' } } }),
    await hub.refusal({ as: 'board', query: RECORD, variables: { input: await decision() } }),
    await hub.refusal({
      as: 'board',
      query: SCORE,
      variables: { input: { initiative: input.initiative, phase: 'COLLABORATION', scores: six() } },
    }),
  ].map(({ code }) => code);
  expect(codes).toEqual(Array(4).fill('CONFLICT_OF_INTEREST'));
  expect((await hub.data({ query: '{ initiatives { nodes { phase } } }' })).initiatives.nodes[0].phase).toBe(
    'COORDINATION',
  );
  await world.rows('delete from vault.interest');
});

test("the record of reads is counsel's, and a read stands in it before its answer arrives", async () => {
  const query = 'query SmBLooks { measurements { nodes { value } } }';
  await hub.data({ as: 'smb', query });
  const { auditLog } = await hub.data({ as: 'counsel', query: '{ auditLog(last: 5) { operation types outcome } }' });
  expect(auditLog[0]).toMatchObject({ operation: 'SmBLooks', types: ['Measurement'] });
  expect((await hub.refusal({ as: 'sma', query: '{ auditLog { outcome } }' })).code).toBe('POLICY_DENIED');
});

test('the charter says, without login, what is expected and who sees it, in the sentences of the law itself', async () => {
  const { charter } = await hub.data({
    query: '{ charter { version expected { code tier seenBy } rules { id opens reason basis } } }',
  });
  const seenBy = (code: string): string[] =>
    charter.expected.find((figure: { code: string }) => figure.code === code).seenBy;
  expect(seenBy('FATALITIES')).toEqual(['everyone, without login']);
  expect(seenBy('PROD_VOLUME')).toEqual(['the owner itself']);
  expect(seenBy('WATER_WITHDRAWN')).toContain('members of the same alliance, while competitors');
  expect(seenBy('GHG_S1_ABS')).not.toContain('members of the same alliance, while competitors');
  expect(charter.rules.find((rule: { id: string }) => rule.id === 'competitors.no-csi')).toMatchObject({
    opens: false,
  });
});

test('the charter says how a figure is used outside, over the API and on a page of its own, without login', async () => {
  const { charter } = await hub.data({
    query: '{ charter { expected { code name usedOutside } purposes { code meaning } } }',
  });
  const used = (code: string): string[] =>
    charter.expected.find((figure: { code: string }) => figure.code === code).usedOutside;
  expect(used('FATALITIES')[0]).toBe('the figure itself: everyone, without login');
  expect(used('PROD_VOLUME')).not.toContain('the figure itself: everyone, without login');
  expect(used('WATER_WITHDRAWN').join()).toMatch(/^a statistic over many members: .*, for everybody 7 days after/);
  expect(charter.purposes.map(({ code }: { code: string }) => code)).toContain('DUE_DILIGENCE');
  const page = await fetch(`${hub.url}/charter`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  for (const { reason } of (await hub.data({ query: '{ charter { rules { reason } } }' })).charter.rules.slice(0, 5)) {
    expect(text).toContain(reason.replaceAll('"', '&quot;'));
  }
  expect(text).toContain('How it is used outside');
  expect(text).not.toMatch(/<script|canary-/);
});

test('an owner sees who can read its value, by name only where a link or agreement of its own names them, and nobody while counsel holds it back; others see nothing of it', async () => {
  const query = '{ measurements { nodes { visibleTo } } }';
  const own = (await hub.data({ as: 'sma', query })).measurements.nodes[0].visibleTo;
  expect(own).toEqual(expect.arrayContaining(['members of the same alliance', 'cath']));
  expect(own).not.toContain('smb');
  expect((await hub.data({ as: 'smb', query })).measurements.nodes).toEqual([{ visibleTo: null }]);
  const input = { dataClass: 'PERFORMANCE', reason: 'a closer look' };
  const { freeze } = await hub.data({ as: 'counsel', query: FREEZE, variables: { input } });
  expect((await hub.data({ as: 'sma', query })).measurements.nodes).toEqual([{ visibleTo: [] }]);
  await hub.data({ as: 'counsel', query: LIFT, variables: { input: { freeze: freeze.id } } });
  expect((await hub.data({ as: 'sma', query })).measurements.nodes[0].visibleTo).toEqual(own);
});
