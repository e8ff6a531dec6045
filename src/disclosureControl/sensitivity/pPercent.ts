import type { ContributionProfile } from '../contribution';
import { safe, sensitive } from './ruleFinding';
import type { RuleFinding } from './ruleFinding';

export interface EstimationParameters {
  /** p: an estimate of a contribution must be off by at least this percentage. */
  readonly pPercent: number;
  /** c: insiders that pool their own figures; 1 is the classical rule. */
  readonly colludingInsiders: number;
  /** Units whose figures need no protection: waivers, published figures, insiders by standing. */
  readonly waived?: ReadonlySet<string>;
}

/**
 * What is left of X for the estimator: X minus the victim minus the c largest others, and the victim's own magnitude.
 * The largest unit without a waiver is the worst victim, its c largest fellow contributors the best informed estimators
 * (Handbook 4.2, "Waivers" and the footnote on coalitions).
 * X - x_v - (x_1 + ... + x_c), the victim v left out of the largest.
 * Guarantees: no victim without a waiver and no coalition of that size estimates better.
 */
export function worstEstimate(
  cell: ContributionProfile,
  colludingInsiders: number,
  waived: ReadonlySet<string> | undefined,
): { readonly victim: number; readonly remainder: number } | undefined {
  const victimAt = cell.ordered.findIndex((entry) => waived?.has(entry.unit) !== true && entry.magnitude > 0);
  const victim = cell.ordered[victimAt];
  if (victim === undefined) return undefined;
  const others = cell.ordered.filter((_, position) => position !== victimAt);
  const known = others.slice(0, colludingInsiders).reduce((sum, entry) => sum + entry.magnitude, 0);
  return { victim: victim.magnitude, remainder: cell.total - victim.magnitude - known };
}

/**
 * p % rule: unsafe if X - x1 - x2 < p/100 x1: the second largest contributor, who subtracts its own figure, would
 * estimate the largest to within p percent. Protection level above X: p/100 x1 - (X - x1 - x2).
 *
 * Source: Hundepool et al., SDC Handbook 4.2; Cox (1981) for the level.
 * Guarantees: no insider (no coalition of c insiders) overestimates anybody's contribution to a published total by less
 * than p percent.
 */
export function pPercentRule(cell: ContributionProfile, parameters: EstimationParameters): RuleFinding {
  const worst = worstEstimate(cell, parameters.colludingInsiders, parameters.waived);
  if (worst === undefined) return safe('P_PERCENT');
  const needed = (parameters.pPercent / 100) * worst.victim;
  if (worst.remainder >= needed) return safe('P_PERCENT');
  return sensitive('P_PERCENT', needed - worst.remainder, cell.total, cell.hasNegative);
}
