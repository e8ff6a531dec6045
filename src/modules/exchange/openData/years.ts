import type { RowOutcome } from '../rowOutcome';

/**
 * Reads a calendar year as the source writes it; fiscal years are not shifted. Rejects with MISSING_YEAR, NOT_A_YEAR or,
 * when `today` is given and the year has not ended by then, PERIOD_NOT_CLOSED.
 */
export function readYear(text: string, column: string, today: string | null, outcome: RowOutcome): number | null {
  if (text === '') {
    outcome.reject('MISSING_YEAR', column, text, 'give the year');
    return null;
  }
  if (!/^[12]\d{3}$/.test(text)) {
    outcome.reject('NOT_A_YEAR', column, text, 'write the year with four digits');
    return null;
  }
  const year = Number(text);
  if (today !== null && `${year + 1}-01-01` > today) {
    outcome.reject('PERIOD_NOT_CLOSED', column, text, 'the year has not ended');
    return null;
  }
  return year;
}
