import { contributorBand } from '../../disclosureControl';
import type { Amount, Held } from './frozenInputs';
import type { FrozenMember } from './frozenMembers';
import type { Sums } from './frozenParts';
import type { Measure, StatisticFunction } from './registeredTables';

/** One sum that a statistic gives away: over the figures that have a value for it. */
export interface Component {
  /** Names the sum in the ledger. */
  readonly name: string;
  /** Whether figures without a weight have no part in it. */
  readonly isWeighed: boolean;
  valueOf(figure: Amount): number | null;
  /** The same of figures taken together. */
  sumOf(sums: Sums): number | null;
}

/**
 * The sums from which a statistic is computed, all of which count as released with it. A mean gives the sum away, since
 * how many figures there are is public; a weighted mean is held to both of its sums, though it tells only their ratio.
 */
export function componentsOf(measure: Measure, name: StatisticFunction): readonly Component[] {
  switch (name) {
    case 'SUM':
    case 'MEAN':
      return [
        {
          name: measure.id,
          isWeighed: false,
          valueOf: (figure) => figure.value,
          sumOf: (sums) => sums.value,
        },
      ];
    case 'WEIGHTED_MEAN':
      return [
        {
          name: `${measure.id}*${measure.weight ?? ''}`,
          isWeighed: true,
          valueOf: (figure) => (figure.weight === null ? null : figure.value * figure.weight),
          sumOf: (sums) => sums.product,
        },
        {
          name: measure.weight ?? '',
          isWeighed: true,
          valueOf: (figure) => figure.weight,
          sumOf: (sums) => sums.weight,
        },
      ];
    // What is counted of a standard has a law of its own (`certificates.ts`); how many groups report is public.
    case 'SHARE':
    case 'COUNT':
      return [];
  }
}

/** The members that a statistic is computed from, without looking at a value: whether one has a weight is a matter of membership. */
export function membersFor<T extends Pick<FrozenMember, 'isWeighed'>>(
  components: readonly Component[],
  members: readonly T[],
): readonly T[] {
  return members.filter((member) => components.every((component) => member.isWeighed || !component.isWeighed));
}

/** What a statistic is computed from: the sum of every component, and how many figures there are. */
export interface Totals {
  readonly sums: readonly number[];
  readonly count: number;
}

export function totalsOf(components: readonly Component[], figures: readonly Amount[]): Totals {
  const sums = components.map((component) => added(figures.map((figure) => component.valueOf(figure))));
  return { sums, count: figures.length };
}

export function totalsOfParts(components: readonly Component[], parts: readonly Sums[]): Totals {
  const sums = components.map((component) => added(parts.map((part) => component.sumOf(part))));
  return { sums, count: added(parts.map(({ count }) => count)) };
}

function added(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The exact value; null where nothing can be divided by. */
export function evaluate(name: StatisticFunction, { sums: [first = 0, second = 0], count }: Totals): number | null {
  if (name === 'SUM') return first;
  const divisor = name === 'WEIGHTED_MEAN' ? second : count;
  return divisor === 0 ? null : first / divisor;
}

/**
 * Protected ownership units behind a set of figures, whoever reads: what the best informed group knows (its own unit and
 * its joint ventures) is not counted (A1). Membership only, no value.
 */
export function independentUnits(figures: readonly Held[]): number {
  const units = knowersOf(figures.filter(({ isProtected }) => isProtected));
  const known = new Map<string, number>();
  for (const groups of units.values()) for (const group of groups) known.set(group, (known.get(group) ?? 0) + 1);
  return units.size - Math.max(0, ...known.values());
}

/** Groups that know a unit's figures, by unit: whoever knows one of them counts as knowing all. */
export function knowersOf(figures: readonly Held[]): ReadonlyMap<string, readonly string[]> {
  const units = new Map<string, Set<string>>();
  for (const { unit, knownTo } of figures) {
    const groups = units.get(unit) ?? new Set<string>();
    for (const group of knownTo) groups.add(group);
    units.set(unit, groups);
  }
  return new Map([...units].map(([unit, groups]) => [unit, [...groups]]));
}

/** Number of contributors as it is published (A11). */
export function bandOf(figures: readonly Held[]): string | null {
  return contributorBand(independentUnits(figures)) ?? null;
}
