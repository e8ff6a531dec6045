import { DATA_CLASSES, SENSITIVITIES } from '../../../src/policy/cells';
import {
  COMPETITOR_GROUNDS,
  closedOutcome,
  decide,
  gateCells,
  gatesMask,
  isCompetitor,
  soundPair,
  type ClosedOutcome,
  type DisclosureRequest,
} from '../../../src/policy/decide';
import { EVERY_GROUND, GROUND_NAMES, groundMask, groundNames } from '../../../src/policy/grounds';
import { cellMask } from '../../../src/policy/masks';
import { masks, pair, waterRequest } from './world';

const closed = { outcome: 'AGGREGATE_ONLY', ground: null };

function ask(changes: Partial<DisclosureRequest>): unknown {
  return decide(masks, { ...waterRequest, ...changes });
}

describe('a decision', () => {
  it('opens on the one ground that passes every gate, and names it', () => {
    expect(ask({})).toEqual({ outcome: 'ALLOW', ground: 'CO_MEMBER' });
    expect(ask({ subjects: [pair('ANYONE', 'MEMBER', 'CO_MEMBER')] })).toEqual({
      outcome: 'ALLOW',
      ground: 'CO_MEMBER',
    });
  });

  it.each([
    ['tier', { tier: 'OWNER_ONLY' }],
    ['sensitivity', { sensitivity: 'VOLUME' }],
    ['age', { age: 'RECENT' }],
    ['phase', { phase: 'CHAMPIONING' }],
    ['data class', { dataClass: 'CSI_CORE' }],
    ['ground', { subjects: [pair('MEMBER')] }],
    ['table', { without: pair('CO_MEMBER') }],
  ])('is closed by its %s alone', (_what, changes) => {
    expect(ask(changes)).toEqual(closed);
  });

  it.each([
    ['tier', { tier: 'FRIENDS' }],
    ['sensitivity', { sensitivity: 'GOSSIP' }],
    ['age', { age: 'OLD' }],
    ['phase', { phase: 'AFTERWARDS' }],
    ['data class', { dataClass: 'OTHER' }],
    ['empty tier', { tier: '' }],
    ['tier in other letters', { tier: 'alliance' }],
    ['name of every object', { tier: 'constructor' }],
  ])('denies an unknown %s, even to the owner', (_what, changes) => {
    expect(ask({ ...changes, subjects: [pair('SELF')] })).toEqual(closed);
  });

  it.each([
    ['no subject', []],
    ['no ground', [0]],
    ['a negative mask', [-1]],
    ['a mask with unknown bits', [EVERY_GROUND + 1]],
    ['a mask of 32 bits', [2 ** 31]],
    ['a fraction', [256.5]],
    ['no number', [Number.NaN]],
    ['infinity', [Number.POSITIVE_INFINITY]],
  ])('denies %s', (_what, subjects) => {
    expect(ask({ subjects })).toEqual(closed);
    expect(ask({ contributor: subjects[0] ?? 0 })).toEqual(closed);
  });

  it('denies where nobody is asked about, whoever contributed it', () => {
    expect(ask({ subjects: [], contributor: pair('CO_MEMBER') })).toEqual(closed);
    expect(ask({ subjects: [], contributor: pair('SELF') })).toEqual(closed);
  });

  it('denies codes that run two of them together', () => {
    expect(ask({ sensitivity: 'NONE/TWELVE_MONTHS', age: '' })).toEqual(closed);
    expect(ask({ phase: 'COOPERATION/PERFORMANCE', dataClass: '' })).toEqual(closed);
  });

  it('opens PARTY only where the row names the reader', () => {
    const link = { subjects: [pair('PARTY')], tier: 'ADDRESSED', sensitivity: 'COUNTERPARTY', dataClass: 'LINK' };
    expect(ask({ ...link, namesReader: true })).toEqual({ outcome: 'ALLOW', ground: 'PARTY' });
    expect(ask({ ...link, agreementCovers: true })).toEqual(closed);
    expect(ask({ ...link, namesReader: true, without: pair('PARTY') })).toEqual(closed);
  });

  it('opens PARTY between competitors only where the row names the reader', () => {
    const link = {
      subjects: [pair('PARTY_COMPETITOR')],
      tier: 'ADDRESSED',
      sensitivity: 'COUNTERPARTY',
      dataClass: 'LINK',
    };
    expect(ask({ ...link, namesReader: true })).toEqual({ outcome: 'ALLOW', ground: 'PARTY_COMPETITOR' });
    expect(ask({ ...link, namesReader: false })).toEqual(closed);
  });

  it('opens GRANT only where a live agreement covers the row', () => {
    const grant = { subjects: [pair('GRANT')], tier: 'BILATERAL', sensitivity: 'INTENSITY' };
    expect(ask({ ...grant, agreementCovers: true })).toEqual({ outcome: 'ALLOW', ground: 'GRANT' });
    expect(ask({ ...grant, namesReader: true })).toEqual(closed);
    const competitors = { ...grant, subjects: [pair('GRANT_COMPETITOR')], sensitivity: 'NONE' };
    expect(ask({ ...competitors, agreementCovers: true })).toEqual({ outcome: 'ALLOW', ground: 'GRANT_COMPETITOR' });
    expect(ask({ ...competitors, namesReader: true })).toEqual(closed);
  });

  it('asks every subject, in any order', () => {
    const [open, shut] = [pair('CO_MEMBER'), pair('MEMBER')];
    expect(ask({ subjects: [open, open] })).toEqual({ outcome: 'ALLOW', ground: 'CO_MEMBER' });
    expect(ask({ subjects: [open, shut] })).toEqual(closed);
    expect(ask({ subjects: [shut, open] })).toEqual(closed);
  });

  it('asks subject and contributor as two tests, so that nobody passes on what it learned from another', () => {
    expect(ask({ contributor: pair('CUSTOMER') })).toEqual({ outcome: 'ALLOW', ground: 'CO_MEMBER' });
    expect(ask({ contributor: pair('MEMBER') })).toEqual(closed);
    expect(ask({ contributor: pair('DOWNSTREAM') })).toEqual(closed);
  });

  it('opens a fact to who contributed it, though its subject would not', () => {
    expect(ask({ subjects: [pair('MEMBER')], contributor: pair('SELF') })).toEqual({
      outcome: 'ALLOW',
      ground: 'SELF',
    });
    expect(ask({ subjects: [pair('MEMBER')], contributor: pair('SELF'), without: pair('SELF') })).toEqual(closed);
  });

  it('shows a withdrawn fact to its owner and its contributor only', () => {
    expect(ask({ withdrawn: true })).toEqual(closed);
    expect(ask({ withdrawn: true, subjects: [pair('SELF')] })).toEqual({ outcome: 'ALLOW', ground: 'SELF' });
    expect(ask({ withdrawn: true, contributor: pair('SELF') })).toEqual({ outcome: 'ALLOW', ground: 'CO_MEMBER' });
    expect(ask({ withdrawn: true, contributor: pair('CUSTOMER') })).toEqual(closed);
    const ends = { withdrawn: true, subjects: [pair('CO_MEMBER'), pair('SELF')] };
    expect(ask(ends)).toEqual(closed);
    expect(ask({ ...ends, subjects: [...ends.subjects].reverse() })).toEqual({ outcome: 'ALLOW', ground: 'SELF' });
  });

  it('judges a pair that holds a ground beside its twin as a competitor', () => {
    const contradictory = pair('CO_MEMBER', 'CUSTOMER', 'CUSTOMER_COMPETITOR');
    const derived = { tier: 'ALLIANCE', sensitivity: 'DERIVED', subjects: [contradictory] };
    expect(ask(derived)).toEqual(closed);
    expect(ask({ ...derived, subjects: [pair('CO_MEMBER', 'CUSTOMER')] })).toMatchObject({ outcome: 'ALLOW' });
  });
});

