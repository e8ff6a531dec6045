import { explainDisclosure, explanationText, type ExplanationRequest } from '../../../src/policy/explain';
import { GROUND_NAMES, plainGround } from '../../../src/policy/grounds';
import { groundWords, groundWordsWithoutCompetition } from '../../../src/policy/words';
import { addMonths } from '../../../src/policy/ways';
import { masks, pair } from './world';

/** A fellow member asks for a supplier's water withdrawal of last year, shared in the alliance. */
const request: ExplanationRequest = {
  pair: pair('ANYONE', 'MEMBER', 'CO_MEMBER', 'PARTY', 'GRANT'),
  codes: {
    tier: 'ALLIANCE',
    sensitivity: 'NONE',
    age: 'TWELVE_MONTHS',
    phase: 'COOPERATION',
    dataClass: 'PERFORMANCE',
  },
  closed: { declared: 'AGGREGATE_ONLY', sensitivity: 'NONE', dataClass: 'PERFORMANCE' },
  without: 0,
  addressed: false,
  grantable: true,
  competitionDeclared: true,
  periodEnd: '2025-12-31',
  statistic: true,
  frozen: false,
  covered: false,
};

type Changes = Partial<Omit<ExplanationRequest, 'codes'>> & { codes?: Partial<ExplanationRequest['codes']> };

function explain(changes: Changes): ReturnType<typeof explainDisclosure> {
  return explainDisclosure(masks, { ...request, ...changes, codes: { ...request.codes, ...changes.codes } });
}

const kinds = (changes: Changes): string[] => explain(changes).ways.map((way) => way.kind);
const nexts = (changes: Changes): string[] => explain(changes).ways.map((way) => way.next);

describe('an explanation of what is open', () => {
  it('names the ground, the rule, its reason and its basis', () => {
    expect(explain({})).toMatchObject({
      outcome: 'ALLOW',
      ground: 'CO_MEMBER',
      code: null,
      rule: 'tier.alliance',
      reason: expect.stringContaining('within the alliance'),
      basis: expect.stringContaining('ALLIANCE'),
      ways: [],
      conditions: ['rows that a live agreement covers, for its purpose, are open to you'],
    });
  });

  it('says for every gate which of the reader’s grounds open it, and which a rule keeps out', () => {
    const { gates } = explain({ codes: { sensitivity: 'DERIVED' } });
    expect(gates.map((gate) => [gate.gate, gate.cell])).toEqual([
      ['tier', 'tier/ALLIANCE'],
      ['sensitivity', 'sensitivity/DERIVED/TWELVE_MONTHS'],
      ['phase', 'phase/COOPERATION/PERFORMANCE'],
    ]);
    expect(gates[0]?.opens.map((item) => item.ground)).toEqual(['CO_MEMBER', 'PARTY', 'GRANT']);
    expect(gates[1]?.opens[0]).toEqual({
      ground: 'CO_MEMBER',
      words: 'members of the same alliance',
      policies: [{ id: 'sensitivity.derived-aged', reason: expect.any(String), basis: expect.any(String) }],
    });
    expect(gates[1]?.closes.map((item) => [item.ground, item.policies.map((policy) => policy.id)])).toEqual([
      ['ANYONE', ['limits.no-csi-without-tie']],
      ['MEMBER', ['limits.no-csi-without-tie']],
    ]);
  });

  it('does not count on a row that names the reader or an agreement that covers it', () => {
    const addressed = {
      pair: pair('ANYONE', 'PARTY', 'GRANT'),
      codes: { tier: 'ADDRESSED' as const },
      addressed: true,
    };
    const explanation = explain(addressed);
    expect(explanation.outcome).toBe('AGGREGATE_ONLY');
    expect(explanation.ground).toBeNull();
    expect(explanation.conditions).toEqual([
      'rows that name your organisation are open to you',
      'rows that a live agreement covers, for its purpose, are open to you',
    ]);
    expect(explain({ ...addressed, addressed: false, grantable: false }).conditions).toEqual([]);
    const closed = { ...addressed, codes: { tier: 'OWNER_ONLY' as const } };
    expect(explain(closed).conditions).toEqual([]);
  });
});

