import { addDays } from '../../../src/kernel/period';
import { actionsFrom, allPairs } from '../../../src/kernel/stateMachine';
import { createTestDatabase } from '../../support/database';
import type { Answer, Json } from '../../support/hub';
import { ValueChainWorld } from '../../support/valueChainWorld';

/**
 * Two who act on one thing at the same moment, on every machine: exactly one is first, the other is told STATE, and one step
 * is on record. And whoever sends one step twice with one key, even at once, has taken it once.
 */
let chain: ValueChainWorld;
const today = new Date().toISOString().slice(0, 10);
const HASH = 'e'.repeat(64);

beforeAll(async () => {
  chain = await ValueChainWorld.start(await createTestDatabase());
  const { world } = chain;
  await world.organisation('office', { company: false, standing: null, kinds: ['SECRETARIAT', 'BODY'] });
  await world.person('secretary', 'office', ['SECRETARIAT']);
  await world.person('chair', 'office', ['GOVERNING_BODY']);
  await world.organisation('steward', { company: false, stakeholderGroup: 'STANDARD_OWNER' });
  await world.person('steward', 'steward', ['STANDARD_OWNER']);
  await world.organisation('firm', { company: false, stakeholderGroup: 'FINANCE' });
  await world.person('auditor', 'firm', ['ASSESSOR']);
  await world.standard('OLD', 'steward', ['A', 'B']);
  await world.standard('NEW', 'steward', ['A', 'B']);
  await world.link('trade', { supplier: 'sma', customer: 'auto', state: 'CONFIRMED' });
});
afterAll(() => chain.stop());

const idFor = (
  organisation: string,
  type: 'link' | 'demand' | 'response' | 'claim' | 'assessment' | 'agreement',
  key: string,
): string => chain.hub.hub.services.ids.encode(type, chain.world.id(key), chain.world.id(organisation));
const numbers = (organisation: string, tier: number, sensitivity: number, dataClass: number): object => {
  const unit = chain.world.unitNo(organisation);
  return { unit_no: unit, owner_no: unit, contributor_no: unit, tier, sensitivity, data_class: dataClass };
};

interface Step {
  as: string;
  mutation: string;
  type: string;
  input: object;
}
interface Machine {
  name: string;
  machine: string;
  /** a fresh thing under the key, ready for both steps */
  fresh: (key: string) => Promise<void>;
  steps: (key: string) => [Step, Step];
}

const demandRow = (key: string, state: string): Promise<void> =>
  chain.world.insert('vault.demand', {
    id: chain.world.id(key),
    ...numbers('auto', 6, 5, 6),
    issuer_id: chain.world.id('auto'),
    state,
    title: key,
    standard_id: 'RMAP',
    min_level: 'CONFORMANT',
    deadline: addDays(today, 90),
    recipients: [chain.world.unitNo('sma')],
    issued_on: today,
  });

