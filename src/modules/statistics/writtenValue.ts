import { countRange, roundSignificant, type Thresholds } from '../../disclosureControl';
import { bandOf, evaluate, type Component } from './components';
import type { Figure } from './frozenInputs';
import type { StatisticFunction } from './registeredTables';

/** A number without exponent. */
export function decimalText(value: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}

/**
 * Whether a share of these figures can be told at all: their number alone decides, so a refusal tells of no answer.
 */
export function hasRanges(figures: readonly Figure[], { minimumContributors }: Thresholds): boolean {
  return countRange(0, figures.length, minimumContributors) !== undefined;
}

/** The published text of a statistic that may be told; null where even a range would tell a single answer. */
export function writtenValue(
  name: StatisticFunction,
  components: readonly Component[],
  figures: readonly Figure[],
  thresholds: Thresholds,
): string | null {
  if (name === 'COUNT') return bandOf(figures);
  const exact = evaluate(name, components, figures);
  if (exact === null) return null;
  if (name !== 'SHARE') return decimalText(roundSignificant(exact, thresholds.significantFigures));
  const range = countRange(exact, figures.length, thresholds.minimumContributors);
  if (range === undefined) return null;
  const percent = (count: number): string => String(Math.round((100 * count) / figures.length));
  return `${percent(range.from)}-${percent(range.to)}`;
}
