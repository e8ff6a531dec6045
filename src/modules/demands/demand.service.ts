import type { WriteSession } from '../../database/boundTransaction';
import { IssueList } from '../../kernel/issues';
import { DATA_CLASSES, SENSITIVITIES, TIERS } from '../../policy/cells';
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
import { type KnownStandards, knownStandards, knownStandardsIn } from '../reference';
import { valueChainSettings } from '../valueChain';
import {
  checkDeadline,
  checkDemand,
  checkTexts,
  type DeadlineContext,
  isStricter,
  type Strictness,
} from './checkDemand';
import { DemandAction, type DemandInput, type MoveDemandInput } from './demand.input';
import { refuseCommercialText } from './screening';

export const DEMAND_MACHINE = 'DEMAND';
export const ISSUER = 'DEMAND_ISSUER';

export interface DemandRow extends Strictness {
  id: string;
  owner_no: number;
  state: string;
  title: string;
  indicator_id: string | null;
  accepts_equivalents: boolean;
  legal_basis: string;
  cascade: string;
  unit: string | null;
  minerals: string[];
  stages: string[];
  jurisdictions: string[];
  terms_version: number;
  recipients: number[];
}

export function deadlineContext(operation: Operation): DeadlineContext {
  return { deadlineDaysMin: valueChainSettings().demandDeadlineDaysMin, today: operation.services.today() };
}

/** A draft: its issuer's alone. */
export async function createDemand(operation: Operation, input: DemandInput): Promise<{ id: string }> {
  checkWhole(operation, input, await knownStandards(operation));
  return operation.write({ name: 'createDemand', clientKey: input.clientKey ?? null, input }, (session) =>
    draft(operation, session, input),
  );
}

/** Drafts and issues at once; every recipient gets an answer of its own to fill in. */
export async function issueDemand(operation: Operation, input: DemandInput): Promise<{ id: string }> {
  checkWhole(operation, input, await knownStandards(operation));
  return operation.write({ name: 'issueDemand', clientKey: input.clientKey ?? null, input }, async (session) => {
    const { id } = await draft(operation, session, input);
    await issue(operation, session, id);
    return { id };
  });
}

export function checkWhole(operation: Operation, input: DemandInput, known: KnownStandards): void {
  const issues = new IssueList();
  const { catalogue } = operation.services;
  checkDemand(input, { ...deadlineContext(operation), catalogue, known }, issues);
  issues.throwIfAny();
  refuseCommercialText([
    { path: ['input', 'title'], text: input.title },
    { path: ['input', 'text'], text: input.text },
  ]);
}

async function draft(operation: Operation, session: WriteSession, input: DemandInput): Promise<{ id: string }> {
  const issuer = await memberInGoodStanding(operation, session);
  const recipients = await relatedRecipients(operation, session, input.recipients);
  await refuseInterested(operation, session, recipients);
  const id = await insertFact(session, 'demand', demandRow(operation, issuer, recipients, input));
  const { to } = stepOf(operation, DEMAND_MACHINE, null, 'create', [ISSUER]);
  await recordStep(operation, session, { machine: DEMAND_MACHINE, subjectId: id, from: null, action: 'create', to });
  return { id };
}

export async function memberInGoodStanding(operation: Operation, session: WriteSession): Promise<string> {
  const [row] = await session.query<{ id: string; standing: string | null }>(
    'select id, standing from disclosed.organisation where unit_no = $1 and is_member',
    [operation.viewer.organisationNo],
  );
  if (row === undefined) throw notFound(['input']);
  if (row.standing !== 'GOOD') throw stateError('a demand is issued by a member in good standing');
  return row.id;
}

/** Whom the issuer does not trade with is not found, as is whoever does not exist. */
export async function relatedRecipients(
  operation: Operation,
  session: WriteSession,
  ids: readonly string[],
): Promise<number[]> {
  const found: number[] = [];
  for (const [index, id] of ids.entries()) {
    const [row] = await session.query<{ unit_no: number }>(
      `select unit_no from ${pointedTo('disclosed.organisation', '$1')} v where id = $1 and vault.trades_with(unit_no)`,
      [operation.decodeId(id, 'member')],
    );
    if (row === undefined) throw notFound(['input', 'recipients', index]);
    found.push(row.unit_no);
  }
  return found;
}

export function demandRow(
  operation: Operation,
  issuer: string,
  recipients: number[],
  input: DemandInput,
): Record<string, unknown> {
  const me = operation.viewer.organisationNo;
  const { requirement } = input;
  const indicator = operation.services.catalogue.indicators.find((row) => row.indicatorId === requirement.indicator);
  return {
    unit_no: me,
    owner_no: me,
    contributor_no: me,
    tier: TIERS.indexOf('OWNER_ONLY'),
    sensitivity: SENSITIVITIES.indexOf('COUNTERPARTY'),
    data_class: DATA_CLASSES.indexOf('DEMAND'),
    issuer_id: issuer,
    state: 'DRAFT',
    title:
      input.title ??
      `${requirement.standard ?? requirement.indicator ?? ''} ${requirement.minLevel ?? requirement.comparator ?? ''}`.trim(),
    standard_id: requirement.standard ?? null,
    min_level: requirement.minLevel ?? null,
    indicator_id: requirement.indicator ?? null,
    comparator: requirement.comparator ?? null,
    threshold: requirement.threshold ?? null,
    unit: requirement.unit ?? indicator?.unit ?? null,
    topic_id: requirement.topic ?? null,
    min_assurance: input.minAssurance ?? null,
    accepts_equivalents: input.acceptsEquivalents,
    legal_basis: input.legalBasis,
    cascade: input.cascade,
    deadline: input.deadline,
    minerals: input.minerals,
    stages: input.stages,
    jurisdictions: input.jurisdictions,
    body: input.text ?? null,
    recipients,
  };
}

