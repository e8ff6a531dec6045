import { IssueList } from '../kernel/issues';

/**
 * Every number the rules of this folder use, registered with rationale and source in `policies/thresholds.yaml` under
 * `statistics`. Shares and percentages are plain numbers; months are calendar months; contributors are ownership units.
 */
export interface Thresholds {
  /** k: ownership units a published aggregate needs, the reader's own not counted (A1). */
  readonly minimumContributors: number;
  /** Insiders assumed to pool their own figures against one victim. */
  readonly colludingInsiders: number;
  /** The same for prices, which more parties know of. */
  readonly colludingInsidersForPrices: number;
  /** Insiders whose figures the ledger of ad-hoc answers counts as known, whatever the measure. */
  readonly ledgerInsiders: number;
  /** n of the (n,k)-dominance rule. */
  readonly dominanceContributors: number;
  /** k of the (n,k)-dominance rule, in percent of the total (A2). */
  readonly dominancePercent: number;
  /**
   * 1: a suppressed cell that violated the dominance rule must be as uncertain as that rule's protection level asks; 0: the
   * rule decides what is published only, and the interval of a suppressed cell follows the other rules.
   */
  readonly dominanceProtectsInterval: number;
  /** p of the p % rule and of every protection interval, in percent of the protected value (A2). */
  readonly pPercent: number;
  /** q of the p/q rule: how closely, in percent, anyone can estimate a contribution before publication. */
  readonly qPercent: number;
  /** Stake, in percent, from which an owner counts; two of them make a site an ownership unit of its own. */
  readonly jointVentureOwnerPercent: number;
  /** Age of competitively sensitive inputs at release, in months (A3). */
  readonly dataAgeMonthsMin: number;
  /** Standing, in months, below which a member is an insider: not counted, not protected. */
  readonly standingMonthsMin: number;
  /** tau for recent volumes, costs and prices: share of the prior variance that must remain. */
  readonly retainedVarianceShareRecent: number;
  /** tau for older data. */
  readonly retainedVarianceShareOlder: number;
  /** Age in months from which data count as older. */
  readonly olderDataMonthsMin: number;
  /** Groups that must differ between a query and any released total that encloses it or lies inside it. */
  readonly differenceContributorsMin: number;
  /** Groups that must have changed in every affected cell of a later vintage (A4). */
  readonly vintageChangedContributorsMin: number;
  /** Issuing groups needed before the floor or the ceiling of a demand cluster is told. */
  readonly clusterLimitIssuersMin: number;
  /** Share of registered cells that must survive before a hierarchy is rolled up. */
  readonly publishedCellShareMin: number;
  /** Significant figures of a published number (A11). */
  readonly significantFigures: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the `statistics` section of `policies/thresholds.yaml`, already parsed.
 * Source: each threshold cites its own in that file. Guarantees: all or none are read.
 *
 * @throws DomainError VALIDATION naming every threshold that is missing or no finite number: a threshold never has a
 * default, since a default that opens is a bug.
 */
export function thresholdsFrom(document: unknown): Thresholds {
  const issues = new IssueList();
  const section = isRecord(document) && isRecord(document['statistics']) ? document['statistics'] : {};
  const read = (name: keyof Thresholds): number => {
    const entry = section[name];
    const value = isRecord(entry) ? entry['value'] : undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    issues.add(['statistics', name, 'value'], 'THRESHOLD.MISSING', 'give a finite number with rationale and source');
    return Number.NaN;
  };
  const thresholds: Thresholds = {
    minimumContributors: read('minimumContributors'),
    colludingInsiders: read('colludingInsiders'),
    colludingInsidersForPrices: read('colludingInsidersForPrices'),
    ledgerInsiders: read('ledgerInsiders'),
    dominanceContributors: read('dominanceContributors'),
    dominancePercent: read('dominancePercent'),
    dominanceProtectsInterval: read('dominanceProtectsInterval'),
    pPercent: read('pPercent'),
    qPercent: read('qPercent'),
    jointVentureOwnerPercent: read('jointVentureOwnerPercent'),
    dataAgeMonthsMin: read('dataAgeMonthsMin'),
    standingMonthsMin: read('standingMonthsMin'),
    retainedVarianceShareRecent: read('retainedVarianceShareRecent'),
    retainedVarianceShareOlder: read('retainedVarianceShareOlder'),
    olderDataMonthsMin: read('olderDataMonthsMin'),
    differenceContributorsMin: read('differenceContributorsMin'),
    vintageChangedContributorsMin: read('vintageChangedContributorsMin'),
    clusterLimitIssuersMin: read('clusterLimitIssuersMin'),
    publishedCellShareMin: read('publishedCellShareMin'),
    significantFigures: read('significantFigures'),
  };
  issues.throwIfAny();
  return thresholds;
}
