import type { KnownRequirement } from '../reference';
import { covers, type FullEquivalence } from './covers';

/**
 * Demands that ask for the same twice (`domain.md` 1.4): topic, mineral, stage and jurisdiction all intersect. Pure; whose
 * demands they are does not matter here.
 */
export interface AskedDemand {
  readonly id: string;
  /** null: the standard as a whole, or an indicator */
  readonly topic: string | null;
  /** what it asks about: topics, or the standard itself where the catalogue does not split it; none for an indicator */
  readonly subjects: readonly string[];
  readonly indicator: string | null;
  readonly standard: string | null;
  /** place of the level in its standard's order; -1 without one */
  readonly levelPlace: number;
  /** empty: any */
  readonly minerals: readonly string[];
  readonly stages: readonly string[];
  readonly jurisdictions: readonly string[];
}

export interface Overlap {
  /** topics that all of them ask about */
  readonly topics: readonly string[];
  readonly indicator: string | null;
  /** null: any mineral, and so on */
  readonly minerals: readonly string[] | null;
  readonly stages: readonly string[] | null;
  readonly demandIds: readonly string[];
  /** The demand whose answer covers all of them; null: there is none, and the gap stays. */
  readonly harmonisedId: string | null;
}

/** What lets one answer stand for another. */
export interface CoveringRules {
  readonly equivalences: readonly FullEquivalence[];
  readonly requirements: readonly KnownRequirement[];
}

function intersect(one: readonly string[], other: readonly string[]): readonly string[] | null {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const common = one.filter((code) => other.includes(code));
  return common.length === 0 ? null : common;
}

/** What both ask about; null where one of the four has nothing in common. */
function common(one: AskedDemand, other: AskedDemand): AskedDemand | null {
  if (one.indicator !== other.indicator) return null;
  const subjects = one.subjects.filter((subject) => other.subjects.includes(subject));
  if (one.indicator === null && subjects.length === 0) return null;
  const minerals = intersect(one.minerals, other.minerals);
  const stages = intersect(one.stages, other.stages);
  const jurisdictions = intersect(one.jurisdictions, other.jurisdictions);
  return minerals === null || stages === null || jurisdictions === null
    ? null
    : { ...one, subjects, minerals, stages, jurisdictions };
}

interface Group {
  readonly shared: AskedDemand;
  readonly members: readonly AskedDemand[];
}

/**
 * Each demand goes to the first group with which everything intersects, so that one answer can serve the whole group; one for a
 * standard as a whole goes to each of them, since it meets them all.
 */
export function overlapsOf(demands: readonly AskedDemand[], rules: CoveringRules): Overlap[] {
  const groups: Group[] = [];
  const bySpecificity = [...demands].sort((one, other) => one.subjects.length - other.subjects.length);
  for (const demand of bySpecificity) {
    const joined = groups.flatMap((group, place) => {
      const shared = common(group.shared, demand);
      return shared === null ? [] : [{ place, shared }];
    });
    for (const { place, shared } of demand.subjects.length > 1 ? joined : joined.slice(0, 1)) {
      groups[place] = { shared, members: [...(groups[place]?.members ?? []), demand] };
    }
    if (joined.length === 0) groups.push({ shared: demand, members: [demand] });
  }
  return groups
    .filter(({ members }) => members.length > 1)
    .map(({ shared, members }) => ({
      topics: shared.subjects.filter((subject) => rules.requirements.some((row) => row.topicId === subject)),
      indicator: shared.indicator,
      minerals: shared.minerals.length === 0 ? null : shared.minerals,
      stages: shared.stages.length === 0 ? null : shared.stages,
      demandIds: members.map((member) => member.id),
      harmonisedId: harmonised(members, rules)?.id ?? null,
    }));
}

/** The strictest requirement that the same standard's level, or an approved FULL equivalence, lets cover all the others. */
function harmonised(members: readonly AskedDemand[], rules: CoveringRules): AskedDemand | undefined {
  return members.find((candidate) => members.every((other) => isCovered(candidate, other, rules)));
}

function isCovered(one: AskedDemand, other: AskedDemand, { equivalences, requirements }: CoveringRules): boolean {
  if (one.standard === null || other.standard === null) return false;
  const [from, to] = [
    { ...one, standard: one.standard },
    { ...other, standard: other.standard },
  ];
  return covers(from, to, equivalences, requirements);
}
