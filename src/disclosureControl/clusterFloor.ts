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

/** A demand in a cluster of several standards, with a name of its own for what is asked for. */
export interface ClusterAsk {
  readonly issuerGroup: string;
  readonly asked: string;
}

export interface ClusterLimits {
  readonly issuerBand: ContributorBand;
  /** What enough groups ask for, in the order of its names: who asked first does not show. */
  readonly asked: readonly string[];
}

/**
 * What a reader may see of a demand cluster (`domain.md` DemandCluster, journey J7): nothing below k issuing groups besides
 * those it knows anyway (its own, and the issuers in its own inbox); then the band of issuers, and what at least
 * `limitIssuersMin` of those groups ask for each.
 *
 * A group with several demands counts once, for each thing asked for once. Guarantees: nothing that is named is one issuer's,
 * and nothing changes with the demands the reader knows already, so subtracting them gives nothing.
 */
export function clusterLimits(
  demands: readonly ClusterAsk[],
  groupsKnownToReader: ReadonlySet<string>,
  parameters: ClusterParameters,
): ClusterLimits | undefined {
  const groupsAt = new Map<string, Set<string>>();
  const issuers = new Set<string>();
  for (const { issuerGroup, asked } of demands) {
    if (groupsKnownToReader.has(issuerGroup)) continue;
    issuers.add(issuerGroup);
    const groups = groupsAt.get(asked) ?? new Set<string>();
    groups.add(issuerGroup);
    groupsAt.set(asked, groups);
  }
  const issuerBand = issuers.size < parameters.minimumContributors ? undefined : contributorBand(issuers.size);
  if (issuerBand === undefined) return undefined;
  const enough = [...groupsAt].filter(([, groups]) => groups.size >= parameters.limitIssuersMin);
  return { issuerBand, asked: enough.map(([asked]) => asked).sort() };
}

/**
 * The same for one ordered list of levels: the lowest and the highest that enough groups ask for.
 * Floor and ceiling are the least and the largest of {level: at least `limitIssuersMin` groups ask for it}.
 * Source: charter, journey J7. Guarantees: undefined below `minimumContributors` groups, and a level that fewer than
 * `limitIssuersMin` other groups ask for is not told.
 */
export function clusterFloor(
  demands: readonly ClusterDemand[],
  groupsKnownToReader: ReadonlySet<string>,
  parameters: ClusterParameters,
): ClusterView | undefined {
  const asks = demands.map(({ issuerGroup, level }) => ({ issuerGroup, asked: String(level) }));
  const limits = clusterLimits(asks, groupsKnownToReader, parameters);
  if (limits === undefined) return undefined;
  const levels = limits.asked.map(Number).sort((a, b) => a - b);
  return { issuerBand: limits.issuerBand, floor: levels[0] ?? null, ceiling: levels[levels.length - 1] ?? null };
}
