import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';
import { isCountry } from './country';

export type OsIdFaultCode = 'LENGTH' | 'CHARSET' | 'COUNTRY' | 'DAY' | 'CHECK_CHARACTER';

const LENGTH = 15;
/** Crockford's base 32: I, L, O and U are left out. */
const BASE_32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHAPE = /^[A-Z]{2}[0-9]{7}[0-9A-HJKMNP-TV-Z]{6}$/;

/**
 * Facility id of Open Supply Hub: country, year and day of the year of creation, five characters of base 32 and a
 * check character, which is the sum of the country letters' ASCII codes and the other characters' base 32 values,
 * modulo 32. The country is that of creation: it may differ from the site's, which is a warning. `domain.md` 1.1.
 */
export function checkOsId(value: string): Result<string, Fault<OsIdFaultCode>> {
  if (value.length !== LENGTH) return err({ code: 'LENGTH', hint: 'an OS ID has 15 characters' });
  if (!SHAPE.test(value)) {
    return err({
      code: 'CHARSET',
      hint: 'two capital letters, seven digits, then digits and letters without I, L, O, U',
    });
  }
  if (!isCountry(value.slice(0, 2))) {
    return err({ code: 'COUNTRY', hint: `\`${value.slice(0, 2)}\` is no assigned ISO 3166-1 code` });
  }
  if (!isDayOfYear(Number(value.slice(2, 6)), Number(value.slice(6, 9)))) {
    return err({ code: 'DAY', hint: 'the day of the year is 001 to 365, or 366 in a leap year' });
  }
  if (value.at(-1) !== checkCharacter(value)) {
    return err({ code: 'CHECK_CHARACTER', hint: 'the last character does not fit: compare with Open Supply Hub' });
  }
  return ok(value);
}

/** The country an OS ID was created under; for the warning when the site's country is another. */
export function countryOfOsId(osId: string): string {
  return osId.slice(0, 2);
}

function checkCharacter(value: string): string {
  const letters = [...value.slice(0, 2)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const rest = [...value.slice(2, -1)].reduce((sum, character) => sum + BASE_32.indexOf(character), 0);
  return BASE_32.charAt((letters + rest) % BASE_32.length);
}

function isDayOfYear(year: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day >= 1 && day <= (leap ? 366 : 365);
}
