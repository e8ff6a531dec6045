import { actionsFrom, allPairs } from '../../../src/kernel/stateMachine';
import { addDays } from '../../../src/kernel/period';
import { tickDemands } from '../../../src/modules/demands';
import { createTestDatabase } from '../../support/database';
import type { Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
const inDays = (days: number): string => addDays(today, days);

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  for (const refiner of ['sma', 'smb'])
    await chain.world.link(`l-${refiner}`, { supplier: refiner, customer: 'auto', state: 'CONFIRMED' });
  await chain.world.link('l-mine', { supplier: 'minex', customer: 'sma', state: 'CONFIRMED', stage: 'MINING_LSM' });
  await chain.world.rows(
    `insert into reference.equivalence (id, from_standard, from_reference, to_standard, to_reference, topic_id, degree, gaps, state, synthetic) values
     ('T-FULL', 'LBMA_RGG', 'COMPLIANT', 'RMAP', 'gold', 'T29', 'FULL', '{}', 'APPROVED', true), ('T-BACK', 'RMAP', 'gold', 'LBMA_RGG', 'COMPLIANT', 'T29', 'PARTIAL', '{g}', 'APPROVED', true),
     ('T-PART', 'COPPER_MARK', '10', 'RMAP', 'whole standard', 'T29', 'PARTIAL', '{other metals}', 'APPROVED', true), ('T-OTHER', 'TSM', 'x', 'IRMA', '4.2', 'T24', 'FULL', '{}', 'APPROVED', true), ('T-OPEN', 'JDDS', 'CONFORMANT', 'RMAP', 'x', 'T29', 'FULL', '{}', 'ILLUSTRATIVE', true),
     ('T-ONE', 'COPPER_MARK', '7', 'RMAP', 'step 1', 'T06', 'FULL', '{}', 'APPROVED', true)`,
  );
});
afterAll(() => chain.stop());
afterEach(() =>
  chain.world.rows('truncate vault.response_evidence, vault.demand_response, vault.demand; delete from vault.interest'),
);

const HASH = 'b'.repeat(64);
const demand = (changes: object = {}): object => ({
  recipients: [chain.member('sma'), chain.member('smb')],
  requirement: { standard: 'RMAP', minLevel: 'CONFORMANT' },
  deadline: inDays(90),
  legalBasis: 'EU_2023_1542',
  minerals: ['cobalt'],
  ...changes,
});
const types: Record<string, string> = {
  issueDemand: 'DemandInput',
  createDemand: 'DemandInput',
  moveDemand: 'MoveDemandInput',
  amendDemand: 'AmendDemandInput',
  cascadeDemand: 'CascadeDemandInput',
  moveResponse: 'MoveResponseInput',
  claimEquivalence: 'ClaimEquivalenceInput',
};
const selectionOf = (name: string): string =>
  ['moveResponse', 'claimEquivalence'].includes(name)
    ? 'response { id state stale gaps }'
    : 'demand { id state termsVersion recipients { legalName } }';
async function run(as: string, name: string, input: object): Promise<Json> {
  const answer = await chain.mutate(as, name, types[name] ?? '', input, selectionOf(name));
  return answer.demand ?? answer.response;
}
const refused = (as: string, name: string, input: object): Promise<Json> =>
  chain.refused(as, name, types[name] ?? '', input, selectionOf(name));
async function list(as: string, box: 'inbox' | 'outbox', where = ''): Promise<Json[]> {
  const query = `{ ${box}${where} { totalCount nodes { id state stale deadline equivalence cascade { tier outcome } evidence { kind } recipient { legalName }
    demand { id state title termsVersion recipients { legalName } issuer { legalName } responses { totalCount } } } } }`;
  return (await chain.hub.data({ as, query }))[box].nodes;
}
const step = (as: string, response: string, action: string, rest: object = {}): Promise<Json> =>
  run(as, 'moveResponse', { response, action, ...rest });
/** The answer of SmA as each side names it. */
async function answerOf(member = 'sma'): Promise<{ theirs: string; mine: string }> {
  const [received] = await list(member, 'inbox');
  const sent = (await list('auto', 'outbox')).find((each) => each.recipient.legalName === member);
  return { theirs: received.id, mine: sent.id };
}

