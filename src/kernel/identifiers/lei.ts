import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';

export type LeiFaultCode = 'CHARSET' | 'LENGTH' | 'CHECK_DIGIT_RANGE' | 'CHECK_DIGITS';

const LENGTH = 20;
const LEAST_CHECK_PAIR = 2;
const GREATEST_CHECK_PAIR = 98;

/**
 * Legal Entity Identifier, ISO 17442: eighteen of A-Z and 0-9, then two check digits such that the whole, with A=10 to
 * Z=35, leaves 1 when divided by 97 (ISO 7064 MOD 97-10). That rule alone admits the pairs 00, 01 and 99, which are
 * never issued. `domain.md` 1.1.
 */
export function checkLei(value: string): Result<string, Fault<LeiFaultCode>> {
  if (!/^[A-Z0-9]*$/.test(value)) {
    const normal = normaliseLei(value);
    const hint = 'use capital letters and digits only';
    return err({ code: 'CHARSET', hint: normal.length === LENGTH ? `${hint}: perhaps \`${normal}\`` : hint });
  }
  if (value.length !== LENGTH) return err({ code: 'LENGTH', hint: 'an LEI has 20 characters' });
  if (!/[0-9]{2}$/.test(value)) return err({ code: 'CHARSET', hint: 'the last two characters are digits' });
  const pair = Number(value.slice(-2));
  if (pair < LEAST_CHECK_PAIR || pair > GREATEST_CHECK_PAIR) {
    return err({ code: 'CHECK_DIGIT_RANGE', hint: 'check digits 00, 01 and 99 are never issued' });
  }
  if (remainder97(value) !== 1) {
    return err({ code: 'CHECK_DIGITS', hint: 'the check digits do not fit: compare with the register of the LEI' });
  }
  return ok(value);
}

/** For imports and hints: upper case, without blanks and dashes. It may still be no LEI. */
export function normaliseLei(text: string): string {
  return text.replace(/[\s\-\u00a0\u2010-\u2015]/g, '').toUpperCase();
}

function remainder97(value: string): number {
  let remainder = 0;
  for (const character of value) {
    const digits = String(parseInt(character, 36));
    remainder = Number(`${remainder}${digits}`) % 97;
  }
  return remainder;
}
