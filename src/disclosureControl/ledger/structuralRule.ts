/** Positions of protected units, as flags. */
export type Membership = Uint8Array;

export interface StructuralParameters {
  readonly minimumContributors: number;
  readonly readerMayContribute: boolean;
  /** Groups a query must differ by from any released total around it or within it. */
  readonly differenceContributorsMin: number;
}

export function sizeOf(set: Membership): number {
  return set.reduce((count, flag) => count + flag, 0);
}

/**
 * At least k units inside, whoever reads: what the best informed group knows of the set (its own unit and its joint
 * ventures) does not count when contributors may read.
 *
 * Source: `domain.md` A1; `statistics.md` design 3. Looks at membership only.
 */
export function enoughInside(
  query: Membership,
  knowledge: readonly (readonly number[])[],
  parameters: StructuralParameters,
): boolean {
  const size = sizeOf(query);
  const bestInformed = knowledge.reduce(
    (most, known) =>
      Math.max(
        most,
        known.reduce((count, unit) => count + (query[unit] ?? 0), 0),
      ),
    0,
  );
  return (
    size - (parameters.readerMayContribute ? bestInformed : Math.max(0, bestInformed - 1)) >=
    parameters.minimumContributors
  );
}

/**
 * At least `differenceContributorsMin` units, or none, between the query and every released set that encloses it or lies
 * inside it, so that no single subtraction gives a small group.
 *
 * Source: Denning, Cryptography and Data Security, chapter 6 (query set overlap); `statistics.md` design 3.
 */
export function farFromNested(query: Membership, released: Membership, parameters: StructuralParameters): boolean {
  let onlyQuery = 0;
  let onlyReleased = 0;
  for (let unit = 0; unit < query.length; unit += 1) {
    const inQuery = query[unit] ?? 0;
    const inReleased = released[unit] ?? 0;
    onlyQuery += inQuery & (1 - inReleased);
    onlyReleased += inReleased & (1 - inQuery);
    if (onlyQuery > 0 && onlyReleased > 0) return true;
  }
  const difference = onlyQuery + onlyReleased;
  return difference === 0 || difference >= parameters.differenceContributorsMin;
}
