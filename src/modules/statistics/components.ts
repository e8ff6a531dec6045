import { contributorBand } from '../../disclosureControl';
import type { Amount, Member } from './frozenInputs';
import type { FrozenMember } from './frozenMembers';
import type { Measure, StatisticFunction } from './registeredTables';

/** One sum that a statistic gives away: over the figures that have a value for it. */
export interface Component {
  /** Names the sum in the ledger. */
  readonly name: string;
  /** Whether figures without a weight have no part in it. */
  readonly isWeighed: boolean;
  valueOf(figure: Amount): number | null;
}

/**
 * The sums from which a statistic is computed, all of which count as released with it. A mean gives the sum away, since
 * how many figures there are is public; a weighted mean is held to both of its sums, though it tells only their ratio.
 */
export function componentsOf(measure: Measure, name: StatisticFunction): readonly Component[] {
  switch (name) {
    case 'SUM':
    case 'MEAN':
    case 'SHARE':
      return [{ name: measure.id, isWeighed: false, valueOf: (figure) => figure.value }];
    case 'WEIGHTED_MEAN':
      return [
        {
          name: `${measure.id}*${measure.weight ?? ''}`,
          isWeighed: true,
          valueOf: (figure) => (figure.weight === null ? null : figure.value * figure.weight),
        },
        { name: measure.weight ?? '', isWeighed: true, valueOf: (figure) => figure.weight },
      ];
    case 'COUNT':
      return [];
  }
}

/** The figures that a statistic is computed from: those that every component has a value of. */
export function figuresFor<T extends Amount>(components: readonly Component[], figures: readonly T[]): readonly T[] {
  return figures.filter((figure) => components.every((component) => component.valueOf(figure) !== null));
}

/** The same without looking at a value: whether a figure has a weight is a matter of membership. */
export function membersFor(
  components: readonly Component[],
  members: readonly FrozenMember[],
): readonly FrozenMember[] {
  return members.filter((member) => components.every((component) => member.isWeighed || !component.isWeighed));
}

/** The exact value; null where nothing can be divided by. */
export function evaluate(
  name: StatisticFunction,
  components: readonly Component[],
  figures: readonly Amount[],
): number | null {
  const [first = 0, second = 0] = components.map((component) =>
    figures.reduce((sum, figure) => sum + (component.valueOf(figure) ?? 0), 0),
  );
  if (name === 'SUM' || name === 'SHARE') return first;
  const divisor = name === 'WEIGHTED_MEAN' ? second : figures.length;
  return divisor === 0 ? null : first / divisor;
}

/**
 * Protected ownership units behind a set of figures, whoever reads: what the best informed group knows (its own unit and
 * its joint ventures) is not counted (A1). Membership only, no value.
 */
export function independentUnits(figures: readonly Member[]): number {
  const units = new Map<string, readonly string[]>();
  for (const { unit, isProtected, knownTo } of figures) if (isProtected) units.set(unit, knownTo);
  const known = new Map<string, number>();
  for (const groups of units.values()) for (const group of groups) known.set(group, (known.get(group) ?? 0) + 1);
  return units.size - Math.max(0, ...known.values());
}

/** Number of contributors as it is published (A11). */
export function bandOf(figures: readonly Member[]): string | null {
  return contributorBand(independentUnits(figures)) ?? null;
}
