import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

/** The safeguarded gate (`domain.md` 4): a plan goes to whom a cleared agreement names, from coordination on, never to a competitor. */
let chain: ValueChainWorld;
const headers = { 'sluice-purpose': 'DUE_DILIGENCE' };

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  await chain.world.link('l', { supplier: 'sma', customer: 'cath', state: 'CONFIRMED' });
  for (const partner of ['cath', 'smb']) await agree(partner);
});
afterAll(() => chain.stop());
afterEach(() => chain.world.rows('truncate vault.plan, vault.target cascade; delete from vault.measurement'));

/** An agreement that everybody signed and counsel cleared: SmA shows plans and targets. */
async function agree(partner: string): Promise<void> {
  await chain.world.rows(
    `insert into vault.agreement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, partner_no, partner_id, proposer_no, state, purpose,
       data_classes, fields, starts_on, ends_on, deletion_rule, needs_clearance, cleared)
     values ($1, $1, $1, 6, 5, 5, $2, $3, $1, 'ACTIVE', 'DUE_DILIGENCE', '{PLAN,PLAN_EXTRACT}', '{Plan.*,Target.*,PlanExtract.*}', current_date - 10, current_date + 100, 'DELETE', true, true)`,
    [chain.world.unitNo('sma'), chain.world.unitNo(partner), chain.world.id(partner)],
  );
}

const plan = (change: object = {}): object => ({
  site: chain.site('sma1'),
  topic: 'T24',
  title: 'Water reuse',
  actions: ['we will reduce fresh water at the leach plant', 'build a closed loop'],
  period: { start: '2027-01-01', end: '2029-01-01' },
  budgetBand: 'UP_TO_10_M',
  boardApprovedOn: '2026-01-15',
  tier: 'BILATERAL',
  ...change,
});
const publish = (change: object = {}): Promise<Json> =>
  chain.mutate('sma', 'publishPlan', 'PublishPlanInput', plan(change), 'id');
const refused = (change: object): Promise<Json> =>
  chain.refused('sma', 'publishPlan', 'PublishPlanInput', plan(change), 'id');
const target = (change: object = {}): object => ({
  site: chain.site('sma1'),
  indicator: 'ENERGY_REN',
  baselineYear: 2024,
  baselineValue: '30',
  targetYear: 2030,
  targetValue: '70',
  ...change,
});
const READ = '{ plans { totalCount nodes { title actions budgetBand } } targets { totalCount } }';
const seen = async (as: string): Promise<Json> => (await chain.hub.data({ as, query: READ, headers })).plans;

test('whom the agreement names reads it without its budget, a competitor with the same agreement does not, nor before coordination', async () => {
  await publish();
  expect(await seen('cath')).toEqual({
    totalCount: 1,
    nodes: [
      {
        title: 'Water reuse',
        actions: ['we will reduce fresh water at the leach plant', 'build a closed loop'],
        budgetBand: null,
      },
    ],
  });
  for (const other of ['smb', 'auto', 'minex']) expect((await seen(other)).totalCount).toBe(0);
  await chain.world.phase('COOPERATION');
  expect((await seen('cath')).totalCount).toBe(0);
  expect((await seen('sma')).totalCount).toBe(1);
  await chain.world.phase('COORDINATION');
});

test('a plan that its owner keeps stays closed whatever is agreed', async () => {
  await publish({ tier: 'OWNER_ONLY', boardApprovedOn: null });
  expect((await seen('cath')).totalCount).toBe(0);
});

test('what is shared is approved by the board and speaks of no output, money or terms', async () => {
  expect((await refused({ boardApprovedOn: null })).issues).toMatchObject([{ rule: 'REQUIRED' }]);
  expect((await refused({ tier: 'ALLIANCE' })).issues).toMatchObject([{ rule: 'UNKNOWN' }]);
  expect(await refused({ actions: ['invest 5 million EUR 5 in line 2', 'raise volumes'] })).toMatchObject({
    code: 'COMPETITOR_CSI',
    path: ['input', 'actions', '0'],
  });
  // What only its owner reads is not screened.
  await publish({ tier: 'OWNER_ONLY', actions: ['raise volumes'] });
});

const EXTRACTS = `{ planExtracts { totalCount nodes { id topic actions fromYear untilYear member { legalName } } } }`;
const extracts = async (as: string): Promise<Json> =>
  (await chain.hub.data({ as, query: EXTRACTS, headers })).planExtracts;

