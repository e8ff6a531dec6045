import fc from 'fast-check';
import { LeverageLedger, StaleDecisionError } from '../../../src/disclosureControl';
import type { LedgerFigure, LedgerPolicy, LedgerUnit } from '../../../src/disclosureControl';
import { rankOf } from './support/rationals';
import { thresholds } from './support/thresholds';

const policy: LedgerPolicy = {
  minimumContributors: thresholds.minimumContributors,
  readerMayContribute: true,
  differenceContributorsMin: thresholds.differenceContributorsMin,
  retainedVarianceShare: thresholds.retainedVarianceShareRecent,
  colludingInsiders: thresholds.colludingInsiders,
};

function plainUnits(count: number): { units: LedgerUnit[]; figures: LedgerFigure[]; ids: string[] } {
  const ids = Array.from({ length: count }, (_, unit) => `f${unit}`);
  return {
    ids,
    units: ids.map((id) => ({ id: `u${id}`, knownTo: [`g${id}`], isProtected: true })),
    figures: ids.map((id) => ({ id, unit: `u${id}`, priorDeviation: 100 })),
  };
}

function answer(ledger: LeverageLedger, set: readonly string[]): boolean {
  const decision = ledger.decide(set);
  if (decision.kind === 'REFUSED') return false;
  if (decision.kind !== 'ANSWERED_BEFORE') ledger.append(decision);
  return true;
}

