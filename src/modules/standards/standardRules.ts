import type { WriteSession } from '../../database/boundTransaction';
import type { IssueList } from '../../kernel/issues';
import { addMonths } from '../../kernel/period';
import type { Operation } from '../graph';

/** One version of a standard, with what an assessment against it must fit. */
export interface StandardRules {
  readonly standardId: string;
  readonly label: string;
  readonly unitOfAssessment: string;
  /** Whether the version is current, or still in its transition window. */
  readonly isUsable: boolean;
  readonly levels: readonly string[];
  readonly validityMonthsMax: number | null;
  /** Unit number of who confirms assessments; null where nobody here does. */
  readonly ownerNo: number | null;
}

/** `IRMA/1.0`; a label may itself hold a slash. */
export async function standardRules(
  session: WriteSession,
  standardVersion: string,
  issues: IssueList,
): Promise<StandardRules | null> {
  const slash = standardVersion.indexOf('/');
  const [row] = await session.query<StandardRules>(
    `select s.id as "standardId", v.label, s.unit_of_assessment as "unitOfAssessment", s.validity_months_max as "validityMonthsMax",
       vault.unit_of_organisation(s.owner_organisation_id) as "ownerNo",
       coalesce(v.transition_to >= current_date, true)
         and (v.transition_to is not null or not exists (
           select from reference.standard_version n where n.standard_id = s.id and n.supersedes = v.label)) as "isUsable",
       array(select code from reference.standard_level l where l.standard_id = s.id order by position, code) as levels
     from reference.standard s join reference.standard_version v on v.standard_id = s.id where s.id = $1 and v.label = $2`,
    [standardVersion.slice(0, Math.max(slash, 0)), standardVersion.slice(slash + 1)],
  );
  if (row !== undefined) return row;
  issues.add(['input', 'standardVersion'], 'UNKNOWN', 'use a version of the catalogue, such as `IRMA/1.0`');
  return null;
}

export function checkLevel(rules: StandardRules, level: string, issues: IssueList): void {
  if (rules.levels.includes(level)) return;
  issues.add(['input', 'level'], 'LEVEL', `${rules.standardId} has the levels ${rules.levels.join(', ')}`);
}

export function checkValidity(rules: StandardRules, validFrom: string, validTo: string, issues: IssueList): void {
  if (validFrom >= validTo) {
    issues.add(['input', 'validTo'], 'ORDER', 'validTo lies after validFrom');
    return;
  }
  const { validityMonthsMax } = rules;
  if (validityMonthsMax === null || validTo <= addMonths(validFrom, validityMonthsMax)) return;
  issues.add(
    ['input', 'validTo'],
    'VALIDITY',
    `a result of ${rules.standardId} holds for at most ${validityMonthsMax} months`,
  );
}

/** Whom the assessment is about; the writer's own. */
export interface Subject {
  readonly unitNo: number;
  readonly siteId: string | null;
  readonly organisationId: string;
  readonly siteType: string | null;
  readonly hasTailings: boolean;
}

/** A site of the writer, or the writer as a whole; another's and none are both null. */
export async function ownSubject(
  operation: Operation,
  session: WriteSession,
  site: string | undefined | null,
): Promise<Subject | null> {
  const owner = operation.viewer.organisationNo;
  if (site === undefined || site === null) {
    const [member] = await session.query<Subject>(
      `select unit_no as "unitNo", null as "siteId", id as "organisationId", null as "siteType", false as "hasTailings"
       from disclosed.organisation where unit_no = $1 and is_member`,
      [owner],
    );
    return member ?? null;
  }
  const [row] = await session.query<Subject>(
    `select s.unit_no as "unitNo", s.id as "siteId", s.organisation_id as "organisationId", s.type as "siteType",
       exists (select from disclosed.tailings_facility t where t.site_id = s.id) as "hasTailings"
     from disclosed.site s where s.id = $1 and s.owner_no = $2`,
    [operation.decodeId(site, 'site'), owner],
  );
  return row ?? null;
}

/** The unit of assessment fits (`domain.md` 1.3). */
export function checkUnitOfAssessment(rules: StandardRules, subject: Subject, issues: IssueList): void {
  const isSite = subject.siteId !== null;
  const fits: Readonly<Record<string, boolean>> = {
    SITE: isSite,
    COMPANY: !isSite,
    MEMBER: !isSite,
    SITE_OR_COMPANY: true,
    ASM_PRODUCER: subject.siteType === 'ASM_COOPERATIVE',
    TAILINGS_FACILITY: isSite && (subject.hasTailings || subject.siteType === 'TSF'),
  };
  if (fits[rules.unitOfAssessment] === true) return;
  const unit = rules.unitOfAssessment.toLowerCase().replaceAll('_', ' ');
  issues.add(['input', 'site'], 'UNIT_OF_ASSESSMENT', `${rules.standardId} is assessed per ${unit}`);
}
