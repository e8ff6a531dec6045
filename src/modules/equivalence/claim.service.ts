import type { WriteSession } from '../../database/boundTransaction';
import { checkText } from '../../kernel/identifiers/text';
import { IssueList } from '../../kernel/issues';
import { groundMask } from '../../policy/grounds';
import { refuseCommercialText } from '../demands';
import { knownStandards, reachOf, WHOLE_STANDARD } from '../reference';
import {
  insertFact,
  notFound,
  type Operation,
  pointedTo,
  recordStep,
  refuseInterested,
  stateError,
  stepOf,
} from '../graph';
import { ClaimAction, type FileClaimInput, type MoveClaimInput } from './claim.view';

const MACHINE = 'EQUIVALENCE_CLAIM';
const SECRETARIAT = groundMask(['SECRETARIAT']);
const BODY = groundMask(['BODY', 'BODY_COMPETITOR']);
const NEEDS_REASON: readonly ClaimAction[] = [
  ClaimAction.RETURN,
  ClaimAction.REJECT,
  ClaimAction.CHALLENGE,
  ClaimAction.REVOKE,
];

interface ClaimRow {
  id: string;
  claimant_no: number;
  state: string;
  prior_state: string | null;
  gaps: string[];
}

/** A member proposes that one version covers a requirement of another: one way, with its gaps. */
export async function fileClaim(operation: Operation, input: FileClaimInput): Promise<{ id: string }> {
  const issues = new IssueList();
  await checkClaim(operation, input, issues);
  issues.throwIfAny();
  return operation.write(
    { name: 'fileEquivalenceClaim', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const from = await version(session, input.fromVersion, 'fromVersion');
      const to = await version(session, input.toVersion, 'toVersion');
      const me = operation.viewer.organisationNo;
      const previous = input.previousClaim == null ? null : await outdated(operation, session, input.previousClaim);
      const id = await insertFact(session, 'equivalence_claim', {
        unit_no: me,
        owner_no: me,
        contributor_no: me,
        tier: 1,
        sensitivity: 0,
        data_class: 2,
        claimant_no: me,
        from_standard: from.standard_id,
        from_version: from.label,
        from_reference: input.fromReference,
        to_standard: to.standard_id,
        to_version: to.label,
        to_reference: input.toReference,
        topic_id: input.topic ?? null,
        degree: input.degree,
        scope_note: input.scope,
        gaps: input.gaps,
        evidence: JSON.stringify(input.evidence),
        state: 'FILED',
        previous_claim_id: previous,
      });
      await recordStep(operation, session, {
        machine: MACHINE,
        subjectId: id,
        from: null,
        action: 'file',
        to: 'FILED',
      });
      return { id };
    },
  );
}

async function checkClaim(operation: Operation, input: FileClaimInput, issues: IssueList): Promise<void> {
  const { requirements } = await knownStandards(operation);
  const [toStandard = ''] = input.toVersion.split('/');
  const reach = reachOf({ toStandard, toReference: input.toReference, topic: input.topic ?? null }, requirements);
  if (reach !== 'WHOLE' && reach.size === 0)
    issues.add(['input', 'toReference'], 'UNKNOWN', `name a requirement of the catalogue, or: ${WHOLE_STANDARD}`);
  if (!['FULL', 'PARTIAL'].includes(input.degree)) issues.add(['input', 'degree'], 'UNKNOWN', 'use FULL or PARTIAL');
  if (input.degree === 'FULL' && input.gaps.length > 0)
    issues.add(['input', 'gaps'], 'FULL_HAS_NO_GAPS', 'with gaps it is PARTIAL');
  if (input.degree === 'PARTIAL' && input.gaps.length === 0)
    issues.add(['input', 'gaps'], 'REQUIRED', 'list what is not covered');
  if (input.fromVersion === input.toVersion)
    issues.add(['input', 'toVersion'], 'SAME', 'a version needs no equivalence with itself');
  if (input.evidence.length === 0) issues.add(['input', 'evidence'], 'REQUIRED', 'give the hash of what shows it');
  input.evidence.forEach((hash, index) => {
    if (!/^[0-9a-f]{64}$/.test(hash))
      issues.add(['input', 'evidence', index], 'FORMAT', 'give a SHA-256 as 64 lower-case hex digits');
  });
  const texts = [
    ['scope', input.scope],
    ['fromReference', input.fromReference],
    ['toReference', input.toReference],
  ] as const;
  for (const [field, text] of texts) {
    const checked = checkText(text);
    if (!checked.ok) issues.add(['input', field], checked.error.code, checked.error.hint);
  }
  issues.throwIfAny();
  // The alliance reads a claim, and everybody from its consultation on.
  refuseCommercialText(
    [
      ...texts.map(([field, text]) => ({ path: ['input', field], text })),
      ...input.gaps.map((text, index) => ({ path: ['input', 'gaps', index], text })),
    ],
    'a claim may speak of standards only',
  );
}

