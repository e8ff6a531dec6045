import type { ContributionProfile } from '../contribution';
import { worstEstimate } from './pPercent';
import type { EstimationParameters } from './pPercent';
import { safe, sensitive } from './ruleFinding';
import type { RuleFinding } from './ruleFinding';

export interface PriorPosteriorParameters extends EstimationParameters {
  /** q: how closely, in percent, contributions can be estimated before publication. */
  readonly qPercent: number;
}

/**
 * p/q rule (prior-posterior): unsafe if the sum of xi for i > 2 is below p/q x1. Protection level above X:
 * p/q x1 - (X - x1 - x2). With q = 100 it is the p % rule; a smaller q, better prior knowledge, is stricter.
 *
 * Source: Hundepool et al., SDC Handbook 4.2, "The (p,q)-rule".
 * Guarantees: whoever can estimate every small contribution to within q percent still misses the largest by p percent.
 */
export function pqRule(cell: ContributionProfile, parameters: PriorPosteriorParameters): RuleFinding {
  const worst = worstEstimate(cell, parameters.colludingInsiders, parameters.waived);
  if (worst === undefined) return safe('PQ');
  const needed = (parameters.pPercent / parameters.qPercent) * worst.victim;
  if (worst.remainder >= needed) return safe('PQ');
  return sensitive('PQ', needed - worst.remainder, cell.total, cell.hasNegative);
}