describe('a pair', () => {
  it('keeps its grounds where nobody competes', () => {
    const sound = pair('ANYONE', 'MEMBER', 'AFFILIATE', 'CUSTOMER', 'SELF', 'GRANT');
    expect(soundPair(sound)).toBe(sound);
    expect(soundPair(0)).toBe(0);
  });

  it('loses beside a competitor’s ground all that a competitor cannot have', () => {
    const mixed = soundPair(EVERY_GROUND);
    expect(groundNames(mixed)).toEqual([
      ...['ANYONE', 'ANALYST', 'CLEAN_TEAM', 'COUNSEL', 'SECRETARIAT', 'PARTNER', 'POLICY_MAKER', 'SELF', 'ASSESSOR'],
      ...GROUND_NAMES.filter((name) => name.endsWith('_COMPETITOR')),
    ]);
  });

  it.each([-1, -(2 ** 31), 1.5, Number.NaN, EVERY_GROUND + 1, Number.POSITIVE_INFINITY])(
    'that is no mask (%p) is nothing',
    (mask) => {
      expect(soundPair(mask)).toBe(0);
      expect(isCompetitor(mask)).toBe(true);
    },
  );

  it('is a competitor’s exactly when one of the twins is in it', () => {
    for (const name of GROUND_NAMES)
      expect([name, isCompetitor(pair(name))]).toEqual([name, name.endsWith('_COMPETITOR')]);
    expect(isCompetitor(0)).toBe(false);
    expect(isCompetitor(EVERY_GROUND)).toBe(true);
    expect(COMPETITOR_GROUNDS).toBe(groundMask(GROUND_NAMES.filter((name) => name.endsWith('_COMPETITOR'))));
  });
});

