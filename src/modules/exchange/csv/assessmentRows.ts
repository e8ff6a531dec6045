import { checkDate } from '../../../kernel/period';
import type { AssessmentRecord } from '../staging';
import { assurances } from './assurances';
import type { Cells } from './cells';
import type { OwnKindContext } from './ownKinds';

/**
 * `assessments`: `domain.md` 1.3. `standardVersion` is `IRMA/1.0`, `result` a level of that standard where it has any. The
 * term against the standard's validity, and who may confirm, are judged when the batch is committed. The same site,
 * standard version and `validFrom` again is a DUPLICATE.
 */
export const assessmentColumns = {
  required: ['site', 'standardVersion', 'result', 'assurance', 'validFrom', 'validTo'],
  optional: ['assessor', 'reportUrl', 'reportSha256'],
} as const;

export function readAssessment(cells: Cells, { catalogue, seen }: OwnKindContext): AssessmentRecord | null {
  const site = cells.required('site');
  const standardVersion = cells.required('standardVersion');
  const result = cells.required('result');
  const levels = catalogue.levelsOfVersion.get(standardVersion);
  if (standardVersion !== '' && levels === undefined) {
    cells.outcome.reject('NOT_IN_LIST', 'standardVersion', standardVersion, 'write standard/version, such as IRMA/1.0');
  } else if (levels !== undefined && levels.length > 0) {
    cells.oneOf('result', levels);
  }
  const assurance = cells.oneOf('assurance', assurances, cells.required('assurance'));
  const validFrom = cells.checked('validFrom', 'NOT_A_DATE', checkDate, cells.required('validFrom'));
  const validTo = cells.checked('validTo', 'NOT_A_DATE', checkDate, cells.required('validTo'));
  if (validFrom !== null && validTo !== null && validTo <= validFrom) {
    cells.outcome.reject('NOT_A_PERIOD', 'validTo', validTo, 'validTo lies after validFrom');
  }
  const sha256 = cells.optional('reportSha256');
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    cells.outcome.reject('INVALID_IDENTIFIER', 'reportSha256', sha256, '64 digits 0-9 and a-f');
  }
  if (cells.outcome.isRejected || assurance === null || validFrom === null || validTo === null) return null;
  if (!seen.take(JSON.stringify([site, standardVersion, validFrom]))) {
    cells.outcome.reject('DUPLICATE', 'site', site, 'an earlier row has this assessment');
    return null;
  }
  return {
    kind: 'assessment',
    site: { kind: 'REFERENCE', text: site },
    standardVersion,
    result,
    assurance,
    validFrom,
    validTo,
    assessor: cells.optional('assessor'),
    reportUrl: cells.optional('reportUrl'),
    reportSha256: sha256,
  };
}
