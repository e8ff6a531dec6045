import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { checkText } from '../../kernel/identifiers/text';
import { IssueList } from '../../kernel/issues';
import { addDays, checkDate } from '../../kernel/period';
import { transition } from '../../kernel/stateMachine';
import { notFound, type Operation, pointedTo } from '../graph';
import type { DecideAssessmentInput, MoveAssessmentInput, ReportAssessmentInput } from './assessment.input';
import { assessmentLimits } from './assessmentLimits';
import { refuseStake } from './independence';
import { ASSURANCES, type WrittenAssessment } from './publishAssessment.service';
import { checkReport } from './checkReport';
import { checkLevel, checkValidity, standardRules } from './standardRules';

/** The row of an assessment, held until the end of the transaction, with the parts that the writer's organisation plays. */
interface HeldAssessment {
  id: string;
  unit_no: number;
  standard_id: string;
  version_label: string;
  state: string;
  label: string;
  valid_from: string | null;
  valid_to: string | null;
  decided_at: string | null;
  history: string[];
  parts: string[];
}

interface Step {
  action: string;
  changes: Readonly<Record<string, unknown>>;
  reason: string | null;
}

const DECISIONS: Readonly<Record<string, string>> = {
  CONFORMANT: 'decide_conformant',
  CONFORMANT_WITH_CAP: 'decide_conditional',
  NON_CONFORMANT: 'decide_not',
};
const ACTIONS = [
  'start',
  'return',
  'suspend',
  'reinstate',
  'withdraw',
  'appeal',
  'uphold',
  'overturn',
  'cancel',
  'close_cap',
];
const REASON_REQUIRED = ['return', 'suspend', 'withdraw', 'appeal'];
/** The label follows these steps; through an appeal it stays as decided. */
const LABELLED = ['suspend', 'reinstate', 'withdraw', 'close_cap'];
/** The part that an organisation plays counts only for its people in one of these roles. */
const ROLES_OF_PART: Readonly<Record<string, readonly string[]>> = {
  SITE_OWNER: ['SITE_OWNER', 'UPSTREAM_PUBLISHER'],
  ASSESSOR: ['ASSESSOR'],
  STANDARD_OWNER: ['STANDARD_OWNER'],
  APPEALS_BODY: ['GOVERNING_BODY', 'CHAIR'],
};

/** Decides, by the owner of the standard: from now on the label says so, and everybody reads the level. */
export function decideAssessment(operation: Operation, input: DecideAssessmentInput): Promise<WrittenAssessment> {
  const issues = new IssueList();
  const action = DECISIONS[input.decision];
  if (action === undefined)
    issues.add(['input', 'decision'], 'UNKNOWN', `use one of ${Object.keys(DECISIONS).join(', ')}`);
  checkReason(input.reason, false, issues);
  issues.throwIfAny();
  return move(operation, 'decideAssessment', input, async (session, held) => {
    const changes = await decisionOf(session, held, input, issues, operation.services.today());
    return { action: action ?? '', changes, reason: input.reason ?? null };
  });
}

/** Any other step of an assessment by one of its parties. */
export function moveAssessment(operation: Operation, input: MoveAssessmentInput): Promise<WrittenAssessment> {
  const { action, reason } = input;
  const issues = new IssueList();
  if (!ACTIONS.includes(action)) issues.add(['input', 'action'], 'UNKNOWN', `use one of ${ACTIONS.join(', ')}`);
  checkReason(reason, REASON_REQUIRED.includes(action), issues);
  issues.throwIfAny();
  return move(operation, 'moveAssessment', input, () =>
    Promise.resolve({ action, changes: {}, reason: reason ?? null }),
  );
}

/** The assessor's report: every applicable requirement rated, and what was found. */
export function reportAssessment(operation: Operation, input: ReportAssessmentInput): Promise<WrittenAssessment> {
  const issues = new IssueList();
  if (!ASSURANCES.slice(1).includes(input.assurance)) {
    issues.add(['input', 'assurance'], 'UNKNOWN', `use one of ${ASSURANCES.slice(1).join(', ')}`);
  }
  return move(operation, 'reportAssessment', input, async (session, held) => {
    const rules = await standardRules(session, `${held.standard_id}/${held.version_label}`, issues);
    if (rules !== null) checkLevel(rules, input.level, issues);
    await checkReport(session, held.standard_id, input, issues);
    issues.throwIfAny();
    await session.query('select vault.report_assessment($1, $2, $3)', [
      held.id,
      JSON.stringify(input.criterionResults),
      JSON.stringify(input.findings ?? []),
    ]);
    return { action: 'report', changes: { level: input.level, assurance: input.assurance }, reason: null };
  });
}

async function move(
  operation: Operation,
  name: string,
  input: { clientKey?: string; assessment: string },
  stepOf: (session: WriteSession, held: HeldAssessment) => Promise<Step>,
): Promise<WrittenAssessment> {
  const id = operation.decodeId(input.assessment, 'assessment');
  return operation.write({ name, clientKey: input.clientKey ?? null, input }, async (session) => {
    const held = await hold(session, id);
    const actors = await actorsOf(operation, session, held);
    const step = await stepOf(session, held);
    const machine = operation.services.catalogue.stateMachines.get('ASSESSMENT');
    const target = machine && transition(machine, held.state, step.action, actors, { history: held.history });
    if (!target?.ok || target.value.to === null) {
      throw new DomainError('STATE', `\`${step.action}\` is not open from ${held.state}`, {
        rule: 'ASSESSMENT',
        next: 'read the state and the steps that lead on from it',
      });
    }
    await refuseOpenGuard(session, held, step.action, operation.services.today());
    const label = LABELLED.includes(step.action) ? { label: target.value.to } : {};
    const { personId } = operation.viewer;
    const changes = JSON.stringify({ ...step.changes, ...label });
    await session.query('select vault.move_assessment($1, $2, $3, $4, $5, $6, $7)', [
      held.id,
      held.state,
      step.action,
      target.value.to,
      changes,
      personId,
      step.reason,
    ]);
    return { id: held.id, warnings: [] };
  });
}