describe('J5: one demand, several recipients who never learn of each other', () => {
  test('each reads the demand as if it were the only one; ids, counts and lists tell nothing of the other', async () => {
    const issued = await run('auto', 'issueDemand', demand({ minAssurance: 'THIRD_PARTY_LIMITED' }));
    expect(issued).toMatchObject({ state: 'ISSUED', recipients: [{ legalName: 'sma' }, { legalName: 'smb' }] });
    const [[sma], [smb], sent] = [await list('sma', 'inbox'), await list('smb', 'inbox'), await list('auto', 'outbox')];
    expect(sent).toHaveLength(2);
    for (const received of [sma, smb]) {
      expect(received).toMatchObject({
        state: 'RECEIVED',
        demand: { recipients: null, issuer: { legalName: 'auto' }, responses: { totalCount: 1 } },
      });
    }
    expect(sma.demand.id).not.toBe(smb.demand.id);
    expect(await list('cath', 'inbox')).toEqual([]);
    expect((await refused('smb', 'moveResponse', { response: sma.id, action: 'ACKNOWLEDGE' })).code).toBe('NOT_FOUND');
    const { node } = await chain.hub.data({ as: 'smb', query: `{ node(id: "${sma.id}") { id } }` });
    expect(node).toBeNull();
  });

  test('two worlds: the bytes a recipient reads do not follow whether others were asked, or how they answered', async () => {
    const seen = async (recipients: string[], answers: boolean): Promise<string> => {
      await chain.world.rows('truncate vault.response_evidence, vault.demand_response, vault.demand');
      await run('auto', 'issueDemand', demand({ recipients: recipients.map((key) => chain.member(key)) }));
      if (answers) await step('smb', (await list('smb', 'inbox'))[0].id, 'ACKNOWLEDGE');
      return JSON.stringify(await list('sma', 'inbox')).replace(/(demand|response)_[0-9a-z]{26}/g, '$1');
    };
    const alone = await seen(['sma'], false);
    expect(await seen(['sma', 'smb'], false)).toBe(alone);
    expect(await seen(['sma', 'smb'], true)).toBe(alone);
    // The twin of this test: a recipient list that everybody reads would show.
    expect(JSON.stringify(await list('auto', 'outbox'))).toContain('"smb"');
  });

  test('bad inputs: tomorrow, a discount, a stranger, a level of another standard, an unknown unit; nothing is stored', async () => {
    const issuesOf = async (changes: object): Promise<string[]> =>
      (await refused('auto', 'issueDemand', demand(changes))).issues.map((issue: Json) => issue.rule);
    expect(await issuesOf({ deadline: inDays(1) })).toEqual(['TOO_SOON']);
    expect(
      await issuesOf({
        requirement: { standard: 'RMAP', minLevel: 'AAA' },
        minAssurance: 'GOOD',
        legalBasis: 'IRMA',
        cascade: 'OPEN',
        minerals: ['x'],
        stages: ['y'],
        jurisdictions: ['UK'],
      }),
    ).toHaveLength(7);
    expect(
      await issuesOf({ requirement: { indicator: 'TRIR', comparator: 'LE', threshold: '1,5', unit: 'kg' } }),
    ).toEqual(['SEPARATOR', 'DIMENSION']);
    expect(await issuesOf({ requirement: {}, recipients: [] })).toEqual(['REQUIRED', 'REQUIREMENT']);
    expect(
      await refused('auto', 'issueDemand', demand({ text: 'needed for our 2027 volume of 12 kt at 5 % rebate' })),
    ).toMatchObject({
      code: 'COMPETITOR_CSI',
      rule: 'VOLUME,PRICE',
      next: 'remove commercial terms',
    });
    expect((await refused('auto', 'issueDemand', demand({ title: 'at 5 % discount' }))).rule).toBe('PRICE');
    const stranger = await refused('auto', 'issueDemand', demand({ recipients: [chain.member('minex')] }));
    const nobody = await refused('auto', 'issueDemand', demand({ recipients: ['member_00000000000000000000000000'] }));
    expect(stranger).toEqual(nobody);
    expect(stranger.code).toBe('NOT_FOUND');
    expect(await chain.world.rows('select id from vault.demand')).toEqual([]);
  });

  test("a draft is nobody else's, can be deleted, and is issued once", async () => {
    const draft = await run('auto', 'createDemand', demand());
    expect((await chain.hub.data({ as: 'sma', query: '{ demands { totalCount } }' })).demands.totalCount).toBe(0);
    const both = await Promise.all(
      [1, 2].map(() =>
        chain.hub.ask({
          as: 'auto',
          query: `mutation { moveDemand(input: { demand: "${draft.id}", action: ISSUE }) { demand { state } } }`,
        }),
      ),
    );
    expect(both.map((answer) => answer.errors[0]?.extensions.code ?? 'OK').sort()).toEqual(['OK', 'STATE']);
    expect(await list('auto', 'outbox')).toHaveLength(2);
    const other = await run('auto', 'createDemand', demand());
    await run('auto', 'moveDemand', { demand: other.id, action: 'DELETE' });
    const again = { ...demand(), clientKey: 'issue-once-1' };
    const [first, second] = [await run('auto', 'issueDemand', again), await run('auto', 'issueDemand', again)];
    expect(first.id).toBe(second.id);
  });
});

