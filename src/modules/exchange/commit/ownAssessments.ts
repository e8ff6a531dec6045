import { addMonths } from '../../../kernel/period';
import type { AssessmentRecord } from '../staging';
import { assessmentLimits } from '../../standards';
import { inTransaction, type Actor } from './actor';
import type { CheckedRow } from './checkedRow';
import type { PortionCheck } from './ownChecks';
import { References, resolvedOf, type NamedUnit } from './references';

interface StandardTerm {
  readonly version: string;
  readonly unitOfAssessment: string;
  readonly validityMonthsMax: number | null;
}

interface Firm {
  readonly id: string;
  readonly unitNo: number;
  readonly name: string;
  /** `standard/version` with the days between which it may assess against it. */
  readonly accreditations: readonly { readonly version: string; readonly from: string; readonly to: string }[];
}

const THIRD_PARTY = ['THIRD_PARTY_LIMITED', 'THIRD_PARTY_REASONABLE', 'ACCREDITED_CERTIFICATION'];

/** `assessments`: as `publishAssessment`, of the importer's own sites or itself. What is recorded stays a claim. */
export const assessmentCheck: PortionCheck = async (actor, records) => {
  const assessments = records.filter((record) => record.kind === 'assessment');
  const references = await References.of(
    actor,
    assessments.map(({ site }) => site.text),
  );
  const { terms, firms } = await inTransaction(actor, async (session) => ({
    terms: await session.query<StandardTerm & Record<string, unknown>>(
      `select v.standard_id || '/' || v.label as version, s.unit_of_assessment as "unitOfAssessment", s.validity_months_max as "validityMonthsMax"
       from reference.standard s join reference.standard_version v on v.standard_id = s.id`,
    ),
    firms: await session.query<Firm & Record<string, unknown>>(
      `select f.id, f.name, vault.unit_of_organisation(f.organisation_id) as "unitNo", coalesce(jsonb_agg(jsonb_build_object('version', a.standard_id || '/' || a.version_label,
         'from', a.valid_from, 'to', a.valid_to)) filter (where a.standard_id is not null), '[]') as accreditations
       from reference.assessor_firm f left join reference.accreditation a on a.assessor_id = f.id where f.name = any($1) group by f.id`,
      [assessments.flatMap(({ assessor }) => (assessor === null ? [] : [assessor]))],
    ),
  }));
  const stakes = await stakesOf(actor, assessments, references, firms);
  const termOf = new Map(terms.map((term) => [term.version, term]));
  return (row, [record]) => {
    if (record?.kind !== 'assessment') return [];
    const unit = row.ownUnitOf(references, record.site.text, 'site', actor.viewer.organisationNo);
    if (unit === null) return [];
    checkTerms(row, record, unit, termOf.get(record.standardVersion));
    const firm = firmOf(row, record, firms);
    if (firm !== null && stakes.has(`${firm.unitNo} ${unit.unitNo}`)) {
      row.reject(
        'CONFLICT_OF_INTEREST',
        'assessor',
        firm.name,
        'an entry in the register of interests stands against this',
      );
    }
    return [{ ...record, resolved: resolvedOf(unit), assessorId: firm?.id ?? null, assessorNo: firm?.unitNo ?? null }];
  };
};

/** Which firm stands too near to which unit; what the interest is, is not told. */
async function stakesOf(
  actor: Actor,
  assessments: readonly AssessmentRecord[],
  references: References,
  firms: readonly Firm[],
): Promise<ReadonlySet<string>> {
  const units = assessments.flatMap(({ site }) => references.meant(site.text, actor.viewer.organisationNo));
  if (firms.length === 0 || units.length === 0) return new Set();
  const rows = await inTransaction(actor, (session) =>
    session.query<{ pair: string }>(
      `select f.no || ' ' || u.no as pair from unnest($1::int[]) as f(no) cross join unnest($2::int[]) as u(no) where vault.has_stake_in(null, f.no, u.no, $3)`,
      [
        firms.map(({ unitNo }) => unitNo),
        [...new Set(units.map(({ unitNo }) => unitNo))],
        assessmentLimits().conflictYears,
      ],
    ),
  );
  return new Set(rows.map(({ pair }) => pair));
}

function checkTerms(row: CheckedRow, record: AssessmentRecord, unit: NamedUnit, term: StandardTerm | undefined): void {
  const { reportUrl, reportSha256, validFrom, validTo, standardVersion } = record;
  if (reportUrl === null) row.reject('MISSING_VALUE', 'reportUrl', '', 'give the web address of the report');
  if (reportSha256 === null) row.reject('MISSING_VALUE', 'reportSha256', '', 'give the SHA-256 of the report');
  if (term === undefined) return;
  if (term.validityMonthsMax !== null && validTo > addMonths(validFrom, term.validityMonthsMax)) {
    const hint = `a result of \`${standardVersion}\` holds for at most ${term.validityMonthsMax} months`;
    row.reject('OUT_OF_BOUNDS', 'validTo', validTo, hint);
  }
  const isSite = unit.siteId !== null;
  const fits =
    term.unitOfAssessment === 'SITE_OR_COMPANY' || isSite !== ['COMPANY', 'MEMBER'].includes(term.unitOfAssessment);
  if (fits && (term.unitOfAssessment !== 'ASM_PRODUCER' || unit.siteType === 'ASM_COOPERATIVE')) return;
  const hint = `assessed per ${term.unitOfAssessment.toLowerCase().replaceAll('_', ' ')}`;
  row.reject('RULE_NOT_KEPT', 'site', standardVersion, hint);
}

function firmOf(row: CheckedRow, record: AssessmentRecord, firms: readonly Firm[]): Firm | null {
  const { assessor, assurance, standardVersion, validFrom } = record;
  if (assessor === null) {
    if (THIRD_PARTY.includes(assurance))
      row.reject('MISSING_VALUE', 'assessor', '', 'name the assessor behind this assurance');
    return null;
  }
  const firm = firms.find(({ name }) => name === assessor);
  if (firm === undefined) {
    row.reject('UNKNOWN_REFERENCE', 'assessor', assessor, 'no assessor firm of this name is registered');
    return null;
  }
  const isAccredited = firm.accreditations.some(
    ({ version, from, to }) => version === standardVersion && from <= validFrom && validFrom < to,
  );
  if (!isAccredited)
    row.reject('RULE_NOT_KEPT', 'assessor', assessor, 'was not accredited for this version on that day');
  return firm;
}
