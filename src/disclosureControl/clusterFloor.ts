import { contributorBand } from './rounding';
import type { ContributorBand } from './rounding';

/** One demand in a cluster: who asks, and for how much on the cluster's scale (position of the level, low to high). */
export interface ClusterDemand {
  readonly issuerGroup: string;
  readonly level: number;
}

export interface ClusterView {
  readonly issuerBand: ContributorBand;
  /** Lowest and highest level that enough groups ask for; null where too few ask for the same one. */
  readonly floor: number | null;
  readonly ceiling: number | null;
}

export interface ClusterParameters {
  readonly minimumContributors: number;
  readonly limitIssuersMin: number;
}

/**
 * What a reader may see of a demand cluster (`domain.md` DemandCluster, journey J7): nothing below k issuing groups besides
 * those it knows anyway (its own, and the issuers in its own inbox); then the band of issuers, and as floor and ceiling the
 * lowest and highest level that at least `limitIssuersMin` of those groups ask for each.
 *
 * A group with several demands counts once, for each level it asks for once. Guarantees: no limit is one issuer's, and
 * nothing changes with the demands the reader knows already, so subtracting them gives nothing.
 */
export function clusterFloor(
  demands: readonly ClusterDemand[],
  groupsKnownToReader: ReadonlySet<string>,
  parameters: ClusterParameters,
): ClusterView | undefined {
  const groupsAt = new Map<number, Set<string>>();
  const issuers = new Set<string>();
  for (const { issuerGroup, level } of demands) {
    if (groupsKnownToReader.has(issuerGroup)) continue;
    issuers.add(issuerGroup);
    const groups = groupsAt.get(level) ?? new Set<string>();
    groups.add(issuerGroup);
    groupsAt.set(level, groups);
  }
  const issuerBand = issuers.size < parameters.minimumContributors ? undefined : contributorBand(issuers.size);
  if (issuerBand === undefined) return undefined;
  const levels = [...groupsAt]
    .filter(([, groups]) => groups.size >= parameters.limitIssuersMin)
    .map(([level]) => level)
    .sort((a, b) => a - b);
  return { issuerBand, floor: levels[0] ?? null, ceiling: levels[levels.length - 1] ?? null };
}
