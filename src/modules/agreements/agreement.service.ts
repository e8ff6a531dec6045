import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { DATA_CLASSES, SENSITIVITIES, TIERS } from '../../policy/cells';
import { groundMask } from '../../policy/grounds';
import { insertFact, notFound, recordStep, refuseInterested, stateError, stepOf, type Operation } from '../graph';
import type {
  AgreementTermsInput,
  ChangeAgreementTermsInput,
  MoveAgreementInput,
  ProposeAgreementInput,
} from './agreement.input';
import { AgreementAction } from './agreement.input';
import { checkTerms, type CheckedTerms } from './checkTerms';

const MACHINE = 'DATA_SHARING_AGREEMENT';
const COMPETITOR = groundMask(['PARTY_COMPETITOR']);

interface AgreementRow {
  id: string;
  unit_no: number;
  owner_no: number;
  partner_no: number;
  proposer_no: number;
  state: string;
  prior_state: string | null;
  signed_by: number[];
  mutual: boolean;
  needs_clearance: boolean;
  cleared: boolean;
  suspended_by_counsel: boolean;
  suspended_by: number | null;
  data_classes: string[];
  terms_version: number;
  pending_action: string | null;
  pending_by: number[];
  pending_terms: Record<string, unknown> | null;
}

/** @throws DomainError VALIDATION; NOT_FOUND for an unknown receiver; COMPETITOR_CSI for CSI or CONDITIONAL rows between competitors */
export function proposeAgreement(operation: Operation, input: ProposeAgreementInput): Promise<{ id: string }> {
  const checked = checkedTerms(operation, input.terms);
  return operation.write({ name: 'proposeAgreement', clientKey: input.clientKey ?? null, input }, async (session) => {
    const provider = await organisation(session, { unitNo: operation.viewer.organisationNo });
    const receiver = await organisation(session, { id: operation.decodeId(input.receiver, 'member') });
    if (provider === null) throw notFound(['input']);
    if (receiver === null || receiver.unitNo === provider.unitNo) throw notFound(['input', 'receiver']);
    await refuseInterested(operation, session, [receiver.unitNo]);
    const competitors = await areCompetitors(session, receiver.unitNo);
    refuseBetweenCompetitors(checked, competitors);
    const terms = await storedTerms(operation, session, input.terms, provider.unitNo);
    const id = await insertFact(session, 'agreement', {
      unit_no: provider.unitNo,
      owner_no: provider.unitNo,
      contributor_no: provider.unitNo,
      tier: TIERS.indexOf('ADDRESSED'),
      sensitivity: SENSITIVITIES.indexOf('COUNTERPARTY'),
      data_class: DATA_CLASSES.indexOf('LINK'),
      partner_no: receiver.unitNo,
      partner_id: receiver.id,
      proposer_no: provider.unitNo,
      state: 'PROPOSED',
      needs_clearance: competitors || checked.needsCounsel,
      ...terms,
    });
    await record(operation, session, id, null, 'propose', 'PROPOSED', null);
    return { id };
  });
}

/** New terms by the other party: version + 1, earlier signatures and clearance void. */
export function counterAgreement(operation: Operation, input: ChangeAgreementTermsInput): Promise<{ id: string }> {
  const checked = checkedTerms(operation, input.terms);
  return operation.write({ name: 'counterAgreement', clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await locked(operation, session, input.agreement);
    await refuseInterested(operation, session, [row.owner_no, row.partner_no]);
    const to = step(operation, row, 'counter');
    const competitors = await areCompetitors(session, otherParty(operation, row));
    refuseBetweenCompetitors(checked, competitors);
    const terms = await storedTerms(operation, session, input.terms, row.owner_no);
    await move(session, row.id, {
      ...terms,
      state: to,
      proposer_no: operation.viewer.organisationNo,
      terms_version: row.terms_version + 1,
      signed_by: [],
      cleared: false,
      needs_clearance: competitors || checked.needsCounsel,
    });
    await record(operation, session, row.id, row.state, 'counter', to, null);
    return { id: row.id };
  });
}

/**
 * A further term: the first party asks, the other one asks for the same, and it runs on without a gap. Where counsel had to
 * clear the agreement, it is proposed and cleared anew instead.
 */
export function renewAgreement(operation: Operation, input: ChangeAgreementTermsInput): Promise<{ id: string }> {
  const checked = checkedTerms(operation, input.terms);
  return operation.write({ name: 'renewAgreement', clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await locked(operation, session, input.agreement);
    await refuseInterested(operation, session, [row.owner_no, row.partner_no]);
    const to = step(operation, row, 'renew');
    if (row.needs_clearance || checked.needsCounsel) {
      throw stateError('counsel clears this again', 'propose a new agreement and have it cleared');
    }
    const terms = await storedTerms(operation, session, input.terms, row.owner_no);
    const self = operation.viewer.organisationNo ?? 0;
    const isAnswer =
      row.pending_action === 'renew' && !row.pending_by.includes(self) && sameTerms(row.pending_terms, terms);
    const changes = isAnswer
      ? {
          ...terms,
          state: to,
          terms_version: row.terms_version + 1,
          pending_action: null,
          pending_by: [],
          pending_terms: null,
        }
      : { pending_action: 'renew', pending_by: [self], pending_terms: terms };
    await move(session, row.id, changes);
    await record(operation, session, row.id, row.state, 'renew', to, isAnswer ? 'both parties' : 'asked by one party');
    return { id: row.id };
  });
}

