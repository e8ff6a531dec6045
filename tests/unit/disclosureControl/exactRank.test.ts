import fc from 'fast-check';
import { ExactRowSpace } from '../../../src/disclosureControl';
import { PrimeField } from '../../../src/disclosureControl/ledger/primeField';
import { rankOf } from './support/rationals';

const dimension = 9;
const unit = (at: number): number[] => Array.from({ length: dimension }, (_, position) => (position === at ? 1 : 0));
const vectors = (count: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: dimension, maxLength: dimension }), {
    minLength: 1,
    maxLength: count,
  });
/** Coordinates 0 and 1 belong to one group, 2 and 3 to another; every other coordinate to a group of its own. */
const groups = [[0, 1], [2, 3], [4], [5], [6], [7], [8]];
const holder = {
  unitOf: (coordinate: number): number => groups.findIndex((group) => group.includes(coordinate)),
  isProtected: (coordinate: number): boolean => coordinate !== 8,
};

function coalitions(size: number): number[][] {
  const none: number[][] = [[]];
  if (size === 0) return none;
  const one = groups.map((group) => [...group]);
  if (size === 1) return [...none, ...one];
  return [...none, ...one, ...one.flatMap((first, at) => one.slice(at + 1).map((second) => [...first, ...second]))];
}

/** The definition, by rational arithmetic: some coalition's knowledge and the answers span a protected coordinate. */
function exposedByDefinition(answers: readonly (readonly number[])[], colludingInsiders: number): boolean {
  return coalitions(colludingInsiders).some((known) => {
    const knowledge = [...answers, ...known.map(unit)];
    const rank = rankOf(knowledge);
    const owned = new Set(known.map(holder.unitOf));
    return Array.from({ length: dimension }, (_, victim) => victim).some(
      (victim) =>
        holder.isProtected(victim) &&
        !owned.has(holder.unitOf(victim)) &&
        rankOf([...knowledge, unit(victim)]) === rank,
    );
  });
}

describe('exact row space', () => {
  it.each([0, 1, 2])('agrees with rational arithmetic on what %i insiders can work out', (colludingInsiders) => {
    let [exposed, harmless] = [0, 0];
    fc.assert(
      fc.property(vectors(6), (answers) => {
        const last = answers[answers.length - 1] ?? [];
        const space = new ExactRowSpace(dimension, groups, colludingInsiders);
        for (const answer of answers.slice(0, -1)) space.add(Float64Array.from(answer));
        const follows = rankOf(answers) === rankOf(answers.slice(0, -1));
        expect(space.contains(Float64Array.from(last))).toBe(follows);
        // An answer that follows already adds nothing; what is exposed then was exposed before it.
        if (follows) return;
        const expected = exposedByDefinition(answers, colludingInsiders);
        expect(space.wouldExpose(Float64Array.from(last), holder)).toBe(expected);
        if (expected) exposed += 1;
        else harmless += 1;
      }),
      { numRuns: 120, seed: 3 },
    );
    expect(exposed).toBeGreaterThan(5);
    expect(harmless).toBeGreaterThan(5);
  });

  it('computes in the field as big integers do', () => {
    const field = new PrimeField(67_108_859);
    const prime = BigInt(field.prime);
    const element = fc.integer({ min: 0, max: field.prime - 1 });
    fc.assert(
      fc.property(element, element, (a, b) => {
        expect(BigInt(field.times(a, b))).toBe((BigInt(a) * BigInt(b)) % prime);
        expect(BigInt(field.plus(a, b))).toBe((BigInt(a) + BigInt(b)) % prime);
        expect(field.plus(a, field.negative(a))).toBe(0);
        if (a !== 0) expect(field.times(a, field.inverse(a))).toBe(1);
      }),
    );
    expect(field.times(field.prime - 1, field.prime - 1)).toBe(1);
  });
});
