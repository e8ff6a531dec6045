import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { notFound, type Operation, recordStep, refuseInterested, stepOf } from '../graph';
import { checkEndDate, textOf, TRACED_EVIDENCE } from './checkLink';
import {
  AUDIENCES,
  type ConsentLinkInput,
  type EndLinkInput,
  FORMS,
  LinkAnswerForm,
  LinkAudience,
  type LinkStepInput,
} from './link.input';
import { addEvidence, LINK_MACHINE } from './link.service';
import { valueChainSettings } from './settings';

interface LinkRow {
  id: string;
  unit_no: number;
  owner_no: number;
  customer_owner_no: number;
  asserted_by_no: number;
  state: string;
  supplier_audience: number;
  customer_audience: number;
  supplier_distance: number;
  customer_distance: number;
  supplier_form: number;
  customer_form: number;
  supplier_opaque: boolean;
  customer_opaque: boolean;
  pending_settlement_by: number[];
}

interface LinkStep {
  readonly name: string;
  readonly action: string;
  readonly input: { clientKey?: string; link: string; reason?: string };
  /** What else changes; null: nothing yet, and the state stays. */
  changes(
    row: LinkRow,
    session: WriteSession,
  ): Promise<Record<string, unknown> | null> | Record<string, unknown> | null;
  /** What is written down while the state stays. */
  pending?(row: LinkRow): Record<string, unknown>;
}

/** Locks the link, checks interests, walks the machine, stores and records; STATE for whatever is not listed. */
function takeStep(operation: Operation, step: LinkStep): Promise<{ id: string }> {
  const { name, action, input } = step;
  return operation.write({ name, clientKey: input.clientKey ?? null, input }, async (session) => {
    const row = await locked(operation, session, input.link);
    await refuseInterested(operation, session, [row.owner_no, row.customer_owner_no]);
    const { to } = stepOf(operation, LINK_MACHINE, row.state, action, partsOf(operation, row));
    const changes = await step.changes(row, session);
    if (changes === null) {
      await move(session, row.id, step.pending?.(row) ?? {});
      return { id: row.id };
    }
    await move(session, row.id, { ...changes, state: to });
    const reason = input.reason ?? null;
    await recordStep(operation, session, {
      machine: LINK_MACHINE,
      subjectId: row.id,
      from: row.state,
      action,
      to,
      reason,
    });
    return { id: row.id };
  });
}

/** The other end says that it is so. */
export function confirmLink(operation: Operation, input: LinkStepInput): Promise<{ id: string }> {
  const { linkConfidenceConfirmed, linkConfidenceTraced } = valueChainSettings();
  return takeStep(operation, {
    name: 'confirmLink',
    action: 'confirm',
    input,
    changes: async (row, session) => {
      await addEvidence(operation, session, row, input.evidence ?? []);
      const traced = await session.query(
        'select id from disclosed.link_evidence where link_id = $1 and type = $2 limit 1',
        [row.id, TRACED_EVIDENCE],
      );
      return traced.length > 0
        ? { confidence: linkConfidenceTraced, confidence_basis: 'THIRD_PARTY_TRACED', confirmed_at: new Date() }
        : { confidence: linkConfidenceConfirmed, confidence_basis: 'TWO_SIDED', confirmed_at: new Date() };
    },
  });
}

/** The other end says that it is not so, and why. */
export function disputeLink(operation: Operation, input: LinkStepInput): Promise<{ id: string }> {
  const issues = new IssueList();
  if (input.reason == null) issues.add(['input', 'reason'], 'REQUIRED', 'say what is wrong with the assertion');
  textOf(issues, ['input', 'reason'], input.reason);
  issues.throwIfAny();
  const changes = () => ({ reason: input.reason, disputed_at: new Date() });
  return takeStep(operation, { name: 'disputeLink', action: 'dispute', input, changes });
}

/** Both ends, one after the other, put a dispute aside. */
export function settleLink(operation: Operation, input: LinkStepInput): Promise<{ id: string }> {
  const { linkConfidenceConfirmed } = valueChainSettings();
  const willing = (row: LinkRow): number[] => [
    ...new Set([...row.pending_settlement_by, operation.viewer.organisationNo ?? 0]),
  ];
  return takeStep(operation, {
    name: 'settleLink',
    action: 'settle',
    input,
    changes: (row) =>
      [row.owner_no, row.customer_owner_no].every((end) => willing(row).includes(end))
        ? {
            pending_settlement_by: [],
            confidence: linkConfidenceConfirmed,
            confidence_basis: 'TWO_SIDED',
            confirmed_at: new Date(),
          }
        : null,
    pending: (row) => ({ pending_settlement_by: willing(row) }),
  });
}

