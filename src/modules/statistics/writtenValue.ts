import { countRange, roundSignificant, type Thresholds } from '../../disclosureControl';
import { evaluate, type Totals } from './components';
import type { StatisticFunction } from './registeredTables';

/** A number without exponent. */
export function decimalText(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}

/**
 * Whether a share of these figures can be told at all: their number alone decides, so a refusal tells of no answer.
 */
export function hasRanges(figures: readonly unknown[], { minimumContributors }: Thresholds): boolean {
  return countRange(0, figures.length, minimumContributors) !== undefined;
}

/** The published text of a statistic that may be told; null where even a range would tell a single answer. */
export function writtenValue(
  name: Exclude<StatisticFunction, 'COUNT'>,
  totals: Totals,
  thresholds: Thresholds,
): string | null {
  const exact = evaluate(name, totals);
  if (exact === null) return null;
  if (name !== 'SHARE') return decimalText(roundSignificant(exact, thresholds.significantFigures));
  const range = countRange(exact, totals.count, thresholds.minimumContributors);
  if (range === undefined) return null;
  const percent = (count: number): string => String(Math.round((100 * count) / totals.count));
  return `${percent(range.from)}-${percent(range.to)}`;
}
