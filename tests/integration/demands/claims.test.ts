import { actionsFrom, allPairs } from '../../../src/kernel/stateMachine';
import { tickClaims } from '../../../src/modules/equivalence';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

let chain: ValueChainWorld;
let decision: string;

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  await chain.world.organisation('office', { company: false, standing: null, kinds: ['SECRETARIAT', 'BODY'] });
  await chain.world.person('secretary', 'office', ['SECRETARIAT']);
  await chain.world.person('chair', 'office', ['GOVERNING_BODY']);
  await chain.world.standard('OLD', 'office', ['A', 'B']);
  await chain.world.standard('NEW', 'office', ['A', 'B']);
  decision = await chain.world
    .rows<{ id: string }>(
      `insert into vault.decision (alliance_id, title, rationale, state) values ($1, 'Accept', 'one audit', 'PUBLISHED') returning id`,
      [chain.world.id('alliance')],
    )
    .then((rows) => rows[0]?.id ?? '');
});
afterAll(() => chain.stop());
afterEach(() =>
  chain.world.rows(`truncate vault.equivalence_claim; delete from reference.equivalence where id like 'EQ-%'`),
);

const claim = (changes: object = {}): object => ({
  fromVersion: 'OLD/1.0',
  fromReference: '1',
  toVersion: 'NEW/1.0',
  toReference: '2',
  degree: 'PARTIAL',
  gaps: ['discharge limits'],
  scope: 'mines',
  evidence: ['c'.repeat(64)],
  ...changes,
});
const file = async (as = 'minex', changes: object = {}): Promise<string> =>
  (await chain.mutate(as, 'fileEquivalenceClaim', 'FileClaimInput', claim(changes), 'claim { id state }')).claim.id;
const ids = (as: string): string => chain.hub.hub.services.ids.encode('decision', decision, as);
/** The claim as this person's organisation names it. */
async function named(as: string): Promise<string> {
  return (await chain.hub.data({ as, query: '{ equivalenceClaims { nodes { id } } }' })).equivalenceClaims.nodes[0].id;
}
const scope = (as: string): string => chain.world.id(['secretary', 'chair'].includes(as) ? 'office' : as);
async function act(as: string, action: string, rest: object = {}, known?: string): Promise<Json> {
  const input = {
    claim: known ?? (await named(as)),
    action: action.toUpperCase(),
    reason: 'because',
    decision: ids(scope(as)),
    ...rest,
  };
  const query =
    'mutation ($input: MoveClaimInput!) { moveEquivalenceClaim(input: $input) { claim { state equivalence } } }';
  const answer = await chain.hub.ask({ as, query, variables: { input } });
  return answer.errors[0]?.extensions.code ?? answer.data.moveEquivalenceClaim.claim.state;
}

test('a claim is filed, screened, recommended and approved by a decision only; then it answers demands until it is revoked', async () => {
  const bad = await chain.refused(
    'minex',
    'fileEquivalenceClaim',
    'FileClaimInput',
    claim({ degree: 'FULL', toVersion: 'OLD/1.0', evidence: ['x'] }),
    'claim { id }',
  );
  expect(bad.issues.map((issue: Json) => issue.rule)).toEqual(['FULL_HAS_NO_GAPS', 'SAME', 'FORMAT']);
  await file();
  expect((await chain.hub.data({ query: '{ equivalenceClaims { totalCount } }' })).equivalenceClaims.totalCount).toBe(
    0,
  );
  expect(await act('minex', 'screen')).toBe('STATE');
  expect(await act('secretary', 'screen')).toBe('IN_TECHNICAL_REVIEW');
  expect(await act('chair', 'recommend')).toBe('IN_CONSULTATION');
  expect((await chain.hub.data({ query: '{ equivalenceClaims { totalCount } }' })).equivalenceClaims.totalCount).toBe(
    1,
  );
  expect(await act('chair', 'approve_full')).toBe('STATE');
  expect(await act('chair', 'approve_partial', { decision: 'decision_00000000000000000000000000' })).toBe('STATE');
  expect(await act('chair', 'approve_partial')).toBe('APPROVED_PARTIAL');
  const states = (): Promise<object[]> =>
    chain.world.rows(`select state, degree, gaps from reference.equivalence where id like 'EQ-%'`);
  expect(await states()).toEqual([{ state: 'APPROVED', degree: 'PARTIAL', gaps: ['discharge limits'] }]);
  expect(await act('smb', 'challenge')).toBe('UNDER_CHALLENGE');
  expect(await act('chair', 'confirm')).toBe('APPROVED_PARTIAL');
  expect(await act('smb', 'challenge')).toBe('UNDER_CHALLENGE');
  expect(await act('chair', 'revoke')).toBe('REVOKED');
  expect(await states()).toMatchObject([{ state: 'REVOKED' }]);
});

test('a claimant with an interest is stopped, and a version whose transition is over outdates its equivalences', async () => {
  await file();
  await chain.world.interest('secretary', 'office', 'minex');
  expect(await act('secretary', 'screen')).toBe('CONFLICT_OF_INTEREST');
  await chain.world.rows('delete from vault.interest');
  await act('secretary', 'screen');
  await act('chair', 'recommend');
  await act('chair', 'approve_partial');
  const { pools } = chain.hub.hub.services;
  expect(await tickClaims(pools.trustee, '2026-12-31')).toBe(0);
  await chain.world.rows(
    `update reference.standard_version set transition_to = '2026-06-30' where standard_id = 'OLD'`,
  );
  await chain.world.insert('reference.standard_version', { standard_id: 'OLD', label: '2.0', supersedes: '1.0' });
  expect(await tickClaims(pools.trustee, '2026-12-31')).toBe(1);
  expect(await act('minex', 'refile')).toBe('STATE');
  expect(await file('minex', { previousClaim: await named('minex') })).toMatch(/^claim_/);
});

test('a step that is not listed for whoever asks is refused and changes nothing', async () => {
  const machine = chain.hub.hub.services.catalogue.stateMachines.get('EQUIVALENCE_CLAIM');
  if (machine === undefined) throw new Error('no machine');
  const parts: Record<string, string[]> = {
    minex: ['ANY_MEMBER', 'CLAIMANT'],
    secretary: ['ANY_MEMBER', 'SECRETARIAT'],
    chair: ['ANY_MEMBER', 'EQUIVALENCE_PANEL', 'GOVERNING_BODY'],
    smb: ['ANY_MEMBER'],
  };
  await file();
  const names = new Map<string, string>();
  for (const as of Object.keys(parts)) names.set(as, await named(as));
  let refusals = 0;
  for (const { from, action } of allPairs(machine)) {
    if (from === null || ['file', 'outdate'].includes(action)) continue;
    for (const [as, held] of Object.entries(parts)) {
      if (actionsFrom(machine, from, held).includes(action)) continue;
      await chain.world.rows('update vault.equivalence_claim set state = $1', [from]);
      expect([from, action, as, await act(as, action, {}, names.get(as))]).toEqual([from, action, as, 'STATE']);
      const [row] = await chain.world.rows<{ state: string }>('select state from vault.equivalence_claim');
      expect(row?.state).toBe(from);
      refusals += 1;
    }
  }
  expect(refusals).toBeGreaterThan(300);
});
