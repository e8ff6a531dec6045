import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';
import { subdivisionCodes } from './isoCodes';

export type SubdivisionFaultCode = 'FORMAT' | 'UNKNOWN' | 'OTHER_COUNTRY';

/** Split on first use, per country: most processes ask for few of them. */
const codesByCountry = new Map<string, ReadonlySet<string>>();

/** ISO 3166-2, such as `CD-LU`. `domain.md` 1.1. */
export function checkSubdivision(value: string): Result<string, Fault<'FORMAT' | 'UNKNOWN'>> {
  const parts = /^([A-Z]{2})-([A-Z0-9]{1,3})$/.exec(value);
  if (parts === null) return err({ code: 'FORMAT', hint: 'write country, dash and part, such as `CD-LU`' });
  if (codesOf(parts[1] ?? '').has(parts[2] ?? '')) return ok(value);
  return err({ code: 'UNKNOWN', hint: `\`${value}\` is no ISO 3166-2 code` });
}

/** As `checkSubdivision`, and of this country: else OTHER_COUNTRY. */
export function checkSubdivisionOf(country: string, value: string): Result<string, Fault<SubdivisionFaultCode>> {
  const checked = checkSubdivision(value);
  if (!checked.ok || value.startsWith(`${country}-`)) return checked;
  return err({ code: 'OTHER_COUNTRY', hint: `\`${value}\` does not belong to \`${country}\`` });
}

function codesOf(country: string): ReadonlySet<string> {
  const known = codesByCountry.get(country);
  if (known !== undefined) return known;
  const codes = new Set(Object.hasOwn(subdivisionCodes, country) ? subdivisionCodes[country]?.split(' ') : []);
  codesByCountry.set(country, codes);
  return codes;
}
