import fc from 'fast-check';
import { coalitionsOf } from '../../../src/disclosureControl/ledger/coalitions';
import { CoalitionVariances, varianceGiven } from '../../../src/disclosureControl/ledger/coalitionVariances';

const size = 9;
/** Coordinates 0 to 2 known to one group, 2 and 3 to another (a joint venture), the others to one group each. */
const knowledge = [[0, 1, 2], [2, 3], [4], [5], [6], [7], [8]];
const unprotected = 8;
const entry = fc.integer({ min: -4, max: 4 });
const factors = fc.array(fc.array(entry, { minLength: size, maxLength: size }), { minLength: 3, maxLength: 9 });

/** Covariance of sums over a few common causes, and a little of each coordinate's own. */
function covarianceOf(causes: readonly (readonly number[])[], own: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    const common = causes.reduce((sum, cause) => sum + (cause[row] ?? 0) * (cause[column] ?? 0), 0);
    return common + (row === column ? own : 0);
  });
}

function floorsOf(covariance: Float64Array, share: number, colludingInsiders: number) {
  const prior = Float64Array.from({ length: size }, (_, at) => covariance[at * size + at] ?? 0);
  return {
    floor: prior.map((variance, at) => (at === unprotected ? -Infinity : share * variance)),
    negligible: prior.map((variance) => 1e-9 * variance),
    knowledge,
    colludingInsiders,
  };
}

/** Every coalition on every coordinate, by the definition. */
function triedOneByOne(covariance: Float64Array, floors: ReturnType<typeof floorsOf>): ReadonlySet<number> {
  const short = new Set<number>();
  for (const known of coalitionsOf(knowledge, floors.colludingInsiders)) {
    for (let at = 0; at < size; at += 1) {
      if (at === unprotected || known.includes(at)) continue;
      if (varianceGiven(covariance, size, floors.negligible, at, known) < (floors.floor[at] ?? 0)) short.add(at);
    }
  }
  return short;
}

describe('variances that coalitions leave', () => {
  it.each([0, 1, 2, 3])(
    'finds every coordinate that some coalition of %i leaves too little, and no other',
    (insiders) => {
      let [some, none] = [0, 0];
      fc.assert(
        fc.property(
          factors,
          fc.constantFrom(0.01, 0.3, 2),
          fc.constantFrom(0.05, 0.2, 0.5, 0.8),
          (causes, own, share) => {
            const covariance = covarianceOf(causes, own);
            const floors = floorsOf(covariance, share, insiders);
            const expected = triedOneByOne(covariance, floors);
            const found = [...new CoalitionVariances(size).shortfalls(covariance, floors)];
            expect(new Set(found.map(({ coordinate }) => coordinate))).toEqual(expected);
            for (const { coordinate, known, left } of found) {
              expect(left).toBeCloseTo(varianceGiven(covariance, size, floors.negligible, coordinate, known), 9);
            }
            if (expected.size > 0) some += 1;
            else none += 1;
          },
        ),
        { numRuns: insiders > 2 ? 40 : 120, seed: 7 },
      );
      expect(none).toBeGreaterThan(insiders > 2 ? 0 : 5);
      if (insiders > 0) expect(some).toBeGreaterThan(20);
    },
  );

  it('sees two groups that explain nothing alone and everything together', () => {
    // The last of them is the difference of two sums that hardly vary apart from each other.
    const causes = [
      [0, 0, 0, 0, 1, 1, 0, 0, 0],
      [0, 0, 0, 0, 0.1, 0, 0.1, 0, 0],
    ];
    const covariance = covarianceOf(causes, 1e-5);
    const short = (insiders: number) =>
      [...new CoalitionVariances(size).shortfalls(covariance, floorsOf(covariance, 0.2, insiders))]
        .filter(({ coordinate }) => coordinate === 6)
        .map(({ known }) => known);
    expect(short(1)).toEqual([]);
    expect(short(2)).toContainEqual([4, 5]);
  });

  it('takes what is no number for too little', () => {
    const covariance = covarianceOf([Array.from({ length: size }, () => 1)], 1);
    covariance[0] = Number.NaN;
    const found = [...new CoalitionVariances(size).shortfalls(covariance, floorsOf(covariance, 0.2, 2))];
    expect(found.map(({ coordinate }) => coordinate)).toContain(0);
  });
});
