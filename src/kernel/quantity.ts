import { Decimal } from 'decimal.js';
import type { Fault } from './fault';
import { err, ok, type Result } from './result';

/** A number as text in canonical plain notation: `-?(0|[1-9]\d*)(\.\d*[1-9])?`, never `-0`, never an exponent. */
export type DecimalText = string;

export type QuantityFaultCode = 'FORMAT' | 'SEPARATOR' | 'RANGE' | 'NOT_INTEGER' | 'BOUNDS';
export type QuantityFault = Fault<QuantityFaultCode>;

/** Wide enough for every product of an admitted value and a unit's factor, so that only division ever rounds. */
const PRECISION_DIGITS = 100;
const Exact = Decimal.clone({
  precision: PRECISION_DIGITS,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -1000,
  toExpPos: 1000,
});

const PLAIN = /^[+-]?\d+(\.\d+)?$/;
const WITH_EXPONENT = /^([+-]?\d+(?:\.\d+)?)[eE]([+-]?\d{1,2})$/;
const GROUPED = /^[+-]?\d[\d\s,.'_\u00a0\u202f]*$/;
/** Technical limits: no measured quantity needs more, and arithmetic on them stays cheap. */
const TEXT_CHARACTERS_MAX = 60;
const WHOLE_DIGITS_MAX = 24;
const FRACTION_DIGITS_MAX = 24;
const EXPONENT_MAX = 15;
/** What is canonical already: nearly every number that is read, and arithmetic would change nothing about it. */
const CANONICAL = new RegExp(
  `^(?!-0$)-?(?:0|[1-9]\\d{0,${WHOLE_DIGITS_MAX - 1}})(?:\\.\\d{0,${FRACTION_DIGITS_MAX - 1}}[1-9])?$`,
);
/** What a division that does not end is rounded to. */
const DIVISION_DIGITS = 34;

/**
 * Reads a decimal with a dot, such as `1250.4`. Nothing is guessed: `1,250` could be either of two numbers.
 * @returns the canonical text; SEPARATOR for commas, blanks and the like between digits, RANGE for more digits or a
 * larger exponent than any quantity has, FORMAT for the rest (NaN, Infinity, hexadecimal, empty).
 */
export function parseDecimal(text: string): Result<DecimalText, QuantityFault> {
  if (text.length > TEXT_CHARACTERS_MAX) return err(outOfRange());
  if (CANONICAL.test(text)) return ok(text);
  const scientific = WITH_EXPONENT.exec(text);
  if (!PLAIN.test(text) && scientific === null) {
    return GROUPED.test(text)
      ? err({ code: 'SEPARATOR', hint: 'write digits with at most one dot as decimal mark and no separators' })
      : err({ code: 'FORMAT', hint: 'write a decimal number such as 1250.4' });
  }
  if (Math.abs(Number(scientific?.[2] ?? 0)) > EXPONENT_MAX) return err(outOfRange());
  const number = canonical(new Exact(text));
  const [whole, fraction] = number.replace('-', '').split('.');
  if ((whole?.length ?? 0) > WHOLE_DIGITS_MAX || (fraction?.length ?? 0) > FRACTION_DIGITS_MAX)
    return err(outOfRange());
  return ok(number);
}

/** As `parseDecimal`, and whole: counts of people, cases and days. */
export function parseInteger(text: string): Result<DecimalText, QuantityFault> {
  const parsed = parseDecimal(text);
  if (!parsed.ok || new Exact(parsed.value).isInteger()) return parsed;
  return err({ code: 'NOT_INTEGER', hint: 'this is counted in whole numbers' });
}

/** @param minimum inclusive, null when there is none; @param maximum likewise */
export function checkBounds(
  value: DecimalText,
  minimum: DecimalText | null,
  maximum: DecimalText | null,
): Result<DecimalText, QuantityFault> {
  if (minimum !== null && compare(value, minimum) < 0) {
    return err({ code: 'BOUNDS', hint: `the value is at least ${minimum}` });
  }
  if (maximum !== null && compare(value, maximum) > 0) {
    return err({ code: 'BOUNDS', hint: `the value is at most ${maximum}` });
  }
  return ok(value);
}

export function compare(a: DecimalText, b: DecimalText): -1 | 0 | 1 {
  const order = new Exact(a).comparedTo(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

export function add(a: DecimalText, b: DecimalText): DecimalText {
  return canonical(new Exact(a).plus(b));
}

export function subtract(a: DecimalText, b: DecimalText): DecimalText {
  return canonical(new Exact(a).minus(b));
}

export function multiply(a: DecimalText, b: DecimalText): DecimalText {
  return canonical(new Exact(a).times(b));
}

/**
 * Exact where the quotient ends, else rounded half to even at 34 significant digits.
 * @throws RangeError for a divisor of zero
 */
export function divide(a: DecimalText, b: DecimalText): DecimalText {
  return scaleBy(a, '1', b);
}

/** `value * numerator / denominator` with at most one rounding, at the end. */
export function scaleBy(value: DecimalText, numerator: DecimalText, denominator: DecimalText): DecimalText {
  const divisor = new Exact(denominator);
  if (divisor.isZero()) throw new RangeError('division by zero');
  const quotient = new Exact(value).times(numerator).dividedBy(divisor);
  const ends = quotient.precision() < PRECISION_DIGITS;
  return canonical(ends ? quotient : quotient.toSignificantDigits(DIVISION_DIGITS));
}

/** Rounds half away from zero, as published figures are; `domain.md` 0.4 A11 asks for three digits. */
export function roundToSignificantDigits(value: DecimalText, digits: number): DecimalText {
  return canonical(new Exact(value).toSignificantDigits(digits, Decimal.ROUND_HALF_UP));
}

/** Rounds half away from zero to so many places after the dot. */
export function roundToDecimalPlaces(value: DecimalText, places: number): DecimalText {
  return canonical(new Exact(value).toDecimalPlaces(places, Decimal.ROUND_HALF_UP));
}

function canonical(number: Decimal): DecimalText {
  return number.isZero() ? '0' : number.toFixed();
}

function outOfRange(): QuantityFault {
  return {
    code: 'RANGE',
    hint: `use at most ${WHOLE_DIGITS_MAX} digits before and ${FRACTION_DIGITS_MAX} after the dot`,
  };
}
