/** One flag per figure. */
export type Membership = Uint8Array;

export interface StructuralParameters {
  /** k: units inside, the reader's own group not counted. */
  readonly minimumContributors: number;
  readonly readerMayContribute: boolean;
  /** Units a query must differ by from any released set around it or within it. */
  readonly differenceContributorsMin: number;
}

/**
 * Units with at least one figure in the set; `unitOf` gives the unit of each figure.
 * Source: charter A1 counts units, not figures. Guarantees: membership only.
 */
export function unitsIn(set: Membership, unitOf: readonly number[]): ReadonlySet<number> {
  const units = new Set<number>();
  set.forEach((flag, figure) => {
    if (flag === 1) units.add(unitOf[figure] ?? -1);
  });
  return units;
}

/**
 * At least k units inside, whoever reads: what the best informed group knows of the set (its own unit and its joint
 * ventures) does not count when contributors may read, and counts once when they may not.
 *
 * Source: `domain.md` A1; `statistics.md` design 3. Looks at membership only.
 *
 * |units| - max over groups of those it knows >= k.
 * Guarantees: whichever one group asks, k others stand behind the sum.
 */
export function enoughInside(
  units: ReadonlySet<number>,
  unitsKnownTo: readonly (readonly number[])[],
  parameters: StructuralParameters,
): boolean {
  const bestInformed = Math.max(0, ...unitsKnownTo.map((known) => known.filter((unit) => units.has(unit)).length));
  const lost = parameters.readerMayContribute ? bestInformed : Math.max(0, bestInformed - 1);
  return units.size - lost >= parameters.minimumContributors;
}

/**
 * At least `differenceContributorsMin` units, or none, between the query and every released set that encloses it or lies
 * inside it, so that no single subtraction gives a small group.
 *
 * Source: Denning, Cryptography and Data Security, chapter 6 (query set overlap); `statistics.md` design 3.
 *
 * |units of the difference| = 0 or >= m, for a released set around the query or within it.
 * Guarantees: membership only; the difference of two nested answers is a sum over at least m units.
 */
export function farFromNested(
  query: Membership,
  released: Membership,
  unitOf: readonly number[],
  parameters: StructuralParameters,
): boolean {
  let onlyQuery = false;
  let onlyReleased = false;
  const difference = new Set<number>();
  for (let figure = 0; figure < query.length; figure += 1) {
    if (query[figure] === released[figure]) continue;
    if (query[figure] === 1) onlyQuery = true;
    else onlyReleased = true;
    if (onlyQuery && onlyReleased) return true;
    difference.add(unitOf[figure] ?? -1);
  }
  return difference.size === 0 || difference.size >= parameters.differenceContributorsMin;
}