describe('an explanation of what is closed', () => {
  it('names the law before the owner’s will, and both before the phase', () => {
    const competitor = { pair: pair('ANYONE', 'MEMBER_COMPETITOR', 'CUSTOMER_COMPETITOR') };
    const codes = { tier: 'BILATERAL', sensitivity: 'COST', dataClass: 'CSI_CORE' } as const;
    expect(explain({ ...competitor, codes })).toMatchObject({ rule: 'competitors.no-csi', code: 'COMPETITOR_CSI' });
    expect(explain({ ...competitor, codes: { tier: 'BILATERAL' } })).toMatchObject({
      rule: 'competitors.no-bilateral',
      code: 'CONSENT_MISSING',
    });
    expect(explain({ pair: pair('CUSTOMER'), codes: { dataClass: 'CSI_CORE' } })).toMatchObject({
      rule: 'limits.csi-core',
      code: 'PHASE_GATE',
    });
  });

  it('names the gate that nothing opens, where no rule forbids', () => {
    expect(explain({ codes: { tier: 'OWNER_ONLY' } })).toMatchObject({
      rule: 'tier.no-permit',
      reason: expect.stringContaining('does not share this with you'),
      basis: 'what no rule opens is closed',
      code: 'CONSENT_MISSING',
    });
    expect(explain({ codes: { sensitivity: 'LEGAL' }, grantable: false })).toMatchObject({
      rule: 'sensitivity.no-permit',
      reason: expect.stringContaining('the law does not open'),
      code: 'POLICY_DENIED',
    });
    expect(explain({ codes: { phase: 'DISCOVERY' } })).toMatchObject({
      rule: 'phase.no-permit',
      reason: expect.stringContaining('not come far enough'),
      code: 'PHASE_GATE',
    });
  });

  it('says so when each gate opens, but on different grounds', () => {
    const mixed = {
      pair: pair('CUSTOMER', 'COUNSEL'),
      codes: { tier: 'ADDRESSED' as const, sensitivity: 'FUTURE_INTENT' as const },
      grantable: false,
    };
    expect(explain(mixed)).toMatchObject({
      rule: 'grounds.one-for-all-gates',
      reason: expect.stringContaining('no one and the same ground'),
      basis: expect.stringContaining('never combined'),
      code: 'CONSENT_MISSING',
      ground: null,
    });
  });

  it.each([
    ['DERIVED', 'COMPETITOR_CSI'],
    ['INTENSITY', 'COMPETITOR_CSI'],
    ['VOLUME', 'COMPETITOR_CSI'],
    ['PERSONAL', 'POLICY_DENIED'],
  ] as const)('between competitors, of %s, has code %s', (sensitivity, code) => {
    const competitors = { pair: pair('CO_MEMBER_COMPETITOR'), codes: { sensitivity }, grantable: false };
    expect(explain(competitors).code).toBe(code);
  });

  it('does not call a sensitive field a competitor’s matter where nobody competes', () => {
    const codes = { sensitivity: 'VOLUME' as const };
    expect(explain({ codes, grantable: false }).code).toBe('POLICY_DENIED');
    expect(explain({ codes, grantable: true }).code).toBe('CONSENT_MISSING');
  });

  it('looks as the default classification says', () => {
    const closed = { declared: 'REDACT', sensitivity: 'DERIVED', dataClass: 'PERFORMANCE' } as const;
    const codes = { tier: 'OWNER_ONLY' } as const;
    expect(explain({ closed, codes }).outcome).toBe('REDACT');
    expect(explain({ closed, codes, pair: pair('CUSTOMER_COMPETITOR') }).outcome).toBe('HIDE');
  });

  it('honours what a table keeps from a ground', () => {
    expect(explain({ without: pair('CO_MEMBER') })).toMatchObject({ ground: null, rule: 'tier.no-permit' });
  });

  it('is the same whatever a row says: it takes no row', () => {
    expect(explain({ codes: { tier: 'OWNER_ONLY' } })).toEqual(explain({ codes: { tier: 'OWNER_ONLY' } }));
  });
});

