import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';

/**
 * Subheading of the Harmonized System, six digits without dots. The list is data, not code: there is no free complete
 * list that states its edition, so the headings known are those of the catalogue (`reference/minerals.csv`), and a
 * product outside it enters with a row there. `domain.md` 1.2.
 * @param knownHeadings the catalogue's `hs6Headings`
 */
export function checkHs6(
  value: string,
  knownHeadings: ReadonlySet<string>,
): Result<string, Fault<'FORMAT' | 'UNKNOWN'>> {
  if (!/^[0-9]{6}$/.test(value))
    return err({ code: 'FORMAT', hint: 'write six digits without dots, such as `810520`' });
  if (knownHeadings.has(value)) return ok(value);
  return err({ code: 'UNKNOWN', hint: `\`${value}\` is not among the headings of the catalogue` });
}

/** For imports: `8105.20` and `8105 20 00` become `810520`; more digits than six are national and cut off. */
export function normaliseHs6(text: string): string {
  const digits = text.replace(/[\s.\u00a0]/g, '');
  return /^\d{6}(\d{2}){0,2}$/.test(digits) ? digits.slice(0, 6) : text.trim();
}
