/**
 * Demands that ask for the same twice (`domain.md` 1.4): topic, mineral, stage and jurisdiction all intersect. Pure; whose
 * demands they are does not matter here.
 */
export interface AskedDemand {
  readonly id: string;
  readonly topic: string | null;
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
  readonly topic: string | null;
  readonly indicator: string | null;
  /** null: any mineral, and so on */
  readonly minerals: readonly string[] | null;
  readonly stages: readonly string[] | null;
  readonly demandIds: readonly string[];
  /** The demand whose answer covers all of them; null: there is none, and the gap stays. */
  readonly harmonisedId: string | null;
}

/** An approved FULL equivalence: an assessment against `from` answers a demand for `to`. */
export interface FullEquivalence {
  readonly from: string;
  readonly to: string;
}

function intersect(one: readonly string[], other: readonly string[]): readonly string[] | null {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const common = one.filter((code) => other.includes(code));
  return common.length === 0 ? null : common;
}

/** What both ask about; null where one of the four has nothing in common. */
function common(one: AskedDemand, other: AskedDemand): AskedDemand | null {
  if (one.topic !== other.topic || one.indicator !== other.indicator) return null;
  const minerals = intersect(one.minerals, other.minerals);
  const stages = intersect(one.stages, other.stages);
  const jurisdictions = intersect(one.jurisdictions, other.jurisdictions);
  return minerals === null || stages === null || jurisdictions === null
    ? null
    : { ...one, minerals, stages, jurisdictions };
}

/** Each demand goes to the first group with which everything intersects, so that one answer can serve the whole group. */
export function overlapsOf(demands: readonly AskedDemand[], equivalences: readonly FullEquivalence[]): Overlap[] {
  const groups: { shared: AskedDemand; members: AskedDemand[] }[] = [];
  for (const demand of demands) {
    const place = groups.findIndex(({ shared }) => common(shared, demand) !== null);
    const group = groups[place];
    const shared = group === undefined ? null : common(group.shared, demand);
    if (group === undefined || shared === null) groups.push({ shared: demand, members: [demand] });
    else groups[place] = { shared, members: [...group.members, demand] };
  }
  return groups
    .filter(({ members }) => members.length > 1)
    .map(({ shared, members }) => ({
      topic: shared.topic,
      indicator: shared.indicator,
      minerals: shared.minerals.length === 0 ? null : shared.minerals,
      stages: shared.stages.length === 0 ? null : shared.stages,
      demandIds: members.map((member) => member.id),
      harmonisedId: harmonised(members, equivalences)?.id ?? null,
    }));
}

/** The strictest requirement that the same standard's level, or an approved FULL equivalence, lets cover all the others. */
function harmonised(
  members: readonly AskedDemand[],
  equivalences: readonly FullEquivalence[],
): AskedDemand | undefined {
  return members.find((candidate) => members.every((other) => covers(candidate, other, equivalences)));
}

function covers(one: AskedDemand, other: AskedDemand, equivalences: readonly FullEquivalence[]): boolean {
  if (one.standard === null || other.standard === null) return false;
  if (one.standard === other.standard) return one.levelPlace >= other.levelPlace;
  return equivalences.some(({ from, to }) => from === one.standard && to === other.standard);
}