describe('competition that is known by observation or plan only', () => {
  const competitor: Changes = {
    pair: pair('ANYONE', 'MEMBER_COMPETITOR', 'CUSTOMER_COMPETITOR', 'GRANT_COMPETITOR'),
    codes: { tier: 'BILATERAL', sensitivity: 'DERIVED' },
    competitionDeclared: false,
  };

  it('is never named: neither in rules, nor in grounds, nor in the code, nor in the way on', () => {
    const explanation = explain(competitor);
    expect(explanation).toMatchObject({
      rule: 'limits.by-law',
      reason: 'the law closes this between you and the owner',
      basis: 'competition law and the charter (domain 0.2)',
      code: 'POLICY_DENIED',
    });
    expect(explanationText(explanation)).not.toMatch(/competitor|rival/i);
    const agreement = { ...competitor, codes: { tier: 'BILATERAL', sensitivity: 'NONE' } } as const;
    expect(nexts(agreement)[0]).toBe('propose a data-sharing agreement that names this field and your purpose');
    expect(explanationText(explain(agreement))).not.toMatch(/while competitor/);
  });

  it('is named where it is declared', () => {
    const explanation = explain({ ...competitor, competitionDeclared: true });
    expect(explanation).toMatchObject({ rule: 'competitors.no-conditional', code: 'COMPETITOR_CSI' });
    expect(explanationText(explanation)).toContain("the owner's customers, while competitors");
  });
});

