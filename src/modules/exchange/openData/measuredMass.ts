import { compare, parseDecimal, roundToSignificantDigits } from '../../../kernel/quantity';
import { convert } from '../../../kernel/units';
import { unitOfSpelling } from '../../../kernel/unitSpelling';
import type { RowOutcome } from '../rowOutcome';
import type { RejectionCode, StagedQuantity } from '../staging';
import { isPreciousMetal } from './commodities';

/** Sources compute in binary floating point, which carries 15 decimal digits: 21830.000000000004 is 21830. */
const binaryDigits = 15;

/**
 * Reads a mass in words (`402`, `000 troy oz`) as tonnes, exactly; the original is kept. Rejects the row with
 * MISSING_VALUE (blank is not zero), MISSING_UNIT, NOT_A_NUMBER, NEGATIVE_VALUE, UNKNOWN_UNIT, AMBIGUOUS_UNIT (`tons`:
 * short, long or metric) or UNIT_DOES_NOT_FIT (an ounce of a metal that is not precious; no mass).
 */
export function readMass(
  cell: { readonly value: string; readonly unit: string; readonly valueColumn: string; readonly unitColumn: string },
  mineral: string,
  outcome: RowOutcome,
): StagedQuantity | null {
  const { value, unit, valueColumn, unitColumn } = cell;
  if (value === '') return refuse('MISSING_VALUE', valueColumn, value, 'give the figure, or leave the row out');
  if (unit === '') return refuse('MISSING_UNIT', unitColumn, unit, 'give the unit of the figure');
  const parsed = parseDecimal(value);
  if (!parsed.ok) return refuse('NOT_A_NUMBER', valueColumn, value, parsed.error.hint);
  if (compare(parsed.value, '0') < 0) return refuse('NEGATIVE_VALUE', valueColumn, value, 'a mass is not negative');
  const precious = isPreciousMetal(mineral);
  const named = unitOfSpelling(unit, { ouncesAreTroy: precious });
  if (!named.ok) {
    if (/\bo(?:unces?|z)\b/i.test(unit)) return doesNotFit();
    return refuse(named.error.code, unitColumn, unit, named.error.hint);
  }
  if (/oz/.test(named.value.code) && !precious) return doesNotFit();
  const tonnes = convert(roundToSignificantDigits(parsed.value, binaryDigits), named.value.code, 't');
  if (!tonnes.ok) return refuse('UNIT_DOES_NOT_FIT', unitColumn, unit, tonnes.error.hint);
  return { value: tonnes.value, unit: 't', originalValue: value, originalUnit: unit };

  function refuse(code: RejectionCode, column: string, text: string, hint: string): null {
    outcome.reject(code, column, text, hint);
    return null;
  }

  function doesNotFit(): null {
    return refuse('UNIT_DOES_NOT_FIT', unitColumn, unit, `\`${mineral}\` is not weighed in ounces`);
  }
}

/**
 * Reads a secondary figure of a site's row, in thousand tonnes (a year). Blank is nothing; `unknown` and `N/A` are
 * NOT_STATED, `>0` and the like NOT_A_NUMBER: warnings, since the site itself is sound.
 */
export function readThousandTonnes(
  value: string,
  column: string,
  unit: { readonly stored: string; readonly original: string },
  outcome: RowOutcome,
): StagedQuantity | null {
  if (value === '') return null;
  if (/^(?:unknown|n\/?a|-+)$/i.test(value)) {
    outcome.warn('NOT_STATED', column, value, 'the source says that it does not know; nothing loaded');
    return null;
  }
  const parsed = parseDecimal(value);
  if (!parsed.ok || compare(parsed.value, '0') < 0) {
    outcome.warn('NOT_A_NUMBER', column, value, 'no figure that could be loaded');
    return null;
  }
  const tonnes = convert(roundToSignificantDigits(parsed.value, binaryDigits), 'kt', 't');
  if (!tonnes.ok) return null;
  return { value: tonnes.value, unit: unit.stored, originalValue: value, originalUnit: unit.original };
}