const MACHINES: readonly Machine[] = [
  {
    name: 'a draft is issued and deleted',
    machine: 'DEMAND',
    fresh: (key) => demandRow(key, 'DRAFT'),
    steps: (key) => {
      const step = { as: 'auto', mutation: 'moveDemand', type: 'MoveDemandInput' };
      const demand = idFor('auto', 'demand', key);
      return [
        { ...step, input: { demand, action: 'ISSUE' } },
        { ...step, input: { demand, action: 'DELETE' } },
      ];
    },
  },
  {
    name: 'an answer is agreed to and refused',
    machine: 'DEMAND_RESPONSE',
    fresh: async (key) => {
      await demandRow(`${key} demand`, 'ISSUED');
      await chain.world.insert('vault.demand_response', {
        id: chain.world.id(key),
        ...numbers('sma', 6, 5, 6),
        demand_id: chain.world.id(`${key} demand`),
        issuer_no: chain.world.unitNo('auto'),
        recipient_id: chain.world.id('sma'),
        state: 'COUNTER_PROPOSED',
        alternative: { deadline: addDays(today, 120) },
        deadline: addDays(today, 90),
      });
    },
    steps: (key) => {
      const step = { as: 'auto', mutation: 'moveResponse', type: 'MoveResponseInput' };
      const response = idFor('auto', 'response', key);
      return [
        { ...step, input: { response, action: 'AGREE' } },
        { ...step, input: { response, action: 'REFUSE', reason: 'another scope' } },
      ];
    },
  },
  {
    name: 'a link is confirmed and disputed',
    machine: 'LINK_CONSENT',
    fresh: (key) => chain.world.link(key, { supplier: 'sma1', customer: 'cath', state: 'ASSERTED' }),
    steps: (key) => {
      const link = idFor('cath', 'link', key);
      return [
        { as: 'cath', mutation: 'confirmLink', type: 'LinkStepInput', input: { link } },
        { as: 'cath', mutation: 'disputeLink', type: 'LinkStepInput', input: { link, reason: 'never delivered' } },
      ];
    },
  },
  {
    name: 'a claim is screened and withdrawn',
    machine: 'EQUIVALENCE_CLAIM',
    fresh: (key) =>
      chain.world.insert('vault.equivalence_claim', {
        id: chain.world.id(key),
        ...numbers('minex', 1, 0, 2),
        claimant_no: chain.world.unitNo('minex'),
        state: 'FILED',
        from_standard: 'OLD',
        from_version: '1.0',
        from_reference: '1',
        to_standard: 'NEW',
        to_version: '1.0',
        to_reference: '2',
        degree: 'PARTIAL',
        gaps: ['limits'],
        evidence: JSON.stringify([HASH]),
      }),
    steps: (key) => {
      const step = { mutation: 'moveEquivalenceClaim', type: 'MoveClaimInput' };
      return [
        { ...step, as: 'secretary', input: { claim: idFor('office', 'claim', key), action: 'SCREEN' } },
        { ...step, as: 'minex', input: { claim: idFor('minex', 'claim', key), action: 'WITHDRAW' } },
      ];
    },
  },
  {
    name: 'an assessment is decided both ways',
    machine: 'ASSESSMENT',
    fresh: (key) =>
      chain.world.insert('vault.assessment', {
        id: chain.world.id(key),
        ...numbers('minex', 0, 0, 1),
        organisation_id: chain.world.id('minex'),
        standard_id: 'OLD',
        version_label: '1.0',
        unit_of_assessment: 'SITE',
        level: 'A',
        assurance: 'SECOND_PARTY',
        state: 'UNDER_REVIEW',
        label: 'SELF_DECLARED',
        standard_owner_no: chain.world.unitNo('steward'),
        valid_from: '2026-01-01',
        valid_to: addDays(today, 300),
      }),
    steps: (key) => {
      const step = { as: 'steward', mutation: 'decideAssessment', type: 'DecideAssessmentInput' };
      const assessment = idFor('steward', 'assessment', key);
      return [
        { ...step, input: { assessment, decision: 'CONFORMANT' } },
        { ...step, input: { assessment, decision: 'NON_CONFORMANT', reason: 'findings' } },
      ];
    },
  },
  {
    name: 'what an agreement gave is disposed of twice',
    machine: 'DATA_SHARING_AGREEMENT',
    fresh: (key) =>
      chain.world.insert('vault.agreement', {
        id: chain.world.id(key),
        ...numbers('sma', 6, 5, 5),
        partner_no: chain.world.unitNo('cath'),
        partner_id: chain.world.id('cath'),
        proposer_no: chain.world.unitNo('sma'),
        state: 'TERMINATED',
        purpose: 'DUE_DILIGENCE',
        data_classes: ['PERFORMANCE'],
        fields: ['Measurement.TRIR'],
        starts_on: addDays(today, -100),
        ends_on: addDays(today, 100),
        deletion_rule: 'DELETE',
        needs_clearance: false,
      }),
    steps: (key) => {
      const step = { as: 'cath', mutation: 'moveAgreement', type: 'MoveAgreementInput' };
      const agreement = idFor('cath', 'agreement', key);
      return [
        { ...step, input: { agreement, action: 'CONFIRM_DISPOSAL', reason: 'destroyed by us' } },
        { ...step, input: { agreement, action: 'CONFIRM_DISPOSAL', reason: 'destroyed by our processor' } },
      ];
    },
  },
];