export function retractLink(operation: Operation, input: LinkStepInput): Promise<{ id: string }> {
  return takeStep(operation, { name: 'retractLink', action: 'retract', input, changes: () => ({}) });
}

export function endLink(operation: Operation, input: EndLinkInput): Promise<{ id: string }> {
  const issues = new IssueList();
  checkEndDate(input.endedOn, operation.services.today(), issues);
  issues.throwIfAny();
  return takeStep(operation, { name: 'endLink', action: 'end', input, changes: () => ({ ended_on: input.endedOn }) });
}

/** One end's consent; once both consent beyond themselves, the link is disclosed as far as the narrower of them. */
export function consentLink(operation: Operation, input: ConsentLinkInput): Promise<{ id: string }> {
  checkPublication(input);
  const consents = (row: LinkRow): Record<string, unknown> => consentColumns(operation, row, input);
  return takeStep(operation, {
    name: 'consentLink',
    action: 'consent_widen',
    input,
    changes: (row) => {
      const after = { ...row, ...consents(row) };
      const reach = Math.min(
        Math.max(after.supplier_audience, after.supplier_distance),
        Math.max(after.customer_audience, after.customer_distance),
      );
      return reach >= AUDIENCES.indexOf(LinkAudience.CHAIN) ? consents(row) : null;
    },
    pending: consents,
  });
}

/** Either end takes back what it consented to, at once; both consent anew before anything is disclosed again. */
export function narrowLink(operation: Operation, input: ConsentLinkInput): Promise<{ id: string }> {
  checkPublication(input);
  return takeStep(operation, {
    name: 'narrowLink',
    action: 'narrow',
    input,
    changes: (row) => {
      const now = consentColumns(operation, row, input);
      const wider = Object.entries(now).some(([column, value]) => isWider(row, column, value));
      if (!wider) return now;
      throw new DomainError('STATE', 'this would widen your consent', {
        rule: 'consent.narrow',
        next: 'narrow it first, then both ends consent to the wider audience',
      });
    },
  });
}

function isWider(row: LinkRow, column: string, value: unknown): boolean {
  const before = new Map<string, unknown>(Object.entries(row)).get(column);
  if (typeof value === 'boolean') return value && before === false;
  if (typeof value !== 'number' || typeof before !== 'number') return false;
  return column.endsWith('_form') ? value < before : value > before;
}

function checkPublication(input: ConsentLinkInput): void {
  if (input.audience !== LinkAudience.PUBLIC) return;
  if (/^https?:\/\/\S+$/.test(input.publicationUrl ?? '')) return;
  const issues = new IssueList();
  issues.add(['input', 'publicationUrl'], 'REQUIRED', 'give the web address where you published this relation already');
  issues.throwIfAny();
}

/** The columns of the ends that the viewer speaks for: one of them, or both where both are its own. */
function consentColumns(operation: Operation, row: LinkRow, input: ConsentLinkInput): Record<string, unknown> {
  const me = operation.viewer.organisationNo;
  const sides = [...(me === row.owner_no ? ['supplier'] : []), ...(me === row.customer_owner_no ? ['customer'] : [])];
  const audience = AUDIENCES.indexOf(input.audience);
  const isNamed = input.form === LinkAnswerForm.FULL || input.form === LinkAnswerForm.NAMED;
  const entries = sides.flatMap((side): [string, unknown][] => [
    [`${side}_audience`, isNamed ? audience : 0],
    [`${side}_distance`, input.form === LinkAnswerForm.NONE ? 0 : audience],
    [`${side}_form`, FORMS.indexOf(input.form)],
    [`${side}_opaque`, input.opaque],
    [`${side}_publication`, input.publicationUrl ?? null],
  ]);
  return Object.fromEntries(entries);
}

/** INVARIANT OwnConsentOnly: BOTH_ENDS stands for each end in its turn; what needs both waits for the second. */
function partsOf(operation: Operation, row: LinkRow): string[] {
  const me = operation.viewer.organisationNo;
  const isBoth = row.owner_no === row.customer_owner_no;
  const asserted = me === row.asserted_by_no;
  return [
    'EITHER_END',
    'BOTH_ENDS',
    ...(asserted ? ['ASSERTING_END'] : []),
    ...(!asserted || isBoth ? ['OTHER_END'] : []),
  ];
}

async function locked(operation: Operation, session: WriteSession, id: string): Promise<LinkRow> {
  const [row] = await session.query<LinkRow & Record<string, unknown>>('select * from vault.lock_link($1)', [
    operation.decodeId(id, 'link'),
  ]);
  if (row === undefined) throw notFound(['input', 'link']);
  return row;
}

async function move(session: WriteSession, id: string, changes: Record<string, unknown>): Promise<void> {
  await session.query('select vault.move_link($1, $2)', [id, JSON.stringify(changes)]);
}
