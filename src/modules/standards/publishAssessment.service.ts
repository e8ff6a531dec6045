import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { checkDate } from '../../kernel/period';
import { transition } from '../../kernel/stateMachine';
import { DATA_CLASSES, TIERS } from '../../policy/cells';
import { insertFact, notFound, type Operation } from '../graph';
import type { PlanAssessmentInput, PublishAssessmentInput } from './assessment.input';
import { checkAccreditation, independentAssessor, type AssessorFirm } from './independence';
import {
  checkLevel,
  checkUnitOfAssessment,
  checkValidity,
  ownSubject,
  standardRules,
  type StandardRules,
  type Subject,
} from './standardRules';

export const ASSURANCES = [
  'SELF_DECLARED',
  'SECOND_PARTY',
  'THIRD_PARTY_LIMITED',
  'THIRD_PARTY_REASONABLE',
  'ACCREDITED_CERTIFICATION',
];
/** From here on somebody independent stands behind it, who is named. */
const THIRD_PARTY = ASSURANCES.slice(2);

export interface WrittenAssessment {
  id: string;
  warnings: string[];
}

/**
 * Records an assessment that exists, by the owner of the site: it stays UNDER_REVIEW with the label SELF_DECLARED until the
 * owner of the standard decides (J4).
 * @throws DomainError VALIDATION with every fault; CONFLICT_OF_INTEREST; NOT_FOUND
 */
export function publishAssessment(operation: Operation, input: PublishAssessmentInput): Promise<WrittenAssessment> {
  const issues = new IssueList();
  checkTerms(input, issues);
  const write = { name: 'publishAssessment', clientKey: input.clientKey ?? null, input };
  return operation.write(write, async (session) => {
    const subject = await ownSubject(operation, session, input.site);
    if (subject === null) throw notFound(['input', 'site']);
    const firm = input.assessor ? await independentAssessor(operation, session, input.assessor, subject.unitNo) : null;
    const rules = await standardRules(session, input.standardVersion, issues);
    if (rules !== null) await checkAgainst(session, rules, subject, firm, input, issues);
    await refuseSecondReport(session, subject, input, issues);
    issues.throwIfAny();
    if (rules === null) throw notFound(['input', 'standardVersion']);
    const state = firstState(operation, 'record_existing');
    const id = await store(session, operation, subject, rules, firm, state, {
      level: input.level,
      assurance: input.assurance ?? 'SELF_DECLARED',
      valid_from: input.validFrom,
      valid_to: input.validTo,
      report_url: input.report.url,
      report_sha256: input.report.sha256,
    });
    await note(session, operation, id, 'record_existing', state);
    const warnings = input.validTo <= operation.services.today() ? ['this result is expired already'] : [];
    if (rules.ownerNo === null) warnings.push('nobody here confirms this standard: the label stays SELF_DECLARED');
    return { id, warnings };
  });
}

/** Plans an assessment with an accredited, independent assessor. */
export function planAssessment(operation: Operation, input: PlanAssessmentInput): Promise<WrittenAssessment> {
  const issues = new IssueList();
  return operation.write({ name: 'planAssessment', clientKey: input.clientKey ?? null, input }, async (session) => {
    const subject = await ownSubject(operation, session, input.site);
    if (subject === null) throw notFound(['input', 'site']);
    const firm = await independentAssessor(operation, session, input.assessor, subject.unitNo);
    const rules = await standardRules(session, input.standardVersion, issues);
    if (rules !== null) {
      checkUnitOfAssessment(rules, subject, issues);
      checkUsable(rules, issues);
      await checkAccreditation(session, firm, rules, operation.services.today(), issues);
    }
    issues.throwIfAny();
    if (rules === null) throw notFound(['input', 'standardVersion']);
    const state = firstState(operation, 'register');
    const id = await store(session, operation, subject, rules, firm, state, {});
    await note(session, operation, id, 'register', state);
    return { id, warnings: [] };
  });
}

