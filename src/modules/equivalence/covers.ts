import { type EquivalenceReach, type KnownRequirement, reachTogether } from '../reference';

/** A standard at a level, as a whole or in one topic. */
export interface StandardLevel {
  readonly standard: string;
  /** null: the standard as a whole */
  readonly topic: string | null;
  /** place of the level in its standard's order; -1 without one */
  readonly levelPlace: number;
}

/** An approved FULL equivalence: an assessment against `from` answers what `reach` says of `to`. One way, and not transitive. */
export interface FullEquivalence {
  readonly from: string;
  readonly to: string;
  readonly reach: EquivalenceReach;
}

/** Whether what answers one answers the other: by level within a standard, else by approved FULL equivalence (`domain.md` 1.4). */
export function covers(
  one: StandardLevel,
  other: StandardLevel,
  equivalences: readonly FullEquivalence[],
  requirements: readonly KnownRequirement[],
): boolean {
  if (one.standard === other.standard) {
    return one.levelPlace >= other.levelPlace && (one.topic === null || one.topic === other.topic);
  }
  const { topic } = one;
  const reaches = equivalences
    .filter(({ from, to }) => from === one.standard && to === other.standard)
    .map(({ reach }) => reach)
    // What is held in one topic alone leads to no whole standard.
    .filter((reach) => topic === null || (reach !== 'WHOLE' && reach.has(topic)));
  return reachTogether(reaches, other, requirements);
}

/** Standards that equivalences join in a topic, directly or over others; public, whoever asks for what. */
export function familyOf(
  standard: string,
  topic: string | null,
  equivalences: readonly FullEquivalence[],
): readonly string[] {
  const joining = equivalences.filter(({ reach }) => reach === 'WHOLE' || (topic !== null && reach.has(topic)));
  const family = new Set([standard]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { from, to } of joining) {
      if (family.has(from)) family.add(to);
      if (family.has(to)) family.add(from);
    }
  }
  return [...family].sort();
}
