import type { ContributionProfile } from '../contribution';
import { safe, sensitive } from './ruleFinding';
import type { RuleFinding } from './ruleFinding';

export interface DominanceParameters {
  /** n: how many of the largest contributions are looked at together. */
  readonly contributors: number;
  /** k: the share of the total, in percent, they may have. */
  readonly percent: number;
}

/**
 * (n,k)-dominance: unsafe if x1 + ... + xn > k/100 X. Protection level above X: 100/k (x1 + ... + xn) - X.
 *
 * Source: Hundepool et al., SDC Handbook 4.2, tables of sensitivity rules and of upper protection levels.
 * Guarantees: a published total overestimates what its n largest contributors have together by more than
 * (100 - k)/k percent; with n = 1 and k = 25 no group has more than a quarter (A2).
 */
export function dominanceRule(cell: ContributionProfile, parameters: DominanceParameters): RuleFinding {
  const largest = cell.ordered.slice(0, parameters.contributors).reduce((sum, entry) => sum + entry.magnitude, 0);
  if (largest <= (parameters.percent / 100) * cell.total) return safe('DOMINANCE');
  return sensitive('DOMINANCE', (100 / parameters.percent) * largest - cell.total, cell.total, cell.hasNegative);
}