describe('leverage ledger', () => {
  it('lets no rational attacker, outsider or insider, work out any figure exactly', () => {
    let answered = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), { minLength: 25, maxLength: 25 }),
        (queries) => {
          const { units, figures, ids } = plainUnits(14);
          const ledger = new LeverageLedger(units, figures, { ...policy, retainedVarianceShare: 0.02 });
          const vectors = queries
            .filter((query) =>
              answer(
                ledger,
                ids.filter((_, position) => query[position]),
              ),
            )
            .map((query) => query.map(Number));
          answered += vectors.length;
          const rank = rankOf(vectors);
          const unit = (at: number): number[] => ids.map((_, position) => (position === at ? 1 : 0));
          ids.forEach((_, victim) => {
            expect(rankOf([...vectors, unit(victim)])).toBe(rank + 1);
            ids.forEach((__, insider) => {
              if (insider === victim) return;
              const informed = [...vectors, unit(insider)];
              expect(rankOf([...informed, unit(victim)])).toBe(rankOf(informed) + 1);
            });
          });
        },
      ),
      { numRuns: 2, seed: 11 },
    );
    expect(answered).toBeGreaterThan(6);
  });

  it('is kept from exact exposure by the rank check alone, with the leverage rule switched off', () => {
    const { units, figures, ids } = plainUnits(12);
    const loose = { ...policy, minimumContributors: 2, differenceContributorsMin: 1, retainedVarianceShare: 0 };
    const ledger = new LeverageLedger(units, figures, loose);
    const queries = fc.sample(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), { numRuns: 60, seed: 13 });
    const vectors = queries
      .filter((query) =>
        answer(
          ledger,
          ids.filter((_, position) => query[position]),
        ),
      )
      .map((query) => query.map(Number));
    const unit = (at: number): number[] => ids.map((_, position) => (position === at ? 1 : 0));
    expect(rankOf(vectors)).toBeGreaterThan(6);
    expect(vectors.length).toBeLessThan(queries.length);
    ids.forEach((_, victim) => {
      ids.forEach((__, insider) => {
        if (insider === victim) return;
        const informed = [...vectors, unit(insider)];
        expect(rankOf([...informed, unit(victim)])).toBe(rankOf(informed) + 1);
      });
    });
  });

  it('keeps the share tau of every variance, recomputed from scratch, towards every insider', () => {
    const { units, figures, ids } = plainUnits(24);
    const ledger = new LeverageLedger(units, figures, policy);
    const queries = fc.sample(fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), { numRuns: 200, seed: 5 });
    const vectors = queries
      .map((query) => ids.filter((_, position) => query[position]))
      .filter((set) => answer(ledger, set))
      .map((set) => ids.map((id) => (set.includes(id) ? 1 : 0)));
    expect(vectors.length).toBeGreaterThan(3);
    const share = (victim: number, known: readonly number[]): number =>
      residualNorm(victim, [
        ...vectors,
        ...known.map((insider) => ids.map((_, position) => (position === insider ? 1 : 0))),
      ]);
    ids.forEach((id, victim) => {
      expect(ledger.retainedShare(id)).toBeCloseTo(share(victim, []), 9);
      ids.forEach((_, insider) => {
        if (insider !== victim) expect(share(victim, [insider])).toBeGreaterThanOrEqual(0.2 - 1e-9);
      });
    });
  });

  it('gives a repeated question its stored answer and one that follows for nothing', () => {
    const { units, figures, ids } = plainUnits(40);
    const ledger = new LeverageLedger(units, figures, policy);
    const [first, second] = [ids.slice(0, 20), ids.slice(20)];
    expect(answer(ledger, first)).toBe(true);
    expect(answer(ledger, second)).toBe(true);
    expect(ledger.decide([...first].reverse())).toMatchObject({ kind: 'ANSWERED_BEFORE' });
    expect(ledger.decide([...first, ...first])).toMatchObject({ kind: 'ANSWERED_BEFORE' });
    expect(ledger.decide(ids)).toMatchObject({ kind: 'DERIVABLE' });
    expect(ledger.version).toBe(2);
  });

  it('refuses small sets, small differences and their complements', () => {
    const { units, figures, ids } = plainUnits(40);
    const ledger = new LeverageLedger(units, figures, policy);
    expect(ledger.decide(ids.slice(0, 5))).toMatchObject({ kind: 'REFUSED', code: 'SMALL_CELL' });
    expect(answer(ledger, ids)).toBe(true);
    expect(ledger.decide(ids.slice(1))).toMatchObject({ kind: 'REFUSED', code: 'DIFFERENCING' });
    expect(ledger.decide(ids.slice(4))).toMatchObject({ kind: 'REFUSED', code: 'DIFFERENCING' });
    expect(ledger.decide(ids.slice(0, 6))).toMatchObject({ kind: 'ALLOWED' });
    expect(ledger.decide(ids.slice(6))).toMatchObject({ kind: 'ALLOWED' });
  });

  it('counts what a joint venture partner knows of the venture as known to it', () => {
    const { units, figures, ids } = plainUnits(7);
    const venture = units.map((unit, position) => (position === 6 ? { ...unit, knownTo: ['gf0', 'gf1'] } : unit));
    expect(new LeverageLedger(units, figures, policy).decide(ids.slice(0, 6)).kind).toBe('ALLOWED');
    const withVenture = [...ids.slice(0, 5), 'f6'];
    expect(new LeverageLedger(units, figures, policy).decide(withVenture).kind).toBe('ALLOWED');
    expect(new LeverageLedger(venture, figures, policy).decide(withVenture).kind).toBe('REFUSED');
  });

  it('protects the total of a unit as well as its parts', () => {
    const ids = Array.from({ length: 12 }, (_, position) => `f${position}`);
    const units = ids.slice(0, 11).map((id) => ({ id: `u${id}`, knownTo: [], isProtected: true }));
    // The last two figures are one unit's; together they are much larger than all the rest.
    const figures = ids.map((id, position) => ({
      id,
      unit: `u${ids[Math.min(position, 10)]}`,
      priorDeviation: position >= 10 ? 100 : 10,
    }));
    const ledger = new LeverageLedger(units, figures, policy);
    expect(ledger.decide(ids).kind).toBe('REFUSED');
    expect(ledger.decide(ids.slice(0, 10)).kind).toBe('ALLOWED');
  });

  it('neither counts nor protects members without standing, and takes them out of the question', () => {
    const { units, figures, ids } = plainUnits(14);
    const shams = units.map((unit, position) => (position >= 10 ? { ...unit, isProtected: false } : unit));
    const ledger = new LeverageLedger(shams, figures, policy);
    expect(ledger.decide([...ids.slice(0, 2), ...ids.slice(10)])).toMatchObject({
      kind: 'REFUSED',
      code: 'SMALL_CELL',
    });
    expect(answer(ledger, ids.slice(0, 8))).toBe(true);
    // Different sets, the same question: an attacker who brings in members must not get a second answer's worth.
    expect(ledger.decide(ids.slice(0, 8).concat('f12')).kind).toBe('DERIVABLE');
  });

  it('takes a published figure for known from then on', () => {
    const { units, figures, ids } = plainUnits(12);
    const ledger = new LeverageLedger(units, figures, policy);
    expect(answer(ledger, ids.slice(0, 7))).toBe(true);
    ledger.markKnown('uf0');
    expect(ledger.retainedShare('f0')).toBeCloseTo(0, 9);
    expect(ledger.decide(ids.slice(0, 6)).kind).toBe('REFUSED');
    expect(ledger.decide(ids.slice(1, 7)).kind).toBe('DERIVABLE');
  });

  it('is tried out on a copy, which begins where it is and leaves it as it was', () => {
    const { units, figures, ids } = plainUnits(30);
    const ledger = new LeverageLedger(units, figures, policy);
    ledger.appendReleased(ids.slice(0, 20));
    ledger.markKnown('uf29');
    const copy = ledger.copy();
    expect(copy.version).toBe(ledger.version);
    expect(ids.map((id) => copy.retainedShare(id))).toEqual(ids.map((id) => ledger.retainedShare(id)));
    expect(copy.decide(ids.slice(0, 20)).kind).toBe('ANSWERED_BEFORE');
    expect(copy.decide(ids.slice(0, 19))).toEqual(ledger.decide(ids.slice(0, 19)));
    copy.appendReleased(ids.slice(5, 25));
    expect(copy.decide(ids.slice(5, 24)).kind).toBe('REFUSED');
    expect(ledger.decide(ids.slice(5, 25)).kind).toBe('ALLOWED');
    expect(ledger.version).toBe(copy.version - 1);
  });

  it('refuses a decision that was taken before another answer', () => {
    const { units, figures, ids } = plainUnits(40);
    const ledger = new LeverageLedger(units, figures, policy);
    const [first, second] = [ledger.decide(ids), ledger.decide(ids.slice(1))];
    if (first.kind !== 'ALLOWED' || second.kind !== 'ALLOWED') throw new Error('each alone is harmless');
    ledger.append(first);
    expect(() => ledger.append(second)).toThrow(StaleDecisionError);
    expect(ledger.decide(ids.slice(1)).kind).toBe('REFUSED');
  });

  it('assumes two insiders where two are asked for', () => {
    const { units, figures, ids } = plainUnits(8);
    // Of five equal units one insider leaves four, each with 3/4 of its variance; two insiders leave three with 2/3.
    const strict = { ...policy, minimumContributors: 3, retainedVarianceShare: 0.7 };
    expect(new LeverageLedger(units, figures, strict).decide(ids.slice(0, 5)).kind).toBe('ALLOWED');
    const prices = { ...strict, colludingInsiders: 2 };
    expect(new LeverageLedger(units, figures, prices).decide(ids.slice(0, 5)).kind).toBe('REFUSED');
    expect(new LeverageLedger(units, figures, prices).decide(ids.slice(0, 6)).kind).toBe('ALLOWED');
  });
});

/** Share of a unit vector that lies outside the span of the vectors: the variance kept under equal priors. */
function residualNorm(victim: number, vectors: readonly (readonly number[])[]): number {
  const basis: number[][] = [];
  const outside = (vector: readonly number[]): number[] => {
    const left = [...vector];
    for (let pass = 0; pass < 2; pass += 1) {
      for (const direction of basis) {
        const along = left.reduce((sum, entry, at) => sum + entry * (direction[at] ?? 0), 0);
        direction.forEach((entry, at) => (left[at] = (left[at] ?? 0) - along * entry));
      }
    }
    return left;
  };
  for (const vector of vectors) {
    const left = outside(vector);
    const norm = Math.hypot(...left);
    if (norm > 1e-9) basis.push(left.map((entry) => entry / norm));
  }
  const left = outside(vectors[0]?.map((_, at) => (at === victim ? 1 : 0)) ?? []);
  return left.reduce((sum, entry) => sum + entry * entry, 0);
}
