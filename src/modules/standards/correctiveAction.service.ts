import { DomainError } from '../../kernel/errors';
import { checkText } from '../../kernel/identifiers/text';
import { IssueList } from '../../kernel/issues';
import { addMonths, checkDate } from '../../kernel/period';
import { notFound, type Operation, pointedTo } from '../graph';
import type { MoveCorrectiveActionInput, PlanCorrectiveActionInput } from './assessment.input';
import { assessmentLimits } from './assessmentLimits';

const STATES = ['DONE', 'VERIFIED'];

/** Proposes a corrective action for a finding about one's own site. */
export function planCorrectiveAction(operation: Operation, input: PlanCorrectiveActionInput): Promise<{ id: string }> {
  const issues = new IssueList();
  const today = operation.services.today();
  const texts = { action: input.action, ...(input.responsible ? { responsible: input.responsible } : {}) };
  for (const [field, text] of Object.entries(texts)) {
    const checked = checkText(text, { multiline: field === 'action', charactersMax: 2000 });
    if (!checked.ok) issues.add(['input', field], checked.error.code, checked.error.hint);
  }
  const due = checkDate(input.dueOn);
  const latest = addMonths(today, assessmentLimits().correctiveActionMonthsMax);
  if (!due.ok) issues.add(['input', 'dueOn'], due.error.code, due.error.hint);
  else if (due.value <= today || due.value > latest) {
    issues.add(['input', 'dueOn'], 'BOUNDS', `a corrective action is due after ${today} and by ${latest}`);
  }
  issues.throwIfAny();
  const finding = operation.decodeId(input.finding, 'finding');
  return operation.write(
    { name: 'planCorrectiveAction', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const [row] = await session.query<{ id: string | null }>(
        'select vault.plan_corrective_action($1, $2, $3, $4) as id',
        [finding, input.action, input.responsible ?? null, input.dueOn],
      );
      if (row === undefined || row.id === null) throw notFound(['input', 'finding']);
      return { id: row.id };
    },
  );
}

/** DONE by the owner of the site, VERIFIED by the assessor; a finding closes with its last action. */
export function moveCorrectiveAction(operation: Operation, input: MoveCorrectiveActionInput): Promise<{ id: string }> {
  const issues = new IssueList();
  if (!STATES.includes(input.state)) issues.add(['input', 'state'], 'UNKNOWN', `use one of ${STATES.join(', ')}`);
  issues.throwIfAny();
  const id = operation.decodeId(input.correctiveAction, 'action');
  return operation.write(
    { name: 'moveCorrectiveAction', clientKey: input.clientKey ?? null, input },
    async (session) => {
      const [known] = await session.query(
        `select from ${pointedTo('disclosed.corrective_action', '$1')} v where id = $1`,
        [id],
      );
      if (id === null || known === undefined) throw notFound(['input', 'correctiveAction']);
      const [row] = await session.query<{ moved: boolean }>('select vault.move_corrective_action($1, $2) as moved', [
        id,
        input.state,
      ]);
      if (row?.moved !== true)
        throw new DomainError('STATE', `\`${input.state}\` is not open here`, { rule: 'CORRECTIVE_ACTION' });
      return { id };
    },
  );
}