describe('the lawful way on', () => {
  it('is an agreement where the law would let one open the field', () => {
    expect(kinds({ codes: { tier: 'BILATERAL' } })).toContain('PROPOSE_AGREEMENT');
    expect(kinds({ codes: { tier: 'BILATERAL' }, grantable: false })).not.toContain('PROPOSE_AGREEMENT');
    expect(kinds({ codes: { tier: 'OWNER_ONLY' } })).not.toContain('PROPOSE_AGREEMENT');
    expect(nexts({ codes: { tier: 'BILATERAL' }, pair: pair('CUSTOMER_COMPETITOR') })[0]).toBe(
      'propose a data-sharing agreement that names this field and your purpose, which competition counsel must clear',
    );
  });

  it('is never an agreement that could open a competitor’s sensitive data', () => {
    for (const sensitivity of ['VOLUME', 'DERIVED', 'INTENSITY', 'PERSONAL'] as const) {
      const codes = { tier: 'BILATERAL', sensitivity } as const;
      expect(kinds({ codes, pair: pair('CUSTOMER_COMPETITOR') })).toEqual(['USE_AGGREGATE', 'ASK_COUNSEL']);
    }
  });

  it('is to wait until a period is old enough, with the date', () => {
    expect(explain({ codes: { age: 'RECENT' }, periodEnd: '2026-10-31' }).ways).toContainEqual({
      kind: 'WAIT_FOR_DATE',
      until: '2027-01-31',
      next: 'wait until the period ended 3 months ago, on 2027-01-31',
    });
    expect(explain({ codes: { age: 'FUTURE' }, periodEnd: '2027-06-30' }).ways).toContainEqual({
      kind: 'WAIT_FOR_DATE',
      until: '2027-09-30',
      next: 'wait until the period ended 3 months ago, on 2027-09-30',
    });
    expect(explain({ codes: { age: 'RECENT' }, periodEnd: null }).ways).toContainEqual({
      kind: 'WAIT_FOR_DATE',
      until: null,
      next: 'wait until the period ended 3 months ago',
    });
    expect(kinds({ codes: { age: 'RECENT', tier: 'OWNER_ONLY' } })).not.toContain('WAIT_FOR_DATE');
    expect(kinds({ codes: { age: 'TWELVE_MONTHS', sensitivity: 'VOLUME' } })).not.toContain('WAIT_FOR_DATE');
  });

  it('never sends a reader back to a younger age', () => {
    const recentOnly = { ...masks, cells: new Map(masks.cells) };
    const cell = recentOnly.cells.get('sensitivity/NONE/TWELVE_MONTHS');
    const none = { mask: 0, opens: new Map(), closes: new Map() };
    if (cell === undefined) throw new Error('no such cell');
    recentOnly.cells.set('sensitivity/NONE/TWELVE_MONTHS', none);
    const { ways } = explainDisclosure(recentOnly, request);
    expect(ways.map((way) => way.kind)).not.toContain('WAIT_FOR_DATE');
    recentOnly.cells.set('sensitivity/NONE/THREE_MONTHS', none).set('sensitivity/NONE/TWELVE_MONTHS', cell);
    const later = explainDisclosure(recentOnly, { ...request, codes: { ...request.codes, age: 'RECENT' } });
    expect(later.ways).toContainEqual({
      kind: 'WAIT_FOR_DATE',
      until: '2026-12-31',
      next: 'wait until the period ended 12 months ago, on 2026-12-31',
    });
    recentOnly.cells.set('sensitivity/NONE/RECENT', cell);
    const sooner = explainDisclosure(recentOnly, { ...request, codes: { ...request.codes, age: 'FUTURE' } });
    expect(sooner.ways).toContainEqual({
      kind: 'WAIT_FOR_DATE',
      until: '2025-12-31',
      next: 'wait until the period has ended, on 2025-12-31',
    });
  });

  it('is to wait for the next phase that opens, never an earlier one', () => {
    expect(explain({ codes: { phase: 'CHAMPIONING' } }).ways).toContainEqual({
      kind: 'WAIT_FOR_PHASE',
      until: 'COOPERATION',
      next: 'wait until the governing body moves the initiative to COOPERATION',
    });
    expect(kinds({ codes: { phase: 'CONVERGENCE_OR_CLOSURE' } })).not.toContain('WAIT_FOR_PHASE');
    expect(kinds({ codes: { phase: 'CHAMPIONING', tier: 'OWNER_ONLY' } })).not.toContain('WAIT_FOR_PHASE');
  });

  it('is to ask the owner for the narrowest tier that would do', () => {
    expect(explain({ codes: { tier: 'OWNER_ONLY' } }).ways).toContainEqual({
      kind: 'ASK_OWNER',
      tier: 'ALLIANCE',
      next: 'ask the owner whether it would share this at ALLIANCE',
    });
    const customer = explain({ codes: { tier: 'OWNER_ONLY' }, pair: pair('CUSTOMER') });
    expect(customer.ways).toContainEqual(expect.objectContaining({ kind: 'ASK_OWNER', tier: 'BILATERAL' }));
    expect(kinds({ codes: { tier: 'OWNER_ONLY', sensitivity: 'VOLUME' } })).not.toContain('ASK_OWNER');
    expect(explain({ codes: { tier: 'OWNER_ONLY' }, grantable: false }).code).toBe('CONSENT_MISSING');
  });

  it('is to confirm a link, but not between competitors', () => {
    expect(kinds({ codes: { tier: 'BILATERAL' } })).toContain('CONFIRM_LINK');
    expect(kinds({ codes: { tier: 'OWNER_ONLY' } })).not.toContain('CONFIRM_LINK');
    expect(kinds({ codes: { tier: 'BILATERAL' }, pair: pair('CO_MEMBER_COMPETITOR') })).not.toContain('CONFIRM_LINK');
    expect(nexts({ codes: { tier: 'BILATERAL' } })).toContain(
      'if you trade with the owner, let both ends confirm the link',
    );
  });

  it('is the released statistic where there is one, and counsel always', () => {
    expect(explain({ codes: { tier: 'OWNER_ONLY' } }).ways.slice(-2)).toEqual([
      { kind: 'USE_AGGREGATE', next: 'use the released statistic' },
      { kind: 'ASK_COUNSEL', next: 'ask competition counsel' },
    ]);
    expect(kinds({ codes: { tier: 'OWNER_ONLY' }, statistic: false })).toEqual(['ASK_OWNER', 'ASK_COUNSEL']);
  });

  it('does not count a row that would name the reader as a way', () => {
    const onlyParty = {
      pair: pair('PARTY', 'GRANT'),
      codes: { tier: 'BILATERAL' as const, phase: 'DISCOVERY' as const },
    };
    expect(kinds(onlyParty)).toEqual(['USE_AGGREGATE', 'ASK_COUNSEL']);
    const addressed = { ...onlyParty, codes: { tier: 'OWNER_ONLY' as const, age: 'RECENT' as const } };
    expect(kinds(addressed)).toEqual(['USE_AGGREGATE', 'ASK_COUNSEL']);
  });
});