async function version(
  session: WriteSession,
  code: string,
  field: string,
): Promise<{ standard_id: string; label: string }> {
  const [row] = await session.query<{ standard_id: string; label: string }>(
    `select standard_id, label from reference.standard_version where standard_id || '/' || label = $1`,
    [code],
  );
  if (row !== undefined) return row;
  const issues = new IssueList();
  issues.add(['input', field], 'UNKNOWN', 'name a version of the catalogue, such as IRMA/1.0');
  issues.throwIfAny();
  throw notFound(['input', field]);
}

async function outdated(operation: Operation, session: WriteSession, id: string): Promise<string> {
  const row = await locked(operation, session, id, 'previousClaim');
  stepOf(operation, MACHINE, row.state, 'refile', ['ANY_MEMBER']);
  return row.id;
}

/** Screens, returns, recommends, decides, challenges or withdraws; approved by a decision of the governing body only. */
export function moveClaim(operation: Operation, input: MoveClaimInput): Promise<{ id: string }> {
  const issues = new IssueList();
  if (NEEDS_REASON.includes(input.action) && input.reason == null)
    issues.add(['input', 'reason'], 'REQUIRED', 'say why');
  issues.throwIfAny();
  const { action } = input;
  return operation.write(
    { name: 'moveEquivalenceClaim', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const row = await locked(operation, session, input.claim, 'claim');
      await refuseInterested(operation, session, [row.claimant_no]);
      const history = row.prior_state === null ? [] : [row.prior_state];
      const { to } = stepOf(operation, MACHINE, row.state, action, partsOf(operation, row), { history });
      // Refiling an outdated claim makes a new one: fileEquivalenceClaim with previousClaim.
      if (row.state === 'OUTDATED') throw stateError('file a new claim that names this one as the previous');
      const changes = await changesOf(operation, session, row, input);
      await session.query('select vault.move_claim($1, $2, $3, $4)', [row.id, action, to, JSON.stringify(changes)]);
      await recordStep(operation, session, {
        machine: MACHINE,
        subjectId: row.id,
        from: row.state,
        action,
        to,
        reason: input.reason,
      });
      return { id: row.id };
    },
  );
}

async function changesOf(
  operation: Operation,
  session: WriteSession,
  row: ClaimRow,
  input: MoveClaimInput,
): Promise<Record<string, unknown>> {
  const gaps = input.gaps ?? row.gaps;
  switch (input.action) {
    case ClaimAction.RECOMMEND:
      return { gaps };
    case ClaimAction.APPROVE_FULL:
    case ClaimAction.APPROVE_PARTIAL: {
      const isFull = input.action === ClaimAction.APPROVE_FULL;
      if (isFull === gaps.length > 0)
        throw stateError(isFull ? 'with gaps it is approved in part' : 'a partial one lists its gaps');
      const decision = await adopted(operation, session, input.decision);
      return { gaps, degree: isFull ? 'FULL' : 'PARTIAL', decision_id: decision };
    }
    case ClaimAction.CHALLENGE:
      return { prior_state: row.state };
    case ClaimAction.SCREEN:
    case ClaimAction.RETURN:
    case ClaimAction.REFILE:
    case ClaimAction.REJECT:
    case ClaimAction.CONFIRM:
    case ClaimAction.REVOKE:
    case ClaimAction.WITHDRAW:
      return {};
  }
}

async function adopted(operation: Operation, session: WriteSession, decision: string | undefined): Promise<string> {
  const id = decision == null ? null : operation.decodeId(decision, 'decision');
  const [row] = await session.query<{ id: string }>(
    `select id from policy.decisions() where id = $1 and state in ('ADOPTED', 'PUBLISHED')`,
    [id],
  );
  if (row === undefined)
    throw stateError('an equivalence is approved by a published decision only', 'name the decision');
  return row.id;
}

/** The panel sits within the governing body; ANY_MEMBER is whoever acts for an organisation. */
function partsOf(operation: Operation, row: ClaimRow): string[] {
  const { may, organisationNo } = operation.viewer;
  return [
    'ANY_MEMBER',
    ...(organisationNo === row.claimant_no ? ['CLAIMANT'] : []),
    ...((may & SECRETARIAT) !== 0 ? ['SECRETARIAT'] : []),
    ...((may & BODY) !== 0 ? ['EQUIVALENCE_PANEL', 'GOVERNING_BODY'] : []),
  ];
}

async function locked(operation: Operation, session: WriteSession, id: string, field: string): Promise<ClaimRow> {
  const claim = operation.decodeId(id, 'claim');
  // Whoever acts for an organisation may challenge a claim, but only one that it may know of: a hidden one is a missing one.
  const [known] = await session.query<{ id: string }>(
    `select id from ${pointedTo('disclosed.equivalence_claim', '$1')} v where id = $1`,
    [claim],
  );
  if (known === undefined) throw notFound(['input', field]);
  const [row] = await session.query<ClaimRow & Record<string, unknown>>('select * from vault.lock_claim($1)', [claim]);
  if (row === undefined) throw notFound(['input', field]);
  return row;
}
