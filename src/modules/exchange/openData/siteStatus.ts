import type { RowOutcome } from '../rowOutcome';
import type { SiteStatus } from '../staging';

/**
 * Status words of the sources, mapped to `domain.md` 1.1. The rules:
 *
 * - `proposed`, `announced`, `project` and exploration are EXPLORATION: nothing is built, yet it counts for competition
 *   (0.2), so the cautious reading. `shelved` (no progress, not given up) likewise, with a warning.
 * - `construction` and `in development` are CONSTRUCTION; `operating` and `operating-pre-retirement` are OPERATING: an
 *   announced retirement is no retirement.
 * - `mothballed` and `inactive` are CARE_AND_MAINTENANCE, and CLOSED where the source names an end of production.
 * - `retired` and `stopped <date>` are CLOSED.
 * - Blank: no status, unless the source names an end of production (CLOSED). `unknown`: no status, with a warning.
 * - `cancelled`: a project that will not be built is no site; the row is rejected with STATUS_CANCELLED.
 * - Any other word: rejected with STATUS_UNMAPPED. It says something, and we do not know what.
 */
const statusOfWord: ReadonlyMap<string, SiteStatus> = new Map([
  ['proposed', 'EXPLORATION'],
  ['announced', 'EXPLORATION'],
  ['project', 'EXPLORATION'],
  ['exploration', 'EXPLORATION'],
  ['advanced exploration', 'EXPLORATION'],
  ['shelved', 'EXPLORATION'],
  ['construction', 'CONSTRUCTION'],
  ['under construction', 'CONSTRUCTION'],
  ['in development', 'CONSTRUCTION'],
  ['operating', 'OPERATING'],
  ['operating pre retirement', 'OPERATING'],
  ['active', 'OPERATING'],
  ['mothballed', 'CARE_AND_MAINTENANCE'],
  ['care and maintenance', 'CARE_AND_MAINTENANCE'],
  ['inactive', 'CARE_AND_MAINTENANCE'],
  ['retired', 'CLOSED'],
  ['closed', 'CLOSED'],
]);

export function readStatus(
  word: string,
  productionEnded: boolean,
  column: string,
  outcome: RowOutcome,
): SiteStatus | null {
  const normalised = word.toLowerCase().replace(/[-_\s]+/g, ' ');
  if (normalised === '') return productionEnded ? 'CLOSED' : null;
  if (normalised === 'unknown') {
    outcome.warn('STATUS_UNKNOWN', column, word, 'loaded without a status');
    return null;
  }
  if (normalised === 'cancelled') {
    outcome.reject('STATUS_CANCELLED', column, word, 'a cancelled project is no site');
    return null;
  }
  if (normalised === 'shelved') outcome.warn('STATUS_SHELVED', column, word, 'taken as EXPLORATION');
  const status = /^stopped\b/.test(normalised) ? 'CLOSED' : statusOfWord.get(normalised);
  if (status === undefined) {
    outcome.reject('STATUS_UNMAPPED', column, word, 'this status has no counterpart; correct it or leave it blank');
    return null;
  }
  return status === 'CARE_AND_MAINTENANCE' && productionEnded ? 'CLOSED' : status;
}
