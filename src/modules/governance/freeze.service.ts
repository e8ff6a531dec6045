import { IssueList } from '../../kernel/issues';
import { checkText } from '../../kernel/identifiers/text';
import { DATA_CLASSES } from '../../policy/cells';
import { notFound, type Operation } from '../graph';
import type { FreezeInput, LiftFreezeInput } from './freeze.input';

export interface AuditRow {
  [column: string]: unknown;
  happened_at: string;
  roles: string[];
  purpose: string | null;
  operation: string | null;
  types: string[];
  outcome: string;
  rule: string | null;
}

const AUDIT_ROWS_MAX = 1000;

/** Effective for every snapshot that begins after this commit: policy.gates() reads the freezes. */
export function freezeReads(operation: Operation, input: FreezeInput): Promise<{ id: string }> {
  const { dataClass, initiative, question } = checked(operation, input);
  return operation.write({ name: 'freeze', clientKey: input.clientKey ?? null, input }, async (session) => {
    if (question !== null) {
      const [held] = await session.query<{ id: string | null }>('select policy.freeze_question($1, $2, $3) as id', [
        question,
        input.reason,
        operation.viewer.personId,
      ]);
      return { id: stored(held) };
    }
    const [known] = await session.query<{ initiative_no: number }>(
      'select initiative_no from policy.initiatives() where id = $1',
      [initiative],
    );
    if (initiative !== null && known === undefined) throw notFound(['input', 'initiative']);
    const [row] = await session.query<{ id: string | null }>(
      'select policy.freeze_reads($1::smallint, $2, $3, $4) as id',
      [dataClass, known?.initiative_no ?? null, input.reason, operation.viewer.personId],
    );
    return { id: stored(row) };
  });
}

/** @throws DomainError NOT_FOUND where the database knows no counsel in who asks */
function stored(row: { id: string | null } | undefined): string {
  if (row === undefined || row.id === null) throw notFound(['input']);
  return row.id;
}

export function liftFreeze(operation: Operation, input: LiftFreezeInput): Promise<{ id: string }> {
  const id = operation.decodeId(input.freeze, 'freeze');
  return operation.write({ name: 'liftFreeze', clientKey: input.clientKey ?? null, input }, async (session) => {
    const [row] = await session.query<{ lifted: boolean }>('select policy.lift_freeze($1, $2) as lifted', [
      id,
      operation.viewer.personId,
    ]);
    if (row?.lifted !== true || id === null) throw notFound(['input', 'freeze']);
    return { id };
  });
}

/** @throws DomainError VALIDATION for an unreasonable number of rows */
export async function readAuditLog(operation: Operation, outcome: string | null, last: number): Promise<AuditRow[]> {
  const issues = new IssueList();
  if (last < 1 || last > AUDIT_ROWS_MAX) issues.add(['last'], 'PAGE', `ask for 1 to ${AUDIT_ROWS_MAX} records`);
  issues.throwIfAny();
  return operation.rows<AuditRow>('select * from audit.read_for_counsel($1, $2)', [outcome, last]);
}

/** What counsel reads to see what is frozen, and to lift it. */
const NEVER_FROZEN = ['freezes', 'auditLog', 'me'];

interface FreezeTarget {
  dataClass: number | null;
  initiative: string | null;
  question: string | null;
}

function checked(operation: Operation, input: FreezeInput): FreezeTarget {
  const issues = new IssueList();
  const reason = checkText(input.reason, { charactersMax: 2000, multiline: true });
  if (!reason.ok) issues.add(['input', 'reason'], reason.error.code, reason.error.hint);
  const dataClass = DATA_CLASSES.findIndex((name) => name === input.dataClass);
  if (input.dataClass && dataClass < 0)
    issues.add(['input', 'dataClass'], 'UNKNOWN', `use one of ${DATA_CLASSES.join(', ')}`);
  const question = input.question || null;
  if (question === null && !input.dataClass && !input.initiative)
    issues.add(['input'], 'REQUIRED', 'name a data class, an initiative or both, or else a question');
  if (question !== null && (input.dataClass || input.initiative))
    issues.add(
      ['input', 'question'],
      'TOGETHER',
      'a question is frozen as a whole; leave out data class and initiative',
    );
  if (question !== null && (!operation.services.questions.has(question) || NEVER_FROZEN.includes(question)))
    issues.add(['input', 'question'], 'UNKNOWN', `use a field of Query, but none of ${NEVER_FROZEN.join(', ')}`);
  issues.throwIfAny();
  const initiative = input.initiative ? operation.decodeId(input.initiative, 'initiative') : null;
  if (input.initiative && initiative === null) throw notFound(['input', 'initiative']);
  return { dataClass: dataClass < 0 ? null : dataClass, initiative, question };
}
