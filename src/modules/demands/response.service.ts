import type { WriteSession } from '../../database/boundTransaction';
import { DomainError, InvariantError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { addDays, checkDate } from '../../kernel/period';
import { type Operation, recordStep, refuseInterested, stateError, stepOf } from '../graph';
import { knownStandardsIn, reachOf, reachTogether } from '../reference';
import { valueChainSettings } from '../valueChain';
import { ASSURANCES, checkTexts } from './checkDemand';
import {
  type AlternativeInput,
  type ClaimEquivalenceInput,
  type MoveResponseInput,
  ResponseAction,
  type ResponseEvidenceInput,
} from './demand.input';
import { bestAssurance, firstExpiry, readEvidence, storeEvidence, type StoredEvidence } from './responseEvidence';
import { lockedResponse, moveResponseRow, partsIn, RESPONSE_MACHINE, type ResponseRow } from './responseRow';
import { refuseCommercialText } from './screening';

const REASON_CODES = ['NOT_APPLICABLE', 'CONFIDENTIAL', 'RESOURCES', 'DISPUTED', 'LEGAL_BAR'];
/** Approved by decision; a challenged one stays usable. */
const USABLE = ['APPROVED', 'APPROVED_FULL', 'APPROVED_PARTIAL', 'UNDER_CHALLENGE'];

/** Any step of an answer but a claim of equivalence; the recipient offers, the issuer judges. */
export function moveResponse(operation: Operation, input: MoveResponseInput): Promise<{ id: string }> {
  checkStep(input);
  return operation.write({ name: 'moveResponse', clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await lockedResponse(operation, session, input.response);
    await refuseInterested(operation, session, [row.owner_no, row.issuer_no]);
    const { to } = stepOf(operation, RESPONSE_MACHINE, row.state, input.action, partsIn(operation, row));
    await moveResponseRow(session, row.id, { ...(await changesOf(operation, session, row, input)), state: to });
    const { action } = input;
    const reason = input.reason ?? input.reasonCode ?? null;
    await recordStep(operation, session, {
      machine: RESPONSE_MACHINE,
      subjectId: row.id,
      from: row.state,
      action,
      to,
      reason,
    });
    return { id: row.id };
  });
}

/** The step `submit_evidence` inside a write of another's; gives the answer's UUID. */
export async function submitEvidence(
  operation: Operation,
  session: WriteSession,
  response: string,
  evidence: readonly ResponseEvidenceInput[],
): Promise<string> {
  const row = await lockedResponse(operation, session, response);
  await refuseInterested(operation, session, [row.owner_no, row.issuer_no]);
  const action = ResponseAction.SUBMIT_EVIDENCE;
  const { to } = stepOf(operation, RESPONSE_MACHINE, row.state, action, partsIn(operation, row));
  const changes = await submit(operation, session, row, evidence);
  await moveResponseRow(session, row.id, { ...changes, state: to });
  await recordStep(operation, session, { machine: RESPONSE_MACHINE, subjectId: row.id, from: row.state, action, to });
  return row.id;
}

function checkStep(input: MoveResponseInput): void {
  const issues = new IssueList();
  const { action } = input;
  const needsReason = [ResponseAction.REFUSE, ResponseAction.ASSESS_NOT_MET, ResponseAction.ASK_MORE].includes(action);
  if (needsReason && input.reason == null) issues.add(['input', 'reason'], 'REQUIRED', 'say why, or what you ask');
  if (action === ResponseAction.DECLINE && !REASON_CODES.includes(input.reasonCode ?? '')) {
    issues.add(['input', 'reasonCode'], 'UNKNOWN', `use one of ${REASON_CODES.join(', ')}`);
  }
  if (action === ResponseAction.PROPOSE_ALTERNATIVE) checkAlternative(input.alternative, issues);
  if (action === ResponseAction.SUBMIT_EVIDENCE && (input.evidence ?? []).length === 0) {
    issues.add(['input', 'evidence'], 'REQUIRED', 'give at least one piece of evidence');
  }
  if (action === ResponseAction.ASSESS_PARTIAL) checkPartial(input, issues);
  checkTexts(
    [
      [['input', 'reason'], input.reason],
      [['input', 'offer'], input.offer],
      [['input', 'alternative', 'note'], input.alternative?.note],
    ],
    issues,
  );
  issues.throwIfAny();
  refuseCommercialText([
    { path: ['input', 'reason'], text: input.reason },
    { path: ['input', 'offer'], text: input.offer },
    { path: ['input', 'alternative', 'note'], text: input.alternative?.note },
    ...(input.gaps ?? []).map((text, index) => ({ path: ['input', 'gaps', index], text })),
    ...(input.evidence ?? []).map((item, index) => ({ path: ['input', 'evidence', index, 'note'], text: item.note })),
  ]);
}

function checkAlternative(alternative: AlternativeInput | undefined, issues: IssueList): void {
  const named = [alternative?.standard, alternative?.indicator, alternative?.deadline].filter((value) => value != null);
  if (named.length === 0)
    issues.add(['input', 'alternative'], 'REQUIRED', 'name another standard, indicator or deadline');
  if (alternative?.deadline == null) return;
  const date = checkDate(alternative.deadline);
  if (!date.ok) issues.add(['input', 'alternative', 'deadline'], date.error.code, date.error.hint);
}

function checkPartial(input: MoveResponseInput, issues: IssueList): void {
  if ((input.gaps ?? []).length === 0) issues.add(['input', 'gaps'], 'REQUIRED', 'list what is missing');
  const date = checkDate(input.remediationUntil ?? '');
  if (!date.ok) issues.add(['input', 'remediationUntil'], date.error.code, date.error.hint);
}

async function changesOf(
  operation: Operation,
  session: WriteSession,
  row: ResponseRow,
  input: MoveResponseInput,
): Promise<Record<string, unknown>> {
  const { reason } = input;
  switch (input.action) {
    case ResponseAction.ACKNOWLEDGE:
    case ResponseAction.ACCEPT:
      return { offer: input.offer ?? null };
    case ResponseAction.PROPOSE_ALTERNATIVE:
      return { alternative: input.alternative, offer: input.offer ?? null };
    case ResponseAction.DECLINE:
      return { reason_code: input.reasonCode, reason: reason ?? null };
    case ResponseAction.AGREE:
      return agree(session, row);
    case ResponseAction.REFUSE:
    case ResponseAction.ASK_MORE:
      return { reason };
    case ResponseAction.SUBMIT_EVIDENCE:
      return { ...(await submit(operation, session, row, input.evidence ?? [])), offer: input.offer ?? null };
    case ResponseAction.ASSESS_MET:
      await requireAssurance(session, row);
      return { reason: null, gaps: [], stale: false, remediation_until: null };
    case ResponseAction.ASSESS_PARTIAL:
      return { gaps: input.gaps, remediation_until: input.remediationUntil, stale: false };
    case ResponseAction.ASSESS_NOT_MET:
      return { reason, remediation_until: addDays(operation.services.today(), valueChainSettings().remediationDays) };
  }
}

/** What was offered replaces the demand for this pair; the gaps of an equivalence become evidence to bring. */
async function agree(session: WriteSession, row: ResponseRow): Promise<Record<string, unknown>> {
  if (row.state === 'COUNTER_PROPOSED') {
    return { agreed_terms: row.alternative, agreed_deadline: row.alternative?.deadline ?? null };
  }
  const gaps = row.gaps.map((note) => ({ kind: 'GAP', note, equivalence_id: row.equivalence_id ?? undefined }));
  await storeEvidence(session, row.id, gaps);
  return {};
}

async function submit(
  operation: Operation,
  session: WriteSession,
  row: ResponseRow,
  items: readonly ResponseEvidenceInput[],
): Promise<Record<string, unknown>> {
  if (row.state === 'NOT_MET' && (row.remediation_until ?? '') < operation.services.today()) {
    throw stateError('the time to mend this has passed', 'ask the issuer for a new demand');
  }
  const evidence = await readEvidence(operation, session, items, 'evidence');
  await storeEvidence(session, row.id, evidence);
  return { proof_valid_to: firstExpiry(evidence), stale: false };
}

async function requireAssurance(session: WriteSession, row: ResponseRow): Promise<void> {
  const [demand] = await session.query<{ min_assurance: string | null }>(
    'select min_assurance from disclosed.demand where id = $1',
    [row.demand_id],
  );
  const wanted = ASSURANCES.indexOf(demand?.min_assurance ?? '');
  if (wanted < 0 || (await bestAssurance(session, row.id)) >= wanted) return;
  throw stateError(
    'the evidence has a lower assurance than was asked for',
    'ask for more, or assess it as met in part',
  );
}

interface AskedStandard {
  standard_id: string | null;
  topic_id: string | null;
  accepts_equivalents: boolean;
}

interface EquivalenceRow {
  id: string;
  to_standard: string;
  to_reference: string;
  topic_id: string | null;
  from_standard: string;
  degree: string;
  gaps: string[];
  state: string;
  valid_to: string | null;
}

/**
 * Answers by an equivalence that was approved and leads to what is asked for: one-way, and in part only with proof for
 * each gap (J6).
 */
export function claimEquivalence(operation: Operation, input: ClaimEquivalenceInput): Promise<{ id: string }> {
  refuseCommercialText(
    (input.gapEvidence ?? []).map((item, index) => ({ path: ['input', 'gapEvidence', index], text: item.note })),
  );
  const action = 'claim_equivalence';
  return operation.write({ name: 'claimEquivalence', clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await lockedResponse(operation, session, input.response);
    await refuseInterested(operation, session, [row.owner_no, row.issuer_no]);
    const { to } = stepOf(operation, RESPONSE_MACHINE, row.state, action, partsIn(operation, row));
    const equivalence = await usableEquivalence(operation, session, row, input);
    const proof = await readEvidence(operation, session, input.gapEvidence ?? [], 'gapEvidence');
    const evidence = [...(await certificateOf(operation, session, input.assessment, equivalence)), ...proof];
    await storeEvidence(session, row.id, evidence);
    await moveResponseRow(session, row.id, {
      state: to,
      equivalence_id: equivalence.id,
      gaps: equivalence.gaps,
      proof_valid_to: firstExpiry([...evidence, { kind: 'EQUIVALENCE', valid_to: equivalence.valid_to }]),
    });
    await recordStep(operation, session, { machine: RESPONSE_MACHINE, subjectId: row.id, from: row.state, action, to });
    return { id: row.id };
  });
}

async function usableEquivalence(
  operation: Operation,
  session: WriteSession,
  row: ResponseRow,
  input: ClaimEquivalenceInput,
): Promise<EquivalenceRow> {
  const [demand] = await session.query<AskedStandard & Record<string, unknown>>(
    'select standard_id, topic_id, accepts_equivalents from disclosed.demand where id = $1',
    [row.demand_id],
  );
  if (demand === undefined) throw new InvariantError('an answer without a demand');
  const [found] = await session.query<EquivalenceRow & Record<string, unknown>>(
    'select id, to_standard, to_reference, topic_id, from_standard, degree, gaps, state, valid_to from reference.equivalence where id = $1',
    [input.equivalence.replace(/^equivalence_/, '')],
  );
  const issues = new IssueList();
  const fault = (rule: string, hint: string): void => issues.add(['input', 'equivalence'], rule, hint);
  const today = operation.services.today();
  if (!demand.accepts_equivalents)
    fault('NO_EQUIVALENTS', 'this demand accepts the standard itself only; propose an alternative');
  if (found === undefined) fault('UNKNOWN', 'name an equivalence of the catalogue');
  else if (found.to_standard !== demand.standard_id) fault(...directionHint(found, demand.standard_id));
  else if (!USABLE.includes(found.state) || found.degree === 'NONE' || (found.valid_to ?? today) < today) {
    fault('NOT_APPROVED', 'only an equivalence that the governing body approved counts; file a claim first');
  } else if (!(await isReached(session, found, demand))) {
    fault('SCOPE', scopeHint(demand));
  } else if (found.degree === 'PARTIAL' && (input.gapEvidence ?? []).length < Math.max(1, found.gaps.length)) {
    issues.add(['input', 'gapEvidence'], 'GAP_EVIDENCE', `give proof for each gap: ${found.gaps.join('; ')}`);
  }
  issues.throwIfAny();
  if (found === undefined) throw new DomainError('NOT_FOUND', 'not found');
  return found;
}

/** One requirement is not the standard, and no other requirement. */
async function isReached(session: WriteSession, found: EquivalenceRow, demand: AskedStandard): Promise<boolean> {
  const { requirements } = await knownStandardsIn(session);
  const { to_standard: toStandard, to_reference: toReference, topic_id: topic } = found;
  const reach = reachOf({ toStandard, toReference, topic }, requirements);
  return reachTogether([reach], { standard: toStandard, topic: demand.topic_id }, requirements);
}

function scopeHint({ standard_id, topic_id }: AskedStandard): string {
  return topic_id === null
    ? `this one covers a part of ${standard_id ?? ''} alone, and the whole is asked for; propose an alternative`
    : `this one does not cover ${topic_id}, which is asked for`;
}

/** The certificate that the answer rests on: valid, the recipient's own, and of the standard that the equivalence leads from. */
async function certificateOf(
  operation: Operation,
  session: WriteSession,
  assessment: string | undefined,
  equivalence: EquivalenceRow,
): Promise<StoredEvidence[]> {
  if (assessment == null) return [];
  const found = await readEvidence(operation, session, [{ assessment }], 'assessment');
  const [valid] = await session.query(
    `select id from disclosed.assessment where id = $1 and standard_id = $2 and state in ('CONFORMANT', 'CONFORMANT_WITH_CAP')
       and (valid_to is null or valid_to > $3::date)`,
    [found[0]?.assessment_id, equivalence.from_standard, operation.services.today()],
  );
  if (valid !== undefined) return found;
  const issues = new IssueList();
  issues.add(['input', 'assessment'], 'NOT_VALID', `give a valid assessment against ${equivalence.from_standard}`);
  issues.throwIfAny();
  return [];
}

function directionHint(found: EquivalenceRow, wanted: string | null): [string, string] {
  return found.from_standard === wanted
    ? [
        'DIRECTION',
        `this one leads from ${found.from_standard} to ${found.to_standard}: the reverse is a claim of its own`,
      ]
    : ['OTHER_STANDARD', `this one leads to ${found.to_standard}, which is not asked for`];
}
