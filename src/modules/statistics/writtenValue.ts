import { roundSignificant, type Thresholds } from '../../disclosureControl';
import { evaluate, type Totals } from './components';
import type { StatisticFunction } from './registeredTables';

// Made once: making one costs more than a decision of the ledger.
const decimals = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 20 });

/** A number without exponent. */
export function decimalText(value: number): string {
  return decimals.format(value);
}

/** The published text of a sum or mean that may be told; null where nothing can be divided by. */
export function writtenValue(
  name: Exclude<StatisticFunction, 'COUNT' | 'SHARE'>,
  totals: Totals,
  thresholds: Thresholds,
): string | null {
  const exact = evaluate(name, totals);
  if (exact === null) return null;
  return decimalText(roundSignificant(exact, thresholds.significantFigures));
}
