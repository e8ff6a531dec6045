import type { Contribution } from '../contribution';

/**
 * Groups the contributions of one holding into one, before any rule is applied: three branches of one company must not
 * pass for three contributors.
 *
 * Source: Hundepool et al., SDC Handbook 4.2, "Holdings". Weights and holdings cannot be combined (same place: nobody
 * knows which holding the units behind a weight belong to), so a weighted contribution stays by itself.
 *
 * Guarantees: no rule sees two contributions of one holding.
 */
export function groupByHolding(
  contributions: readonly Contribution[],
  holdingOf: (unit: string) => string,
): readonly Contribution[] {
  const grouped = new Map<string, number>();
  const weighted: Contribution[] = [];
  for (const contribution of contributions) {
    if (contribution.weight !== 1) weighted.push(contribution);
    else {
      const holding = holdingOf(contribution.unit);
      grouped.set(holding, (grouped.get(holding) ?? 0) + contribution.value);
    }
  }
  return [...[...grouped].map(([unit, value]) => ({ unit, value, weight: 1 })), ...weighted];
}
