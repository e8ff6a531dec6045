import type { ContributionProfile } from '../contribution';
import { safe, sensitive } from './ruleFinding';
import type { RuleFinding } from './ruleFinding';

export interface FrequencyParameters {
  /** k: units needed besides the reader's own. */
  readonly minimumContributors: number;
  /** c: insiders that may pool their figures. */
  readonly colludingInsiders: number;
  /** Whether a contributor may read the cell; its own unit then does not count. */
  readonly readerMayContribute: boolean;
  /** Units not counted at all: below the standing that is asked, unverified, affiliated (`statistics.md` design 6). */
  readonly notCounted?: ReadonlySet<string>;
  /** Groups that know several units' figures (partners of joint ventures), by unit. */
  readonly knownTo?: ReadonlyMap<string, readonly string[]>;
}

/**
 * Minimum frequency: unsafe if N < n. With c colluding insiders n >= c + 2, since c of them can subtract their own
 * figures from the total and at least two unknown ones must be left.
 *
 * Partners of a joint venture know the venture and themselves: N counts what is left when the c best informed groups
 * are taken away, plus those c, so that A, B and their venture do not make three independent contributors.
 *
 * Source: Hundepool et al., SDC Handbook 4.2, "Minimum frequency rule"; `domain.md` A1.
 * Guarantees: no single total, with c insiders' figures, is a sum over fewer than two unknown units. It guarantees
 * nothing about differences of totals.
 */
export function minimumFrequencyRule(cell: ContributionProfile, parameters: FrequencyParameters): RuleFinding {
  const needed = Math.max(
    parameters.minimumContributors + (parameters.readerMayContribute ? 1 : 0),
    parameters.colludingInsiders + 2,
  );
  if (independentContributors(cell, parameters) >= needed) return safe('MINIMUM_FREQUENCY');
  // Exact disclosure is what this rule prevents; how close is too close is for the concentration rules (Handbook 4.2).
  return sensitive('MINIMUM_FREQUENCY', 0, cell.total, cell.hasNegative);
}

function independentContributors(cell: ContributionProfile, parameters: FrequencyParameters): number {
  const unknownUnitsOf = new Map<string, number>();
  const units = new Set<string>();
  for (const { unit, magnitude } of cell.ordered) {
    if (magnitude === 0 || units.has(unit) || parameters.notCounted?.has(unit) === true) continue;
    units.add(unit);
    const groups = parameters.knownTo?.get(unit) ?? [unit];
    for (const group of groups) unknownUnitsOf.set(group, (unknownUnitsOf.get(group) ?? 0) + 1);
  }
  const insiders = Math.max(1, parameters.colludingInsiders);
  const best = [...unknownUnitsOf.values()].sort((a, b) => b - a).slice(0, insiders);
  const lost = best.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  return Math.max(0, units.size - lost);
}
