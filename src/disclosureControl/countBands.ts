import { invariant } from '../kernel/errors';

/** An inclusive range in which a count is published. */
export interface CountRange {
  readonly from: number;
  readonly to: number;
}

/**
 * How a count of a confidential yes-or-no attribute among `population` units is published: as one of several ranges that
 * depend on the population alone. A count of none or of all would tell everybody's answer, and so would a count of zero
 * within a small difference; every range therefore spans at least `minimumContributors` counts.
 *
 * Guarantees: a single published count never says of anybody whether the attribute holds. Undefined, for any count alike,
 * where the population is too small to have two ranges: the range would say nothing.
 */
export function countRange(count: number, population: number, minimumContributors: number): CountRange | undefined {
  invariant(Number.isInteger(count) && count >= 0 && count <= population, 'a count lies within its population');
  const ranges = Math.floor((population + 1) / minimumContributors);
  if (ranges < 2) return undefined;
  const edge = (range: number): number => Math.floor((range * (population + 1)) / ranges);
  let range = 0;
  while (edge(range + 1) <= count) range += 1;
  return { from: edge(range), to: edge(range + 1) - 1 };
}