function take({ as, mutation, type, input }: Step, clientKey?: string): Promise<Answer> {
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`;
  return chain.hub.ask({
    as,
    query,
    variables: { input: { ...input, ...(clientKey === undefined ? {} : { clientKey }) } },
  });
}
const codeOf = (answer: Answer): string => answer.errors[0]?.extensions.code ?? 'OK';
const recorded = async (machine: string, key: string): Promise<number> =>
  (
    await chain.world.rows<Json>(
      'select id from vault.transition where machine = $1 and subject_id = $2 and organisation_no is not null',
      [machine, chain.world.id(key)],
    )
  ).length;

describe.each(MACHINES)('$name', ({ machine, fresh, steps }) => {
  test('at once: one is first, the other is told STATE or finds nothing, and one step is on record', async () => {
    for (let round = 0; round < 3; round += 1) {
      const key = `${machine} race ${round}`;
      await fresh(key);
      const both = await Promise.all(steps(key).map((step) => take(step)));
      expect(both.filter((answer) => codeOf(answer) === 'OK')).toHaveLength(1);
      expect(both.filter((answer) => ['STATE', 'NOT_FOUND'].includes(codeOf(answer)))).toHaveLength(1);
      expect(await recorded(machine, key)).toBe(1);
    }
  });

  test('sent twice with one key, also at once, it is taken once; the key with another step is refused', async () => {
    const key = `${machine} twice`;
    await fresh(key);
    const [first, second] = steps(key);
    const same = { ...second, as: first.as, mutation: first.mutation, type: first.type };
    const both = await Promise.all([take(first, `once-${machine}`), take(first, `once-${machine}`)]);
    expect(both.map(codeOf)).toEqual(['OK', 'OK']);
    expect(both[0]?.text).toBe(both[1]?.text);
    expect(codeOf(await take(first, `once-${machine}`))).toBe('OK');
    expect(await recorded(machine, key)).toBe(1);
    expect(codeOf(await take(same, `once-${machine}`))).toBe('VALIDATION');
    expect(await recorded(machine, key)).toBe(1);
  });
});

/** The other machines try all their pairs beside their own tests (links, demands, claims, agreements). */
test('a step of an assessment that is not listed for its party is refused and changes nothing, for every pair of state and action', async () => {
  const machine = chain.hub.hub.services.catalogue.stateMachines.get('ASSESSMENT');
  const assessment = MACHINES.find((each) => each.machine === 'ASSESSMENT');
  if (machine === undefined || assessment === undefined) throw new Error('no machine');
  const key = 'every pair';
  await assessment.fresh(key);
  const id = chain.world.id(key);
  await chain.world.rows('update vault.assessment set assessor_no = $2 where id = $1', [
    id,
    chain.world.unitNo('firm'),
  ]);
  const parties: [string, string, string[]][] = [
    ['minex', 'minex', ['SITE_OWNER']],
    ['steward', 'steward', ['STANDARD_OWNER']],
    ['auditor', 'firm', ['ASSESSOR']],
  ];
  const decisions = new Map([
    ['decide_conformant', 'CONFORMANT'],
    ['decide_conditional', 'CONFORMANT_WITH_CAP'],
    ['decide_not', 'NON_CONFORMANT'],
  ]);
  const attempt = (as: string, organisation: string, action: string): Promise<Answer> => {
    const named = idFor(organisation, 'assessment', key);
    const decision = decisions.get(action);
    return decision === undefined
      ? take({
          as,
          mutation: 'moveAssessment',
          type: 'MoveAssessmentInput',
          input: { assessment: named, action, reason: 'tried' },
        })
      : take({
          as,
          mutation: 'decideAssessment',
          type: 'DecideAssessmentInput',
          input: { assessment: named, decision, reason: 'tried' },
        });
  };
  // registered by other mutations, rated by a report of its own, or taken by time alone
  const others = ['register', 'record_existing', 'report', 'cap_overdue', 'expire', 'supersede'];
  const pairs = allPairs(machine).filter(({ from, action }) => from !== null && !others.includes(action));
  let refusals = 0;
  for (const state of new Set(pairs.map(({ from }) => from))) {
    await chain.world.rows('update vault.assessment set state = $2, decided_at = now() where id = $1', [id, state]);
    const before = await chain.world.rows('select to_jsonb(a) as row from vault.assessment a where id = $1', [id]);
    for (const { action } of pairs.filter(({ from }) => from === state)) {
      const tried = parties.filter(([, , parts]) => !actionsFrom(machine, state, parts).includes(action));
      const answers = await Promise.all(tried.map(([as, organisation]) => attempt(as, organisation, action)));
      expect([state, action, answers.map(codeOf)]).toEqual([state, action, tried.map(() => 'STATE')]);
      refusals += tried.length;
    }
    expect(await chain.world.rows('select to_jsonb(a) as row from vault.assessment a where id = $1', [id])).toEqual(
      before,
    );
  }
  expect(refusals).toBeGreaterThan(300);
  expect(await recorded('ASSESSMENT', key)).toBe(0);
});