/** Any step that needs no new terms. */
export function moveAgreement(operation: Operation, input: MoveAgreementInput): Promise<{ id: string }> {
  return operation.write({ name: 'moveAgreement', clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await locked(operation, session, input.agreement);
    await refuseInterested(operation, session, [row.owner_no, row.partner_no]);
    const to = step(operation, row, input.action);
    const changes = await changesOf(operation, session, row, input, to);
    await move(session, row.id, changes);
    const reached = typeof changes.state === 'string' ? changes.state : row.state;
    await record(operation, session, row.id, row.state, input.action, reached, input.reason ?? null);
    return { id: row.id };
  });
}

async function changesOf(
  operation: Operation,
  session: WriteSession,
  row: AgreementRow,
  input: MoveAgreementInput,
  to: string,
): Promise<Record<string, unknown>> {
  const self = operation.viewer.organisationNo;
  switch (input.action) {
    case AgreementAction.COUNSEL_CLEAR:
      return { state: to, prior_state: row.state, cleared: true };
    case AgreementAction.SIGN:
      return sign(operation, session, row, to);
    case AgreementAction.SUSPEND:
      return { state: to, prior_state: row.state, suspended_by: self, suspended_by_counsel: isCounsel(operation, row) };
    case AgreementAction.RESUME:
      return resume(operation, row, to);
    case AgreementAction.CONFIRM_DISPOSAL:
      requireReason(input, 'give the signed statement of disposal');
      return { state: to, prior_state: row.state, disposal_statement: input.reason };
    case AgreementAction.REFUSE:
    case AgreementAction.TERMINATE:
      return { state: to, prior_state: row.state };
  }
}

/** The second signature makes it active, where the phase admits each class; from that commit on its grants hold. */
async function sign(
  operation: Operation,
  session: WriteSession,
  row: AgreementRow,
  to: string,
): Promise<Record<string, unknown>> {
  const self = operation.viewer.organisationNo ?? 0;
  if (row.needs_clearance && !row.cleared) {
    throw new DomainError('CONSENT_MISSING', 'counsel clears this agreement before anybody signs it', {
      rule: 'agreement.clearance',
      next: 'ask competition counsel to clear it',
    });
  }
  if (row.signed_by.includes(self)) throw stateError('you signed already; the other party signs next');
  if (to !== 'ACTIVE') return { state: to, prior_state: row.state, signed_by: [...row.signed_by, self] };
  const [gate] = await session.query<{ closed: string[] }>(
    `select coalesce(array_agg(c.code), '{}') as closed from unnest($1::text[]) as c(code)
     where ((select policy.gates())[array_position($2::text[], c.code)] & $3) = 0`,
    [row.data_classes, DATA_CLASSES, groundMask(['GRANT', 'PARTY'])],
  );
  const closed = gate?.closed ?? row.data_classes;
  if (closed.length > 0) {
    throw new DomainError('PHASE_GATE', `the initiative has not come far enough for ${closed.join(', ')}`, {
      rule: 'phase',
      next: 'leave these classes out, or wait for the governing body to move the initiative on',
    });
  }
  return {
    state: to,
    prior_state: row.state,
    signed_by: [...row.signed_by, self],
    activated_at: new Date().toISOString(),
  };
}

/** Both parties resume, one after the other; counsel agrees where counsel suspended. */
function resume(operation: Operation, row: AgreementRow, to: string): Record<string, unknown> {
  const self = operation.viewer.organisationNo ?? 0;
  const before = row.pending_action === 'resume' ? row.pending_by : [];
  const byCounsel = isCounsel(operation, row);
  const willing = byCounsel ? before : [...new Set([...before, self])];
  const held = row.suspended_by_counsel && !byCounsel;
  const everybody = [row.owner_no, row.partner_no].every((party) => willing.includes(party));
  const asked = { pending_action: 'resume', pending_by: willing, suspended_by_counsel: held };
  if (!everybody || held) return asked;
  return {
    state: to,
    prior_state: row.state,
    pending_action: null,
    pending_by: [],
    suspended_by: null,
    suspended_by_counsel: false,
  };
}

/** The state that the machine gives for this viewer's part in the agreement; anything not listed is STATE. */
function step(operation: Operation, row: AgreementRow, action: string): string {
  const { to } = stepOf(operation, MACHINE, row.state, action, actors(operation, row));
  if (to === null) throw stateError('an agreement is never deleted');
  return to;
}