test('competitors with a cleared agreement read the extract of a plan for joint planning, and of the plan nothing', async () => {
  const { id } = await publish({ tier: 'OWNER_ONLY', jointPlanning: true });
  for (const as of ['sma', 'smb', 'cath']) {
    expect(await extracts(as)).toMatchObject({
      totalCount: 1,
      nodes: [
        {
          ...{ topic: 'T24', actions: ['we will reduce fresh water at the leach plant', 'build a closed loop'] },
          ...{ fromYear: 2027, untilYear: 2028, member: { legalName: 'sma' } },
        },
      ],
    });
  }
  expect((await seen('smb')).totalCount).toBe(0);
  const text = JSON.stringify(await extracts('smb'));
  for (const word of ['sma1', 'UP_TO_10_M', 'Water reuse', '2027-01']) expect(text).not.toContain(word);
  // Of two readers' ids of one extract none is the other's, and no id of a plan is the one of its extract.
  expect(
    new Set([...(await Promise.all(['smb', 'cath'].map(extracts))).map(({ nodes }) => nodes[0].id), id]).size,
  ).toBe(3);
  for (const other of ['auto', 'minex']) expect((await extracts(other)).totalCount).toBe(0);
  await chain.world.phase('COOPERATION');
  expect((await extracts('smb')).totalCount).toBe(0);
  expect((await extracts('sma')).totalCount).toBe(1);
  await chain.world.phase('COORDINATION');
  await chain.mutate('sma', 'withdrawPlan', 'WithdrawPlanInput', { plan: id }, 'id');
  expect((await extracts('smb')).totalCount).toBe(0);
});

test('an extract names no site, no date finer than a year and no plan that the board has not approved; then nothing is stored', async () => {
  const actions = [
    'refit Sma1 first',
    'start in March 2027',
    'permits by 2027-06',
    'done in Q3',
    'all reused from 2028',
  ];
  expect(
    (await refused({ jointPlanning: true, actions })).issues.map((issue: Json) => [issue.rule, issue.path[2]]),
  ).toEqual([
    ['SITE', 0],
    ['FINER_THAN_A_YEAR', 1],
    ['FINER_THAN_A_YEAR', 2],
    ['FINER_THAN_A_YEAR', 3],
  ]);
  const kept = { tier: 'OWNER_ONLY', boardApprovedOn: null, jointPlanning: true };
  expect((await refused(kept)).issues).toMatchObject([{ rule: 'REQUIRED' }]);
  expect(await refused({ ...kept, actions: ['raise volumes'] })).toMatchObject({ code: 'COMPETITOR_CSI' });
  expect((await seen('sma')).totalCount).toBe(0);
});

test('two worlds: plans beside the extract and extracts that no agreement covers leave a competitor the same bytes', async () => {
  await publish({ tier: 'OWNER_ONLY', jointPlanning: true });
  const questions = [
    EXTRACTS,
    READ,
    '{ planExtracts(first: 1) { pageInfo { hasNextPage endCursor } edges { cursor } } }',
  ];
  const answers = async (): Promise<string[]> =>
    Promise.all(questions.map(async (query) => (await chain.hub.ask({ as: 'smb', query, headers })).text));
  const without = await answers();
  await publish({ tier: 'OWNER_ONLY', title: 'hidden', actions: ['nobody else reads this'] });
  await chain.mutate('cath', 'publishPlan', 'PublishPlanInput', plan({ site: null, jointPlanning: true }), 'id');
  expect(await answers()).toEqual(without);
  // The same comparison catches an extract that is open to whoever asks.
  await chain.world.rows('update vault.plan_extract set tier = 0, data_class = 1');
  expect(await answers()).not.toEqual(without);
});

test('progress towards a target comes from own figures, and to another reader only from those it may read', async () => {
  const id = await chain
    .mutate('sma', 'publishTarget', 'PublishTargetInput', target({ tier: 'BILATERAL' }), 'id progress { value }')
    .then((stored) => {
      expect(stored.progress).toBeNull();
      return stored.id;
    });
  expect(id).toMatch(/^target_/);
  await chain.world.measurement('sma1', 'ENERGY_REN', '50', 'OWNER_ONLY');
  const query = '{ targets { nodes { progress { value share periodEnd } } } }';
  const progress = async (as: string): Promise<Json> => (await chain.hub.data({ as, query, headers })).targets.nodes;
  expect(await progress('sma')).toEqual([{ progress: { value: '50', share: '0.500', periodEnd: '2026-01-01' } }]);
  expect(await progress('cath')).toEqual([{ progress: null }]);
  expect(await progress('smb')).toEqual([]);
});
