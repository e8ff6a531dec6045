import { actionsFrom, allPairs, buildStateMachines, isFinal, transition } from '../../../src/kernel/stateMachine';
import { phases } from '../../../src/kernel/vocabulary';
import { loadCatalogue } from '../../../src/modules/reference';

const machines = loadCatalogue().stateMachines;

function machine(name: string) {
  const found = machines.get(name);
  if (found === undefined) throw new Error(`no machine ${name}`);
  return found;
}

const row = { machine: 'M', guard: null, effect: null };

describe.each([...machines.values()].map((each) => [each.name, each] as const))('%s', (_, each) => {
  const everyActor = [...new Set(each.rows.flatMap((listed) => listed.actors))];

  it('refuses every pair of state and action that is not listed, whoever asks', () => {
    const unlisted = allPairs(each).filter((pair) => pair.rows.length === 0);
    expect(unlisted.length).toBeGreaterThan(0);
    for (const { from, action } of unlisted) {
      const answer = transition(each, from, action, everyActor, { history: each.states, chosen: each.states[0] });
      expect({ from, action, answer }).toEqual({ from, action, answer: { ok: false, error: 'STATE' } });
    }
  });

  it('lets every listed actor go, and nobody else', () => {
    for (const listed of each.rows) {
      const context = { history: each.states, chosen: phases[0] };
      for (const actor of listed.actors) {
        expect(transition(each, listed.from, listed.action, actor, context).ok).toBe(true);
      }
      const others = everyActor.filter(
        (actor) => !each.rows.some((r) => r.from === listed.from && r.action === listed.action && r.actors.includes(actor)),
      );
      expect(transition(each, listed.from, listed.action, others, context)).toEqual({ ok: false, error: 'STATE' });
    }
  });

  it('never leads to the name of a set', () => {
    for (const { from, action, rows } of allPairs(each)) {
      if (rows.length === 0) continue;
      const answer = transition(each, from, action, everyActor, { history: each.states, chosen: phases[0] });
      if (answer.ok && answer.value.to !== null) expect(each.states).toContain(answer.value.to);
    }
  });

  it('can be begun', () => {
    expect(actionsFrom(each, null, everyActor).length).toBeGreaterThan(0);
  });
});