/** Issue, delete, withdraw, supersede or close; whatever is not listed is STATE. */
export function moveDemand(operation: Operation, input: MoveDemandInput): Promise<{ id: string }> {
  const issues = new IssueList();
  if (input.action === DemandAction.WITHDRAW && input.reason == null)
    issues.add(['input', 'reason'], 'REQUIRED', 'say why');
  if (input.action === DemandAction.SUPERSEDE && input.successor == null) {
    issues.add(['input', 'successor'], 'REQUIRED', 'name the demand that takes its place');
  }
  checkTexts([[['input', 'reason'], input.reason]], issues);
  issues.throwIfAny();
  refuseCommercialText([{ path: ['input', 'reason'], text: input.reason }]);
  return operation.write({ name: 'moveDemand', clientKey: input.clientKey ?? null, input }, async (session) => {
    const id = operation.decodeId(input.demand, 'demand');
    const row = await lockedDemand(session, id, 'demand');
    await refuseInterested(operation, session, row.recipients);
    if (input.action === DemandAction.ISSUE) await issue(operation, session, row.id);
    else await take(operation, session, row, input);
    return { id: row.id };
  });
}

export async function issue(operation: Operation, session: WriteSession, id: string): Promise<void> {
  const row = await lockedDemand(session, id, 'demand');
  const { to } = stepOf(operation, DEMAND_MACHINE, row.state, 'issue', [ISSUER]);
  const issues = new IssueList();
  checkDeadline(row.deadline, ['input', 'deadline'], deadlineContext(operation), issues);
  issues.throwIfAny();
  for (const recipient of row.recipients) {
    const [trade] = await session.query<{ trades: boolean }>('select vault.trades_with($1) as trades', [recipient]);
    if (trade?.trades !== true) throw notFound(['input', 'recipients']);
  }
  await move(session, row.id, { state: to, issued_on: operation.services.today() });
  await session.query('select vault.open_responses($1)', [row.id]);
  await recordStep(operation, session, {
    machine: DEMAND_MACHINE,
    subjectId: row.id,
    from: row.state,
    action: 'issue',
    to,
  });
}

async function take(
  operation: Operation,
  session: WriteSession,
  row: DemandRow,
  input: MoveDemandInput,
): Promise<void> {
  const { to } = stepOf(operation, DEMAND_MACHINE, row.state, input.action, [ISSUER]);
  switch (input.action) {
    case DemandAction.ISSUE:
      break;
    case DemandAction.DELETE:
      await move(session, row.id, { withdrawn_at: new Date() });
      break;
    case DemandAction.WITHDRAW:
      await session.query('select vault.void_responses($1)', [row.id]);
      await move(session, row.id, { state: to, reason: input.reason });
      break;
    case DemandAction.CLOSE:
      await requireSettled(operation, session, row.id);
      await move(session, row.id, { state: to });
      break;
    case DemandAction.SUPERSEDE:
      await supersede(operation, session, row, input, to);
  }
  const reason = input.reason ?? null;
  await recordStep(operation, session, {
    machine: DEMAND_MACHINE,
    subjectId: row.id,
    from: row.state,
    action: input.action,
    to,
    reason,
  });
}

async function requireSettled(operation: Operation, session: WriteSession, id: string): Promise<void> {
  const [row] = await session.query<{ settled: boolean }>('select vault.responses_settled($1, $2) as settled', [
    id,
    operation.services.today(),
  ]);
  if (row?.settled !== true)
    throw stateError('answers are open and their deadline has not passed', 'wait, or withdraw it');
}

async function supersede(
  operation: Operation,
  session: WriteSession,
  row: DemandRow,
  input: MoveDemandInput,
  to: string | null,
): Promise<void> {
  const successor = await lockedDemand(session, operation.decodeId(input.successor ?? '', 'demand'), 'successor');
  if (successor.id === row.id || successor.state !== 'ISSUED')
    throw stateError('the successor is another demand of yours that is issued');
  const stricter = isStricter(successor, row, await knownStandardsIn(session));
  await session.query('select vault.carry_responses($1, $2, $3)', [row.id, successor.id, stricter]);
  await move(session, row.id, { state: to, superseded_by: successor.id });
}

export async function lockedDemand(session: WriteSession, id: string | null, field: string): Promise<DemandRow> {
  const [row] = await session.query<DemandRow & Record<string, unknown>>('select * from vault.lock_demand($1)', [id]);
  if (row === undefined) throw notFound(['input', field]);
  return row;
}

export async function move(session: WriteSession, id: string, changes: Record<string, unknown>): Promise<void> {
  await session.query('select vault.move_demand($1, $2)', [id, JSON.stringify(changes)]);
}
