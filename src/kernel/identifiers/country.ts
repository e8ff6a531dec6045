import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';
import { assignedCountries } from './isoCodes';

const assigned: ReadonlySet<string> = new Set(assignedCountries.map(([alpha2]) => alpha2));

/**
 * ISO 3166-1 alpha-2, assigned codes only: no user-assigned (ZZ, XK) and no reserved one (UK, EU). `domain.md` 1.1.
 */
export function checkCountry(value: string): Result<string, Fault<'UNKNOWN'>> {
  if (assigned.has(value)) return ok(value);
  const hint = value === 'UK' ? 'the code is `GB`' : `\`${value}\` is no assigned ISO 3166-1 alpha-2 code`;
  return err({ code: 'UNKNOWN', hint });
}

export function isCountry(value: string): boolean {
  return assigned.has(value);
}
