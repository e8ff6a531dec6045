import type { Fault } from './fault';
import { err, ok, type Result } from './result';

/** Half-open [start, end), both ISO 8601 calendar dates `YYYY-MM-DD`: 2025 is 2025-01-01 to 2026-01-01. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

export type PeriodFaultCode = 'FORMAT' | 'NO_SUCH_DAY' | 'ORDER';
export type PeriodFault = Fault<PeriodFaultCode>;

const DATE = /^([1-9]\d{3})-(\d{2})-(\d{2})$/;
const YEAR = /^[1-9]\d{3}$/;
const LAST_YEAR = 9999;
const MONTHS_PER_YEAR = 12;
const MILLISECONDS_PER_DAY = 86_400_000;

interface Day {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
}

/** @returns the date itself; FORMAT when it is not `YYYY-MM-DD`, NO_SUCH_DAY for the likes of 2025-02-29. */
export function checkDate(text: string): Result<string, PeriodFault> {
  const parts = DATE.exec(text);
  if (parts === null) return err({ code: 'FORMAT', hint: 'write the date as YYYY-MM-DD, such as 2025-12-31' });
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > daysInMonth(year, month)) {
    return err({ code: 'NO_SUCH_DAY', hint: 'the calendar has no such day' });
  }
  return ok(text);
}

/** @returns the period; the fault of either date, or ORDER when start is not before end. */
export function checkPeriod(start: string, end: string): Result<Period, PeriodFault> {
  const first = checkDate(start);
  if (!first.ok) return first;
  const last = checkDate(end);
  if (!last.ok) return last;
  if (start >= end) return err({ code: 'ORDER', hint: 'start lies before end; end is the first day not included' });
  return ok({ start, end });
}

/** Reads the year shorthand `2025` or the ISO interval `2025-01-01/2026-01-01`. */
export function parsePeriod(text: string): Result<Period, PeriodFault> {
  if (YEAR.test(text) && Number(text) < LAST_YEAR) {
    return ok({ start: `${text}-01-01`, end: `${Number(text) + 1}-01-01` });
  }
  const [start, end, ...rest] = text.split('/');
  if (start === undefined || end === undefined || rest.length > 0) {
    return err({ code: 'FORMAT', hint: 'write the period as a year or as YYYY-MM-DD/YYYY-MM-DD' });
  }
  return checkPeriod(start, end);
}

/** The shorthand where there is one, else the interval: the inverse of `parsePeriod`. */
export function formatPeriod(period: Period): string {
  const year = period.start.slice(0, 4);
  return period.start === `${year}-01-01` && period.end === `${Number(year) + 1}-01-01`
    ? year
    : `${period.start}/${period.end}`;
}

/** The calendar date of an instant in UTC, whatever the machine's time zone. */
export function utcDateOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** Ended: its last day lies before `today`. */
export function isClosed(period: Period, today: string): boolean {
  return period.end <= today;
}

export function overlaps(a: Period, b: Period): boolean {
  return a.start < b.end && b.start < a.end;
}

export function contains(period: Period, date: string): boolean {
  return period.start <= date && date < period.end;
}

/** Whole calendar months from start to end; the spare days do not count. */
export function lengthInMonths(period: Period): number {
  return wholeMonthsBetween(period.start, period.end);
}

/** Whole calendar months since the period ended; negative while it has not. */
export function ageInMonths(period: Period, today: string): number {
  return wholeMonthsBetween(period.end, today);
}

/**
 * Whole calendar months from one date to another: the greatest n with `addMonths(from, n) <= to`, negative when `to`
 * is earlier. The database's date plus interval counts the same.
 */
export function wholeMonthsBetween(from: string, to: string): number {
  const [first, last] = [dayOf(from), dayOf(to)];
  const months = (last.year - first.year) * MONTHS_PER_YEAR + last.month - first.month;
  return addMonths(from, months) <= to ? months : months - 1;
}

/** The same day of the month, or the month's last day where it is shorter: 31 January plus one is 28 February. */
export function addMonths(date: string, months: number): string {
  const { year, month, day } = dayOf(date);
  const index = year * MONTHS_PER_YEAR + (month - 1) + months;
  const target = { year: Math.floor(index / MONTHS_PER_YEAR), month: (index % MONTHS_PER_YEAR) + 1 };
  return format({ ...target, day: Math.min(day, daysInMonth(target.year, target.month)) });
}

export function addDays(date: string, days: number): string {
  return utcDateOf(new Date(instantOf(date) + days * MILLISECONDS_PER_DAY));
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return (instantOf(to) - instantOf(from)) / MILLISECONDS_PER_DAY;
}

/** @throws RangeError: dates reach the arithmetic checked. */
function dayOf(date: string): Day {
  const checked = checkDate(date);
  if (!checked.ok) throw new RangeError('date arithmetic needs a calendar date');
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}

function instantOf(date: string): number {
  const { year, month, day } = dayOf(date);
  return Date.UTC(year, month - 1, day);
}

function format({ year, month, day }: Day): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