describe('an answer', () => {
  test('goes from evidence to MET, lapses when its proof ends or the demand tightens, and ends with a withdrawal', async () => {
    const { id } = await run('auto', 'issueDemand', demand());
    const { theirs, mine } = await answerOf();
    await step('sma', theirs, 'ACKNOWLEDGE');
    await step('sma', theirs, 'PROPOSE_ALTERNATIVE', { alternative: { deadline: inDays(120) } });
    expect(await step('auto', mine, 'AGREE')).toMatchObject({ state: 'ACCEPTED' });
    expect((await list('sma', 'inbox'))[0].deadline).toBe(inDays(120));
    await step('sma', theirs, 'SUBMIT_EVIDENCE', { evidence: [{ sha256: HASH, validTo: inDays(20) }] });
    expect(await step('auto', mine, 'ASK_MORE', { reason: 'which sites does it cover?' })).toMatchObject({
      state: 'ACCEPTED',
    });
    await step('sma', theirs, 'SUBMIT_EVIDENCE', { evidence: [{ sha256: HASH, validTo: inDays(20) }] });
    expect(await step('auto', mine, 'ASSESS_MET')).toMatchObject({ state: 'MET', stale: false });
    expect(await list('sma', 'inbox', '(where: { expiring: { eq: true } })')).toHaveLength(1);
    const { pools } = chain.hub.hub.services;
    expect(await tickDemands(pools.trustee, inDays(10))).toBe(0);
    expect(await tickDemands(pools.trustee, inDays(21))).toBe(1);
    expect((await list('sma', 'inbox'))[0]).toMatchObject({ state: 'ACCEPTED', stale: true });
    await step('sma', theirs, 'SUBMIT_EVIDENCE', { evidence: [{ sha256: HASH }] });
    await step('auto', mine, 'ASSESS_MET');
    expect((await refused('auto', 'amendDemand', { demand: id, deadline: inDays(5) })).issues[0].rule).toBe('TOO_SOON');
    expect(await run('auto', 'amendDemand', { demand: id, minAssurance: 'THIRD_PARTY_LIMITED' })).toMatchObject({
      state: 'ISSUED',
      termsVersion: '2',
    });
    expect((await list('sma', 'inbox'))[0]).toMatchObject({
      state: 'ACCEPTED',
      stale: true,
      demand: { termsVersion: '2' },
    });
    await step('sma', theirs, 'SUBMIT_EVIDENCE', { evidence: [{ sha256: HASH }] });
    expect((await refused('auto', 'moveResponse', { response: mine, action: 'ASSESS_MET' })).code).toBe('STATE');
    await step('auto', mine, 'ASSESS_PARTIAL', { gaps: ['no third party'], remediationUntil: inDays(60) });
    await run('auto', 'moveDemand', { demand: id, action: 'WITHDRAW', reason: 'no longer needed' });
    expect((await list('sma', 'inbox'))[0]).toMatchObject({ state: 'VOID', demand: { state: 'WITHDRAWN' } });
  });

  test('refusals name the fault; commercial words, foreign evidence and interests are refused', async () => {
    await run('auto', 'issueDemand', demand());
    const { theirs, mine } = await answerOf();
    const rules = async (as: string, input: object): Promise<string[]> =>
      ((await refused(as, 'moveResponse', input)).issues ?? []).map((issue: Json) => issue.rule);
    expect(await rules('sma', { response: theirs, action: 'DECLINE', reasonCode: 'NO' })).toEqual(['UNKNOWN']);
    expect(await rules('sma', { response: theirs, action: 'PROPOSE_ALTERNATIVE' })).toEqual(['REQUIRED']);
    expect(await rules('auto', { response: mine, action: 'ASSESS_PARTIAL' })).toEqual(['REQUIRED', 'FORMAT']);
    await step('sma', theirs, 'ACKNOWLEDGE');
    expect(
      (
        await refused('sma', 'moveResponse', {
          response: theirs,
          action: 'DECLINE',
          reasonCode: 'RESOURCES',
          reason: 'unless you pay a premium',
        })
      ).rule,
    ).toBe('PRICE');
    await step('sma', theirs, 'ACCEPT');
    const foreign = await chain.world.measurement('smb1', 'WATER_WITHDRAWN', '5', 'ALLIANCE');
    const id = chain.hub.hub.services.ids.encode('measurement', foreign, chain.world.id('sma'));
    expect(
      (
        await refused('sma', 'moveResponse', {
          response: theirs,
          action: 'SUBMIT_EVIDENCE',
          evidence: [{ measurement: id }],
        })
      ).code,
    ).toBe('NOT_FOUND');
    const closed = chain.hub.hub.services.ids.encode(
      'measurement',
      await chain.world.measurement('sma1', 'WATER_WITHDRAWN', '5', 'OWNER_ONLY'),
      chain.world.id('sma'),
    );
    expect(
      await rules('sma', { response: theirs, action: 'SUBMIT_EVIDENCE', evidence: [{ measurement: closed }] }),
    ).toEqual(['NOT_SHARED']);
    await chain.world.interest('sma', 'sma', 'auto');
    expect(
      (await refused('sma', 'moveResponse', { response: theirs, action: 'DECLINE', reasonCode: 'RESOURCES' })).code,
    ).toBe('CONFLICT_OF_INTEREST');
  });

  test('J6: an equivalence counts in its direction, once approved, and in part only with proof for its gaps', async () => {
    await run('auto', 'issueDemand', demand());
    const { theirs, mine } = await answerOf();
    await step('sma', theirs, 'ACKNOWLEDGE');
    const fault = async (equivalence: string): Promise<Json> =>
      (await refused('sma', 'claimEquivalence', { response: theirs, equivalence })).issues[0];
    expect(await fault('T-BACK')).toMatchObject({ rule: 'DIRECTION' });
    expect(await fault('T-OPEN')).toMatchObject({ rule: 'NOT_APPROVED' });
    expect(await fault('T-OTHER')).toMatchObject({ rule: 'OTHER_STANDARD' });
    expect(await fault('nothing')).toMatchObject({ rule: 'UNKNOWN' });
    // one requirement is not the whole standard
    expect(await fault('T-ONE')).toMatchObject({ rule: 'SCOPE' });
    expect(await fault('T-PART')).toMatchObject({
      rule: 'GAP_EVIDENCE',
      hint: 'give proof for each gap: other metals',
    });
    expect(await run('sma', 'claimEquivalence', { response: theirs, equivalence: 'T-FULL' })).toMatchObject({
      state: 'EQUIVALENCE_CLAIMED',
      gaps: [],
    });
    await step('auto', mine, 'REFUSE', { reason: 'another scope' });
    const partial = { response: theirs, equivalence: 'T-PART', gapEvidence: [{ sha256: HASH }] };
    expect(await run('sma', 'claimEquivalence', partial)).toMatchObject({
      state: 'EQUIVALENCE_CLAIMED',
      gaps: ['other metals'],
    });
    expect(await step('auto', mine, 'AGREE')).toMatchObject({ state: 'EVIDENCE_SUBMITTED' });
    expect(
      (await list('auto', 'outbox')).flatMap((each) => each.evidence.map((item: Json) => item.kind)).sort(),
    ).toEqual(['DOCUMENT', 'GAP']);
  });

  test("a blind cascade goes on under the forwarder's name; the issuer learns per tier, the mine nothing of it", async () => {
    await run(
      'auto',
      'issueDemand',
      demand({ recipients: [chain.member('sma')], cascade: 'BLIND', title: 'Auto wants this', text: 'for our sedan' }),
    );
    const { theirs } = await answerOf();
    await step('sma', theirs, 'ACKNOWLEDGE');
    await run('sma', 'cascadeDemand', { response: theirs, recipients: [chain.member('minex')], deadline: inDays(60) });
    const [received] = await list('minex', 'inbox');
    expect(received.demand).toMatchObject({ title: 'RMAP CONFORMANT', issuer: { legalName: 'sma' } });
    expect(JSON.stringify(received).toLowerCase()).not.toContain('auto');
    const sent = await list('auto', 'outbox');
    expect(sent).toHaveLength(1);
    expect(sent[0].cascade).toEqual([
      { tier: 1, outcome: 'OPEN' },
      { tier: 2, outcome: 'OPEN' },
    ]);
    await step('minex', received.id, 'ACKNOWLEDGE');
    await step('minex', received.id, 'DECLINE', { reasonCode: 'RESOURCES' });
    expect((await list('auto', 'outbox'))[0].cascade).toEqual([
      { tier: 1, outcome: 'OPEN' },
      { tier: 2, outcome: 'GAP' },
    ]);
    expect(JSON.stringify(await list('auto', 'outbox'))).not.toContain('minex');
    expect(
      (await refused('minex', 'cascadeDemand', { response: theirs, recipients: [], deadline: inDays(60) })).code,
    ).toBe('NOT_FOUND');
  });

  test('a superseded demand hands its answers on where the new one is no stricter, and reopens them where it is', async () => {
    const old = await run('auto', 'issueDemand', demand());
    await step('sma', (await answerOf()).theirs, 'ACKNOWLEDGE');
    const same = await run('auto', 'issueDemand', demand({ title: 'Harmonised' }));
    await run('auto', 'moveDemand', { demand: old.id, action: 'SUPERSEDE', successor: same.id });
    const states = async (): Promise<string[]> =>
      (await list('sma', 'inbox')).map((each) => `${each.demand.title} ${each.state}`).sort();
    expect(await states()).toEqual(['Harmonised ACKNOWLEDGED']);
    const stricter = await run(
      'auto',
      'issueDemand',
      demand({ title: 'Stricter', minAssurance: 'ACCREDITED_CERTIFICATION' }),
    );
    await run('auto', 'moveDemand', { demand: same.id, action: 'SUPERSEDE', successor: stricter.id });
    expect(await states()).toEqual(['Harmonised VOID', 'Stricter RECEIVED']);
  });

  test('time expires what nobody closed, and lists know what is overdue', async () => {
    await run('auto', 'issueDemand', demand());
    await chain.world.rows('update vault.demand set deadline = $1; ', [inDays(-1)]);
    await chain.world.rows('update vault.demand_response set deadline = $1', [inDays(-1)]);
    expect(await list('sma', 'inbox', '(where: { overdue: { eq: true } })')).toHaveLength(1);
    expect(await list('sma', 'inbox', '(where: { overdue: { eq: false } })')).toHaveLength(0);
    const { pools } = chain.hub.hub.services;
    expect(await tickDemands(pools.trustee, inDays(85))).toBe(0);
    expect(await tickDemands(pools.trustee, inDays(95))).toBe(1);
    expect((await list('sma', 'inbox'))[0]).toMatchObject({ state: 'EXPIRED', demand: { state: 'EXPIRED' } });
  });
});