describe('the text of an explanation', () => {
  it('says in plain words what is open and why', () => {
    expect(explanationText(explain({ pair: pair('CO_MEMBER'), grantable: false })).split('\n')).toEqual([
      'open to you',
      expect.stringMatching(/^because the owner shares this within the alliance.* \[tier\.alliance; charter/),
      'tier: tier ALLIANCE: open to you as members of the same alliance (tier.alliance)',
      'sensitivity: sensitivity NONE, period ended twelve months ago or more, or has no period: open to you as members of the same alliance (sensitivity.none-aged)',
      'phase: PERFORMANCE in phase COOPERATION: open to you as members of the same alliance (phase.as-owner-set)',
    ]);
  });

  it('says in plain words what is closed, why, and the way on', () => {
    const text = explanationText(
      explain({ pair: pair('MEMBER', 'CO_MEMBER_COMPETITOR'), codes: { sensitivity: 'VOLUME' } }),
    );
    expect(text.split('\n')).toEqual([
      'closed to you (AGGREGATE_ONLY, COMPETITOR_CSI)',
      expect.stringMatching(/^because competitors never read .* \[competitors\.no-csi; TFEU/),
      'tier: tier ALLIANCE: open to you as members of the same alliance, while competitors (tier.alliance)',
      'sensitivity: sensitivity VOLUME, period ended twelve months ago or more, or has no period: none of your grounds opens it; kept out: members of the same alliance, while competitors (competitors.no-csi)',
      'phase: PERFORMANCE in phase COOPERATION: open to you as members of the same alliance, while competitors (phase.as-owner-set)',
      'way on: use the released statistic',
      'way on: ask competition counsel',
    ]);
  });

  it('tells the conditions on which single rows open', () => {
    const text = explanationText(explain({ pair: pair('PARTY'), codes: { tier: 'ADDRESSED' }, addressed: true }));
    expect(text).toContain('\nrows that name your organisation are open to you\n');
  });
});

describe('words', () => {
  it('find the plain ground of a twin, and take a ground without twin, or one that has one, for itself', () => {
    expect(GROUND_NAMES.map(plainGround)).toEqual(
      GROUND_NAMES.map((name) => ({
        ground: name.replace('_COMPETITOR', ''),
        competitor: name.endsWith('_COMPETITOR'),
      })),
    );
  });

  it('say every ground, competition apart', () => {
    expect(new Set(GROUND_NAMES.map(groundWords)).size).toBe(GROUND_NAMES.length);
    for (const name of GROUND_NAMES) {
      expect([name, /while competitor/.test(groundWords(name))]).toEqual([name, name.endsWith('_COMPETITOR')]);
      expect(groundWordsWithoutCompetition(name)).not.toMatch(/competitor/);
      expect(groundWords(name).startsWith(groundWordsWithoutCompetition(name))).toBe(true);
      expect(groundWords(name).length).toBeGreaterThan(8);
    }
  });
});

describe('months', () => {
  it.each([
    ['2026-10-31', 3, '2027-01-31'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2026-01-15', 12, '2027-01-15'],
    ['2026-12-31', 3, '2027-03-31'],
  ])('%s and %d more is %s', (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });

  it.each(['', '2026', '2026-1-1', 'x2026-01-01', '2026-01-01T00:00'])('are not counted from %p', (text) => {
    expect(addMonths(text, 3)).toBeNull();
  });
});

describe('an explanation under a freeze or an agreement', () => {
  it('names counsel, offers no other way, and leaves no condition open', () => {
    expect(explain({ frozen: true })).toMatchObject({
      outcome: 'AGGREGATE_ONLY',
      ground: null,
      code: 'POLICY_DENIED',
      rule: 'counsel.freeze',
      reason: 'competition counsel holds this class of data back from everybody but its owner',
      conditions: [],
      ways: [{ kind: 'ASK_COUNSEL', next: 'ask competition counsel' }],
    });
    expect(explain({ frozen: true }).basis).toContain('domain 0.5');
  });

  it('leaves the owner what it is', () => {
    expect(explain({ frozen: true, pair: pair('SELF', 'PARTY', 'GRANT') })).toMatchObject({
      outcome: 'ALLOW',
      ground: 'SELF',
    });
  });

  it('opens on the agreement itself where one covers the field, and nowhere else', () => {
    const intensity = { codes: { tier: 'BILATERAL', sensitivity: 'INTENSITY' } } as const;
    expect(explain(intensity)).toMatchObject({ outcome: 'AGGREGATE_ONLY', code: 'CONSENT_MISSING' });
    expect(explain({ ...intensity, covered: true })).toMatchObject({
      outcome: 'ALLOW',
      ground: 'GRANT',
      rule: 'tier.bilateral',
    });
    expect(explain({ ...intensity, covered: true, pair: pair('GRANT_COMPETITOR') }).outcome).toBe('AGGREGATE_ONLY');
    expect(explain({ codes: { tier: 'ADDRESSED' }, covered: true, pair: pair('PARTY') }).outcome).not.toBe('ALLOW');
  });
});

describe('an explanation where competition must not be named', () => {
  const unnamed = {
    competitionDeclared: false,
    pair: pair('CO_MEMBER_COMPETITOR', 'ANYONE'),
    codes: { sensitivity: 'VOLUME' },
  } as const;

  it('names the plain ground and other rules as they are', () => {
    const gates = explain(unnamed).gates;
    expect(gates[0]?.opens.map((item) => item.ground)).toEqual(['CO_MEMBER']);
    const closing = gates[1]?.closes.flatMap((item) => item.policies.map((policy) => policy.id)) ?? [];
    expect(closing).toEqual(expect.arrayContaining(['limits.by-law', 'limits.no-csi-without-tie']));
    expect(JSON.stringify(explain(unnamed))).not.toMatch(/compet[^i]|competitor/);
  });
});

test('the text of an explanation puts commas between grounds, and between rules', () => {
  const text = explanationText(
    explain({ pair: pair('ANYONE', 'CUSTOMER', 'CO_MEMBER'), codes: { sensitivity: 'VOLUME' } }),
  );
  expect(text).toContain(
    "open to you as the owner's customers (tier.alliance), members of the same alliance (tier.alliance)",
  );
  const two = explanationText(explain({ pair: pair('ANYONE', 'MEMBER'), codes: { sensitivity: 'INTENSITY' } }));
  expect(two).toContain(
    'kept out: everyone, without login (limits.intensity-by-agreement, limits.no-csi-without-tie), any member (limits.intensity-by-agreement, limits.no-csi-without-tie)',
  );
  expect(text.split('\n').filter((line) => line.startsWith('tier: '))[0]).not.toContain('kept out');
});

test('each rule that opens is named, apart from the next, also where a law opens by two', () => {
  const explanation = explain({ pair: pair('CO_MEMBER'), grantable: false });
  const gates = explanation.gates.map((gate) => ({
    ...gate,
    opens: gate.opens.map((item) => ({ ...item, policies: [...item.policies, ...item.policies] })),
  }));
  expect(explanationText({ ...explanation, gates })).toContain(
    'open to you as members of the same alliance (tier.alliance, tier.alliance)',
  );
});

test('a link is a way on for whoever custom or supply would open it to, each alone', () => {
  for (const tier of ['VALUE_CHAIN_DOWNSTREAM', 'VALUE_CHAIN_UPSTREAM'] as const)
    expect(kinds({ codes: { tier }, pair: pair('CO_MEMBER') })).toContain('CONFIRM_LINK');
});

test('a date on which a period ended months ago is counted from its end', () => {
  const recent = { codes: { age: 'RECENT' }, periodEnd: '2026-05-31' } as const;
  expect(explain(recent).ways).toContainEqual(expect.objectContaining({ kind: 'WAIT_FOR_DATE', until: '2026-08-31' }));
  expect(explain({ ...recent, periodEnd: null }).ways).toContainEqual(
    expect.objectContaining({ kind: 'WAIT_FOR_DATE', until: null, next: 'wait until the period ended 3 months ago' }),
  );
});