/** @throws DomainError NOT_FOUND where it is hidden or missing; POLICY_DENIED where it is known and another's */
async function hold(session: WriteSession, id: string | null): Promise<HeldAssessment> {
  const [held] = await session.query<HeldAssessment>('select * from vault.hold_assessment($1)', [id]);
  if (held !== undefined) return held;
  const [known] = await session.query(`select from ${pointedTo('disclosed.assessment', '$1')} v where id = $1`, [id]);
  if (known === undefined) throw notFound(['input', 'assessment']);
  throw new DomainError('POLICY_DENIED', 'this step is not yours', {
    rule: 'ASSESSMENT.PART',
    path: ['input', 'assessment'],
  });
}

/** The parts that the acting person may play; conflicts of interest are asked first. */
async function actorsOf(operation: Operation, session: WriteSession, held: HeldAssessment): Promise<string[]> {
  const { roles, personId, organisationNo } = operation.viewer;
  const actors = held.parts.filter((part) => ROLES_OF_PART[part]?.some((role) => roles.some((name) => name === role)));
  if (actors.length === 0) {
    throw new DomainError('POLICY_DENIED', 'this step is not open to your role', { rule: 'ASSESSMENT.ROLE' });
  }
  if (actors.includes('SITE_OWNER')) return actors;
  const organisation = actors.includes('ASSESSOR') ? organisationNo : null;
  await refuseStake(session, { person: personId, organisation }, held.unit_no, ['input', 'assessment']);
  return actors;
}

async function decisionOf(
  session: WriteSession,
  held: HeldAssessment,
  input: DecideAssessmentInput,
  issues: IssueList,
  today: string,
): Promise<Readonly<Record<string, unknown>>> {
  const decided = { label: input.decision, decided_at: `${today}T00:00:00Z` };
  if (input.decision === 'NON_CONFORMANT') return { ...decided, level: null };
  const rules = await standardRules(session, `${held.standard_id}/${held.version_label}`, issues);
  const validFrom = input.validFrom ?? held.valid_from;
  const validTo = input.validTo ?? held.valid_to;
  for (const [field, date] of Object.entries({ validFrom, validTo })) {
    const checked = date === null ? null : checkDate(date);
    if (checked === null) issues.add(['input', field], 'REQUIRED', 'a certificate has a first and a last day');
    else if (!checked.ok) issues.add(['input', field], checked.error.code, checked.error.hint);
  }
  if (rules !== null && validFrom !== null && validTo !== null && issues.issues.length === 0) {
    checkValidity(rules, validFrom, validTo, issues);
  }
  if (rules !== null && input.level) checkLevel(rules, input.level, issues);
  issues.throwIfAny();
  return { ...decided, valid_from: validFrom, valid_to: validTo, ...(input.level ? { level: input.level } : {}) };
}

/** What the machine says in words: open findings, corrective actions, the time to appeal. */
async function refuseOpenGuard(
  session: WriteSession,
  held: HeldAssessment,
  action: string,
  today: string,
): Promise<void> {
  if (action === 'appeal') {
    const until = addDays((held.decided_at ?? today).slice(0, 10), assessmentLimits().appealDays);
    if (today > until) throw guard('the time to appeal is over', 'plan a new assessment');
    return;
  }
  const open = await session.query<{ actions: number; unverified: number }>(
    `select count(c.id)::int as actions, (count(c.id) filter (where c.state <> 'VERIFIED'))::int as unverified
     from disclosed.finding f left join disclosed.corrective_action c on c.finding_id = f.id
     where f.assessment_id = $1 and f.state <> 'CLOSED' and f.severity in ('MAJOR', 'CRITICAL') group by f.id`,
    [held.id],
  );
  if (action === 'decide_conformant' && open.length > 0) {
    throw guard('a major or critical finding is open', 'decide CONFORMANT_WITH_CAP, or wait until it is closed');
  }
  if (action === 'decide_conditional' && open.some(({ actions }) => actions === 0)) {
    throw guard('a major or critical finding has no corrective action', 'ask for a corrective action with a due date');
  }
  if (action === 'close_cap' && open.some(({ actions, unverified }) => actions === 0 || unverified > 0)) {
    throw guard('a corrective action is not verified', 'verify each corrective action first');
  }
}

function guard(message: string, next: string): DomainError {
  return new DomainError('STATE', message, { rule: 'ASSESSMENT.GUARD', next });
}

function checkReason(reason: string | undefined, isRequired: boolean, issues: IssueList): void {
  if (reason === undefined || reason === null) {
    if (isRequired) issues.add(['input', 'reason'], 'REQUIRED', 'say why: it is recorded');
    return;
  }
  const checked = checkText(reason, { multiline: true, charactersMax: 2000 });
  if (!checked.ok) issues.add(['input', 'reason'], checked.error.code, checked.error.hint);
}