function checkTerms(input: PublishAssessmentInput, issues: IssueList): void {
  const { report, assurance, assessor } = input;
  for (const field of ['validFrom', 'validTo'] as const) {
    const date = checkDate(input[field]);
    if (!date.ok) issues.add(['input', field], date.error.code, date.error.hint);
  }
  if (!/^https?:\/\/[^\s<>"]{1,1990}$/.test(report.url)) {
    issues.add(['input', 'report', 'url'], 'FORMAT', 'give the web address of the report');
  }
  if (!/^[0-9a-f]{64}$/.test(report.sha256)) {
    issues.add(['input', 'report', 'sha256'], 'FORMAT', 'give the SHA-256 of the report as 64 lower-case hex digits');
  }
  if (assurance !== undefined && assurance !== null && !ASSURANCES.includes(assurance)) {
    issues.add(['input', 'assurance'], 'UNKNOWN', `use one of ${ASSURANCES.join(', ')}`);
  }
  if (assurance && THIRD_PARTY.includes(assurance) && !assessor) {
    issues.add(['input', 'assessor'], 'REQUIRED', 'name the assessor behind this assurance');
  }
}

async function checkAgainst(
  session: WriteSession,
  rules: StandardRules,
  subject: Subject,
  firm: AssessorFirm | null,
  { level, validFrom, validTo }: PublishAssessmentInput,
  issues: IssueList,
): Promise<void> {
  checkUnitOfAssessment(rules, subject, issues);
  checkLevel(rules, level, issues);
  if (!checkDate(validFrom).ok || !checkDate(validTo).ok) return;
  checkValidity(rules, validFrom, validTo, issues);
  if (firm !== null) await checkAccreditation(session, firm, rules, validFrom, issues);
}

function checkUsable(rules: StandardRules, issues: IssueList): void {
  if (!rules.isUsable) {
    issues.add(['input', 'standardVersion'], 'SUPERSEDED', 'take the current version, or one in its transition window');
  }
}

async function refuseSecondReport(
  session: WriteSession,
  subject: Subject,
  input: PublishAssessmentInput,
  issues: IssueList,
): Promise<void> {
  const known = await session.query(
    'select from vault.assessment where unit_no = $1 and report_sha256 = $2 and withdrawn_at is null limit 1',
    [subject.unitNo, input.report.sha256],
  );
  if (known.length > 0) issues.add(['input', 'report', 'sha256'], 'DUPLICATE', 'this report is recorded already');
}

function firstState(operation: Operation, action: string): string {
  const machine = operation.services.catalogue.stateMachines.get('ASSESSMENT');
  const step = machine && transition(machine, null, action, 'SITE_OWNER');
  if (!step?.ok || step.value.to === null) throw new DomainError('STATE', 'this step is not open');
  return step.value.to;
}

function store(
  session: WriteSession,
  operation: Operation,
  subject: Subject,
  rules: StandardRules,
  firm: AssessorFirm | null,
  state: string,
  result: Readonly<Record<string, unknown>>,
): Promise<string> {
  const owner = operation.viewer.organisationNo;
  return insertFact(session, 'assessment', {
    unit_no: subject.unitNo,
    owner_no: owner,
    contributor_no: owner,
    tier: TIERS.indexOf('PUBLIC'),
    sensitivity: 0,
    data_class: DATA_CLASSES.indexOf('PUBLIC_CLAIM'),
    site_id: subject.siteId,
    organisation_id: subject.organisationId,
    standard_id: rules.standardId,
    version_label: rules.label,
    unit_of_assessment: rules.unitOfAssessment,
    state,
    assessor_id: firm?.id ?? null,
    assessor_no: firm?.unitNo ?? null,
    standard_owner_no: rules.ownerNo,
    ...result,
  });
}

async function note(
  session: WriteSession,
  operation: Operation,
  id: string,
  action: string,
  state: string,
): Promise<void> {
  await session.query('select vault.note_assessment($1, $2, $3, $4)', [id, action, state, operation.viewer.personId]);
}