function actors(operation: Operation, row: AgreementRow): string[] {
  const self = operation.viewer.organisationNo;
  const isParty = self === row.owner_no || self === row.partner_no;
  // Counsel's part in a resumption is its agreement, where counsel suspended.
  const counsel = ['COMPETITION_COUNSEL', ...(row.suspended_by_counsel ? ['BOTH_PARTIES'] : [])];
  if (!isParty) return isCounsel(operation, row) ? counsel : [];
  const isReceiver = self === row.partner_no || row.mutual;
  // A signature that is still missing is the other party's, whoever proposed.
  const isOther = row.state === 'SIGNED_ONE' ? !row.signed_by.includes(self) : self !== row.proposer_no;
  return [
    'EITHER_PARTY',
    'BOTH_PARTIES',
    ...(isOther ? ['OTHER_PARTY'] : []),
    ...(isReceiver ? ['RECEIVING_PARTY'] : []),
  ];
}

function isCounsel(operation: Operation, row: AgreementRow): boolean {
  const self = operation.viewer.organisationNo;
  return operation.viewer.roles.includes('COMPETITION_COUNSEL') && self !== row.owner_no && self !== row.partner_no;
}

function otherParty(operation: Operation, row: AgreementRow): number {
  return operation.viewer.organisationNo === row.owner_no ? row.partner_no : row.owner_no;
}

function requireReason(input: MoveAgreementInput, hint: string): void {
  const issues = new IssueList();
  if (!input.reason) issues.add(['input', 'reason'], 'REQUIRED', hint);
  issues.throwIfAny();
}

async function locked(operation: Operation, session: WriteSession, id: string): Promise<AgreementRow> {
  const [row] = await session.query<AgreementRow & Record<string, unknown>>('select * from vault.lock_agreement($1)', [
    operation.decodeId(id, 'agreement'),
  ]);
  if (row === undefined) throw notFound(['input', 'agreement']);
  return row;
}

async function move(session: WriteSession, id: string, changes: Record<string, unknown>): Promise<void> {
  await session.query('select vault.move_agreement($1, $2)', [id, JSON.stringify(changes)]);
}

function record(
  operation: Operation,
  session: WriteSession,
  id: string,
  from: string | null,
  action: string,
  to: string,
  reason: string | null,
): Promise<void> {
  return recordStep(operation, session, { machine: MACHINE, subjectId: id, from, action, to, reason });
}

function checkedTerms(operation: Operation, terms: AgreementTermsInput): CheckedTerms {
  const { catalogue, catalogueLaw, classification, purposes } = operation.services;
  const issues = new IssueList();
  const context = { catalogue, law: catalogueLaw, classification, purposes: new Set(purposes.keys()) };
  const checked = checkTerms(terms, context, issues);
  issues.throwIfAny();
  return checked;
}

function refuseBetweenCompetitors(checked: CheckedTerms, competitors: boolean): void {
  if (!competitors || !checked.closedBetweenCompetitors) return;
  throw new DomainError(
    'COMPETITOR_CSI',
    'no agreement opens competitively sensitive or conditional figures between competitors',
    {
      rule: 'competitors.no-csi',
      next: 'leave these fields out, or use the released statistic',
    },
  );
}

async function areCompetitors(session: WriteSession, unitNo: number): Promise<boolean> {
  const [row] = await session.query<{ mask: number | null }>('select (select policy.grounds())[$1::int] as mask', [
    unitNo,
  ]);
  // No ground at all towards the other party is the doubtful case, and doubt counts as competition.
  return row?.mask === null || row === undefined || (row.mask & COMPETITOR) !== 0;
}

async function organisation(
  session: WriteSession,
  key: { unitNo: number | null } | { id: string | null },
): Promise<{ id: string; unitNo: number } | null> {
  const [column, value] = 'id' in key ? ['id', key.id] : ['unit_no', key.unitNo];
  const [row] = await session.query<{ id: string; unitNo: number }>(
    `select id, unit_no as "unitNo" from disclosed.organisation where ${column} = $1 and is_member`,
    [value],
  );
  return row ?? null;
}

/** The columns of the terms; sites are the provider's own. */
async function storedTerms(
  operation: Operation,
  session: WriteSession,
  terms: AgreementTermsInput,
  provider: number,
): Promise<Record<string, unknown>> {
  const siteIds = (terms.sites ?? []).map((site) => operation.decodeId(site, 'site'));
  const rows = await session.query<{ unit_no: number }>(
    'select unit_no from disclosed.site where id = any($1::uuid[]) and owner_no = $2',
    [siteIds.filter((id) => id !== null), provider],
  );
  if (rows.length !== siteIds.length) throw notFound(['input', 'terms', 'sites']);
  return {
    purpose: terms.purpose,
    data_classes: terms.dataClasses,
    fields: terms.fields,
    unit_nos: rows.map((row) => row.unit_no),
    mutual: terms.mutual,
    starts_on: terms.startsOn,
    ends_on: terms.endsOn,
    deletion_rule: terms.deletionRule,
  };
}

function sameTerms(asked: Record<string, unknown> | null, terms: Record<string, unknown>): boolean {
  const inOrder = (value: Record<string, unknown>): string =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return asked !== null && inOrder(asked) === inOrder(terms);
}
