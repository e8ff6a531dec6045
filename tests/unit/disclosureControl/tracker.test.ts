import { LeverageLedger } from '../../../src/disclosureControl';

/**
 * The individual tracker of C. J. Date, An Introduction to Database Systems, chapter on security, statistical databases, after
 * Denning and Denning (1979): ten employees, sets of 2 to 8 of them may be asked for. The four men earn 328,000 together,
 * the three who are no programmers 278,000, so the one male programmer, Alf, earns 50,000.
 */
const employees = ['Alf', 'm1', 'm2', 'm3', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6'];
const men = employees.slice(0, 4);
const salaries = new Map([
  ['Alf', 50_000],
  ['m1', 98_000],
  ['m2', 90_000],
  ['m3', 90_000],
]);
const sumOf = (set: readonly string[]): number => set.reduce((sum, name) => sum + (salaries.get(name) ?? 0), 0);
const sizesOnly = (set: readonly string[]): number | undefined =>
  set.length >= 2 && set.length <= 8 ? sumOf(set) : undefined;

describe('the individual tracker of the textbook', () => {
  const others = men.filter((name) => name !== 'Alf');

  it('finds the salary where only the sizes of the sets are limited', () => {
    expect([sizesOnly(['Alf']), sizesOnly(men), sizesOnly(others)]).toEqual([undefined, 328_000, 278_000]);
    expect((sizesOnly(men) ?? 0) - (sizesOnly(others) ?? 0)).toBe(50_000);
  });

  it.each([
    ['by the variance that is left', { retainedVarianceShare: 0.1, differenceContributorsMin: 1 }],
    ['by the distance of the sets', { retainedVarianceShare: 0, differenceContributorsMin: 2 }],
    ['by the exact rank', { retainedVarianceShare: 0, differenceContributorsMin: 1 }],
  ])('is refused %s, in whatever order the two are asked', (_rule, rule) => {
    for (const [first, second] of [
      [men, others],
      [others, men],
    ] as const) {
      const ledger = new LeverageLedger(
        employees.map((id) => ({ id, knownTo: [id], isProtected: true })),
        employees.map((id) => ({ id, unit: id, priorDeviation: 25_000 })),
        { minimumContributors: 2, readerMayContribute: false, colludingInsiders: 0, ...rule },
      );
      const decision = ledger.decide(first);
      expect(decision.kind).toBe('ALLOWED');
      if (decision.kind === 'ALLOWED') ledger.append(decision);
      expect(ledger.decide(second)).toEqual({ kind: 'REFUSED', code: 'DIFFERENCING', rule: 'A6' });
    }
  });
});