describe('the sets that rows name', () => {
  it('ANY_OPEN: an expired demand erases neither a success nor what was final', () => {
    const response = machine('DEMAND_RESPONSE');
    const expiring = response.states.filter((state) => transition(response, state, 'expire', 'SYSTEM').ok);
    expect(expiring.sort()).toEqual(
      [
        'RECEIVED',
        'ACKNOWLEDGED',
        'ACCEPTED',
        'COUNTER_PROPOSED',
        'EQUIVALENCE_CLAIMED',
        'EVIDENCE_SUBMITTED',
        'PARTIALLY_MET',
      ].sort(),
    );
  });

  it('ANY_DECIDED: only a decided assessment is appealed', () => {
    const assessment = machine('ASSESSMENT');
    const open = assessment.states.filter((state) => transition(assessment, state, 'appeal', 'SITE_OWNER').ok);
    expect(open.sort()).toEqual(['CONFORMANT', 'CONFORMANT_WITH_CAP', 'NON_CONFORMANT', 'SUSPENDED']);
  });

  it('PRIOR_STATE: a dismissed appeal gives back the state before it', () => {
    const history = ['PLANNED', 'IN_PROGRESS', 'UNDER_REVIEW', 'CONFORMANT_WITH_CAP'];
    expect(transition(machine('ASSESSMENT'), 'UNDER_APPEAL', 'uphold', 'APPEALS_BODY', { history })).toMatchObject({
      value: { to: 'CONFORMANT_WITH_CAP' },
    });
  });

  it('PRIOR_STATE: a suspended assessment that was appealed in vain is reinstated to what it was before', () => {
    const assessment = machine('ASSESSMENT');
    const suspended = ['UNDER_REVIEW', 'CONFORMANT', 'SUSPENDED'];
    expect(transition(assessment, 'UNDER_APPEAL', 'uphold', 'APPEALS_BODY', { history: suspended })).toMatchObject({
      value: { to: 'SUSPENDED' },
    });
    const history = [...suspended, 'UNDER_APPEAL'];
    expect(transition(assessment, 'SUSPENDED', 'reinstate', 'STANDARD_OWNER', { history })).toMatchObject({
      value: { to: 'CONFORMANT', guard: 'cause removed' },
    });
  });

  it('PRIOR_STATE: without a history nothing is guessed', () => {
    expect(transition(machine('ASSESSMENT'), 'SUSPENDED', 'reinstate', 'STANDARD_OWNER')).toEqual({
      ok: false,
      error: 'STATE',
    });
  });

  it('APPROVED_ANY: a challenge that fails gives back the degree that was approved', () => {
    const claim = machine('EQUIVALENCE_CLAIM');
    const history = ['FILED', 'IN_TECHNICAL_REVIEW', 'IN_CONSULTATION', 'APPROVED_PARTIAL'];
    expect(transition(claim, 'APPROVED_PARTIAL', 'challenge', 'EXTERNAL').ok).toBe(true);
    expect(transition(claim, 'UNDER_CHALLENGE', 'confirm', 'GOVERNING_BODY', { history })).toMatchObject({
      value: { to: 'APPROVED_PARTIAL' },
    });
  });

  it('ANY_EARLIER: a phase falls back to any earlier one, never forward, never to itself', () => {
    const initiative = machine('INITIATIVE_PHASE');
    const reached = (chosen?: string) =>
      transition(initiative, 'COOPERATION', 'regress', 'COMPETITION_COUNSEL', chosen === undefined ? {} : { chosen });
    expect(phases.filter((phase) => reached(phase).ok)).toEqual(phases.slice(0, 4));
    expect(reached()).toEqual({ ok: false, error: 'STATE' });
  });
});

describe('single steps', () => {
  it('a deleted draft has no state', () => {
    expect(transition(machine('DEMAND'), 'DRAFT', 'delete', 'DEMAND_ISSUER')).toEqual({
      ok: true,
      value: { to: null, guard: null, effect: null },
    });
  });

  it('one of several roles is enough', () => {
    const roles = ['SITE_OWNER', 'CERTIFICATION_BODY'];
    expect(transition(machine('ASSESSMENT'), 'UNDER_REVIEW', 'decide_not', roles).ok).toBe(true);
    expect(transition(machine('ASSESSMENT'), 'UNDER_REVIEW', 'decide_not', []).ok).toBe(false);
  });

  it('what is closed stays closed', () => {
    expect(machine('INITIATIVE_PHASE').states.filter((state) => isFinal(machine('INITIATIVE_PHASE'), state))).toEqual([
      'CONVERGENCE_OR_CLOSURE',
    ]);
    expect(isFinal(machine('DATA_SHARING_AGREEMENT'), 'DISPOSED')).toBe(true);
    expect(isFinal(machine('DATA_SHARING_AGREEMENT'), 'ACTIVE')).toBe(false);
  });
});

describe('rows that contradict', () => {
  it('one actor, one state and one action have one target', () => {
    const rows = [
      { ...row, from: null, action: 'begin', to: 'A', actors: ['X'] },
      { ...row, from: 'A', action: 'go', to: 'B', actors: ['X'] },
      { ...row, from: 'A', action: 'go', to: 'C', actors: ['Y', 'X'] },
    ];
    expect(() => buildStateMachines(rows)).toThrow(/two targets for X/);
  });

  it('a state that nothing leads to is a slip of the pen', () => {
    const rows = [{ ...row, from: 'A', action: 'go', to: 'B', actors: ['X'] }];
    expect(() => buildStateMachines(rows)).toThrow(/nothing leads to A/);
  });
});