describe('the machines', () => {
  test('a step of an answer that is not listed for this side is refused and changes nothing', async () => {
    const machine = chain.hub.hub.services.catalogue.stateMachines.get('DEMAND_RESPONSE');
    if (machine === undefined) throw new Error('no machine');
    await run('auto', 'issueDemand', demand({ recipients: [chain.member('sma')] }));
    const { theirs, mine } = await answerOf();
    const inputs: Record<string, object> = {
      propose_alternative: { alternative: { deadline: inDays(100) } },
      decline: { reasonCode: 'RESOURCES' },
      refuse: { reason: 'no' },
      submit_evidence: { evidence: [{ sha256: HASH }] },
      assess_partial: { gaps: ['g'], remediationUntil: inDays(9) },
      assess_not_met: { reason: 'no' },
      ask_more: { reason: 'what?' },
    };
    let tried = 0;
    for (const { from, action } of allPairs(machine)) {
      if (from === null || ['open', 'expire', 'void', 'lapse'].includes(action)) continue;
      for (const [as, response, part] of [
        ['sma', theirs, 'RECIPIENT'],
        ['auto', mine, 'DEMAND_ISSUER'],
      ] as const) {
        await chain.world.rows('update vault.demand_response set state = $1, remediation_until = $2', [
          from,
          inDays(5),
        ]);
        const isClaim = action === 'claim_equivalence';
        const [name, input] = isClaim
          ? ['claimEquivalence', { response, equivalence: 'T-FULL' }]
          : ['moveResponse', { response, action: action.toUpperCase(), ...inputs[action] }];
        const query = `mutation ($input: ${types[name] ?? ''}!) { ${name}(input: $input) { response { state } } }`;
        const answer = await chain.hub.ask({ as, query, variables: { input } });
        const isListed = actionsFrom(machine, from, part).includes(action);
        expect([from, action, as, answer.errors[0]?.extensions.code ?? null]).toEqual([
          from,
          action,
          as,
          isListed ? null : 'STATE',
        ]);
        const [row] = await chain.world.rows<{ state: string }>('select state from vault.demand_response');
        if (!isListed) expect(row?.state).toBe(from);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(250);
  });

  test('a step of a demand that is not listed is refused and changes nothing', async () => {
    const machine = chain.hub.hub.services.catalogue.stateMachines.get('DEMAND');
    if (machine === undefined) throw new Error('no machine');
    const successor = await run('auto', 'issueDemand', demand({ recipients: [chain.member('smb')] }));
    for (const { from, action } of allPairs(machine)) {
      if (from === null || ['create', 'expire'].includes(action)) continue;
      const { id } = await run('auto', 'createDemand', demand({ recipients: [chain.member('sma')], title: 'pair' }));
      await chain.world.rows(`update vault.demand set state = $1 where title = 'pair' and withdrawn_at is null`, [
        from,
      ]);
      const query =
        action === 'amend'
          ? `mutation { amendDemand(input: { demand: "${id}", text: "clearer" }) { demand { state } } }`
          : `mutation { moveDemand(input: { demand: "${id}", action: ${action.toUpperCase()}, reason: "r", successor: "${successor.id}" }) { demand { state } } }`;
      const answer = await chain.hub.ask({ as: 'auto', query });
      const isListed = actionsFrom(machine, from, 'DEMAND_ISSUER').includes(action);
      expect([from, action, answer.errors[0]?.extensions.code ?? null]).toEqual([
        from,
        action,
        isListed ? null : 'STATE',
      ]);
      if (!isListed)
        expect(
          await chain.world.rows(
            `select id from vault.demand where title = 'pair' and state = $1 and withdrawn_at is null`,
            [from],
          ),
        ).toHaveLength(1);
      await chain.world.rows(
        `delete from vault.demand_response where demand_id in (select id from vault.demand where title = 'pair')`,
      );
      await chain.world.rows(`delete from vault.demand where title = 'pair'`);
    }
  });
});
