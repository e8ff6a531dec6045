import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import type { IssueList } from '../../kernel/issues';
import { notFound, type Operation } from '../graph';
import { assessmentLimits } from './assessmentLimits';
import type { StandardRules } from './standardRules';

/** An assessor firm as an assessment names it. */
export interface AssessorFirm {
  readonly id: string;
  readonly unitNo: number;
}

/** @throws DomainError NOT_FOUND; CONFLICT_OF_INTEREST where the firm stands too near to the unit */
export async function independentAssessor(
  operation: Operation,
  session: WriteSession,
  assessor: string,
  unitNo: number,
): Promise<AssessorFirm> {
  const [firm] = await session.query<AssessorFirm>(
    'select id, vault.unit_of_organisation(organisation_id) as "unitNo" from reference.assessor_firm where id = $1',
    [operation.decodeId(assessor, 'assessor')],
  );
  if (firm === undefined || firm.unitNo === null) throw notFound(['input', 'assessor']);
  await refuseStake(session, { person: null, organisation: firm.unitNo }, unitNo, ['input', 'assessor']);
  return firm;
}

/**
 * The register of interests is asked first at every step. What the interest is, is not told.
 * @throws DomainError CONFLICT_OF_INTEREST
 */
export async function refuseStake(
  session: WriteSession,
  who: { person: string | null; organisation: number | null },
  unitNo: number,
  path: (string | number)[],
): Promise<void> {
  const [row] = await session.query<{ near: boolean }>('select vault.has_stake_in($1, $2, $3, $4) as near', [
    who.person,
    who.organisation,
    unitNo,
    assessmentLimits().conflictYears,
  ]);
  if (row?.near !== true) return;
  throw new DomainError('CONFLICT_OF_INTEREST', 'an entry in the register of interests stands against this', {
    rule: 'ASSESSMENT.INDEPENDENCE',
    next: 'let somebody without an interest in the subject act',
    path,
  });
}

/** The accreditation covers version and day (`domain.md` 1.3). */
export async function checkAccreditation(
  session: WriteSession,
  firm: AssessorFirm,
  rules: StandardRules,
  day: string,
  issues: IssueList,
): Promise<void> {
  const covering = await session.query(
    `select from reference.accreditation where assessor_id = $1 and standard_id = $2 and version_label = $3
       and valid_from <= $4 and valid_to > $4`,
    [firm.id, rules.standardId, rules.label, day],
  );
  if (covering.length > 0) return;
  issues.add(
    ['input', 'assessor'],
    'ACCREDITATION',
    `the assessor is not accredited for ${rules.standardId} on ${day}`,
  );
}
