import type { Fault } from '../../../kernel/fault';
import { parsePeriod } from '../../../kernel/period';
import type { Result } from '../../../kernel/result';
import type { RowOutcome } from '../rowOutcome';
import type { RejectionCode, StagedPeriod } from '../staging';
import type { CsvRow } from './readRows';
import { unescapeFormula } from './writeCsv';

/**
 * Reads the cells of one row; every fault is noted, so that all show at once. Blank is null, never zero. The apostrophe
 * that our export puts before a formula sign is taken off again, so that what was exported can be imported.
 */
export class Cells {
  constructor(
    private readonly row: CsvRow,
    readonly outcome: RowOutcome,
  ) {}

  optional(column: string): string | null {
    const text = this.text(column);
    return text === '' ? null : text;
  }

  /** Rejects a blank with MISSING_VALUE; the empty string then stands in, in a row that will not load. */
  required(column: string): string {
    const text = this.text(column);
    if (text === '') this.outcome.reject('MISSING_VALUE', column, text, `\`${column}\` is required`);
    return text;
  }

  /** Rejects what the check refuses; blank passes as null. */
  checked(
    column: string,
    code: RejectionCode,
    check: (text: string) => Result<string, Fault>,
    text: string | null = this.optional(column),
  ): string | null {
    if (text === null || text === '') return null;
    const checked = check(text);
    if (checked.ok) return checked.value;
    this.outcome.reject(code, column, text, checked.error.hint);
    return null;
  }

  /** Rejects what is not in the list with NOT_IN_LIST; blank passes as null. */
  oneOf<Value extends string>(
    column: string,
    values: readonly Value[],
    text: string | null = this.optional(column),
  ): Value | null {
    if (text === null || text === '') return null;
    const found = values.find((value) => value === text);
    if (found === undefined) this.outcome.reject('NOT_IN_LIST', column, text, `use one of ${values.join(', ')}`);
    return found ?? null;
  }

  /** The entries of a list `a|b`, trimmed, without blanks. */
  list(column: string): string[] {
    return this.text(column)
      .split('|')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }

  /** `2025`, `2025-01-01/2026-01-01` or `2025-01-01..2026-01-01`: half-open. */
  period(column: string): StagedPeriod | null {
    const text = this.required(column);
    if (text === '') return null;
    const period = parsePeriod(text.replace('..', '/'));
    if (period.ok) return period.value;
    this.outcome.reject('NOT_A_PERIOD', column, text, period.error.hint);
    return null;
  }

  /** Rejects a period that has not ended. */
  closedPeriod(column: string, today: string): StagedPeriod | null {
    const period = this.period(column);
    if (period !== null && period.end > today) {
      this.outcome.reject('PERIOD_NOT_CLOSED', column, this.text(column), 'the period ends today or earlier');
      return null;
    }
    return period;
  }

  private text(column: string): string {
    return unescapeFormula(this.row.cell(column));
  }
}
