import { invariant } from '../kernel/errors';

/** An inclusive range in which a count is published. */
export interface CountRange {
  readonly from: number;
  readonly to: number;
}

/**
 * How a count of a confidential yes-or-no attribute among `population` figures is published: as one of R ranges of nearly
 * equal width, R = floor((population + 1) / width), whose edges depend on membership alone. A count of none or of all would
 * tell everybody's answer; every range therefore spans at least `widthMin` counts.
 *
 * Guarantees: a single published count never says of anybody whether the attribute holds; with a width of k more than an
 * attacker's own figures (`figuresKnown`), nor does what is left after the attacker took its own out of it. Undefined, for
 * any count alike, where the population is too small to have two ranges: the range would say nothing.
 * Source: statistics.md, attack "all-zero and all-N counts"; Denning (1982) chapter 6 on counts of 0 and of N. The rule itself
 * is this project's.
 */
export function countRange(count: number, population: number, widthMin: number): CountRange | undefined {
  invariant(Number.isInteger(count) && count >= 0 && count <= population, 'a count lies within its population');
  const ranges = Math.floor((population + 1) / widthMin);
  if (ranges < 2) return undefined;
  const edge = (range: number): number => Math.floor((range * (population + 1)) / ranges);
  let range = 0;
  while (edge(range + 1) <= count) range += 1;
  return { from: edge(range), to: edge(range + 1) - 1 };
}

/** Figures with a yes-or-no attribute: how many there are, how many of them hold it, and who knows which. */
export interface CountedFigures {
  readonly knownTo: readonly string[];
  /** False: everybody is taken to know of each whether it holds. */
  readonly isProtected: boolean;
  readonly figures: number;
  readonly holding: number;
}

export interface CountRules {
  /** Counts that a range spans at least, besides those that a coalition knows. */
  readonly minimumContributors: number;
  readonly colludingInsiders: number;
}

/**
 * The most figures that `colludingInsiders` groups can know between them; it looks at membership alone.
 * The sum of the `colludingInsiders` largest counts by group; figures that two of them know count twice.
 * Source: SDC Handbook 4.2 (coalitions). Guarantees: never fewer than any such coalition knows.
 */
export function figuresKnown(
  counted: readonly Pick<CountedFigures, 'knownTo' | 'figures'>[],
  colludingInsiders: number,
): number {
  const byGroup = new Map<string, number>();
  for (const { knownTo, figures } of counted) {
    for (const group of knownTo) byGroup.set(group, (byGroup.get(group) ?? 0) + figures);
  }
  const largest = [...byGroup.values()].sort((a, b) => b - a).slice(0, colludingInsiders);
  return largest.reduce((sum, figures) => sum + figures, 0);
}

/**
 * The published range of how many figures of one set hold an attribute. What everybody knows is counted exactly and the rest
 * as a range as wide as `minimumContributors` and the largest coalition's own figures together.
 *
 * Guarantees: nobody with up to `colludingInsiders` groups' own figures learns of any protected figure whether it holds, as
 * long as every figure is in one counted set only (`judgeCountedSet`); sums of ranges of disjoint sets may be told besides.
 * Undefined, whatever holds, where two such ranges do not fit.
 *
 * Source: as `countRange`, with coalitions after SDC Handbook 4.2; the rule is this project's.
 */
export function countedRange(counted: readonly CountedFigures[], rules: CountRules): CountRange | undefined {
  const sum = (of: readonly CountedFigures[], pick: (one: CountedFigures) => number): number =>
    of.reduce((total, one) => total + pick(one), 0);
  const hidden = counted.filter(({ isProtected }) => isProtected);
  const open = sum(counted, ({ holding }) => holding) - sum(hidden, ({ holding }) => holding);
  const width = rules.minimumContributors + figuresKnown(hidden, rules.colludingInsiders);
  const range = countRange(
    sum(hidden, ({ holding }) => holding),
    sum(hidden, ({ figures }) => figures),
    width,
  );
  return range === undefined ? undefined : { from: open + range.from, to: open + range.to };
}