describe('the gates', () => {
  it('are three cells, and open together on what opens each', () => {
    const codes = {
      tier: 'BILATERAL',
      sensitivity: 'DERIVED',
      age: 'RECENT',
      phase: 'COORDINATION',
      dataClass: 'PERFORMANCE',
    } as const;
    const cells = gateCells(codes);
    expect(cells).toEqual({
      tier: { gate: 'tier', tier: 'BILATERAL' },
      sensitivity: { gate: 'sensitivity', sensitivity: 'DERIVED', age: 'RECENT' },
      phase: { gate: 'phase', phase: 'COORDINATION', dataClass: 'PERFORMANCE' },
    });
    expect(gatesMask(masks, codes)).toBe(
      cellMask(masks, cells.tier) & cellMask(masks, cells.sensitivity) & cellMask(masks, cells.phase),
    );
    expect(groundNames(gatesMask(masks, codes))).toEqual([
      'SELF',
      'CUSTOMER',
      'SUPPLIER',
      'PARTY',
      'GRANT',
      'ASSESSOR',
    ]);
  });
});

describe('a closed cell', () => {
  const sensitive = ['PRICE', 'COST', 'VOLUME', 'CAPACITY', 'COUNTERPARTY', 'CONTRACT', 'FUTURE_INTENT', 'TECHNOLOGY'];
  const outcomes: ClosedOutcome[] = ['HIDE', 'REDACT', 'AGGREGATE_ONLY'];

  it.each(SENSITIVITIES)('of sensitivity %s hides its existence where that would tell', (sensitivity) => {
    const form = { declared: 'REDACT', sensitivity, dataClass: 'PERFORMANCE' } as const;
    const always = sensitive.includes(sensitivity) || ['PERSONAL', 'SECURITY'].includes(sensitivity);
    const conditional = ['DERIVED', 'INTENSITY'].includes(sensitivity);
    expect(closedOutcome(form, false)).toBe(always ? 'HIDE' : 'REDACT');
    expect(closedOutcome(form, true)).toBe(always || conditional ? 'HIDE' : 'REDACT');
  });

  it.each(DATA_CLASSES)('of class %s hides links and demands whatever was declared', (dataClass) => {
    for (const declared of outcomes) {
      const outcome = closedOutcome({ declared, sensitivity: 'NONE', dataClass }, false);
      expect([declared, outcome]).toEqual([declared, ['LINK', 'DEMAND'].includes(dataClass) ? 'HIDE' : declared]);
    }
  });

  it('points to the statistic where one is declared, save for people', () => {
    const form = { declared: 'AGGREGATE_ONLY', dataClass: 'PERFORMANCE' } as const;
    expect(closedOutcome({ ...form, sensitivity: 'VOLUME' }, true)).toBe('AGGREGATE_ONLY');
    expect(closedOutcome({ ...form, sensitivity: 'PERSONAL' }, false)).toBe('HIDE');
    expect(closedOutcome({ ...form, sensitivity: 'SECURITY' }, false)).toBe('HIDE');
  });

  it('looks the same whatever tier, age, row and grounds closed it, but for competition', () => {
    const shapes = new Set<string>();
    for (const tier of ['BILATERAL', 'ADDRESSED', 'CLEAN_TEAM', 'OWNER_ONLY', 'FRIENDS']) {
      for (const age of ['RECENT', 'TWELVE_MONTHS', 'FUTURE']) {
        for (const sensitivity of ['NONE', 'VOLUME', 'PERSONAL']) {
          for (const ground of ['MEMBER', 'CO_MEMBER', 'PARTNER'] as const) {
            shapes.add(
              JSON.stringify(ask({ tier, age, sensitivity, subjects: [pair(ground)], withdrawn: age === 'RECENT' })),
            );
          }
        }
      }
    }
    expect([...shapes]).toEqual([JSON.stringify(closed)]);
  });

  it('is that of competitors when any of the pairs is, or none is known', () => {
    const form = {
      closed: { declared: 'REDACT', sensitivity: 'DERIVED', dataClass: 'PERFORMANCE' } as const,
      tier: 'OWNER_ONLY',
    };
    expect(ask(form)).toEqual({ outcome: 'REDACT', ground: null });
    expect(ask({ ...form, contributor: pair('CUSTOMER_COMPETITOR') })).toEqual({ outcome: 'HIDE', ground: null });
    expect(ask({ ...form, subjects: [pair('CO_MEMBER_COMPETITOR')] })).toEqual({ outcome: 'HIDE', ground: null });
    expect(ask({ ...form, subjects: [] })).toEqual({ outcome: 'HIDE', ground: null });
    expect(ask({ ...form, subjects: [-1] })).toEqual({ outcome: 'HIDE', ground: null });
  });
});
