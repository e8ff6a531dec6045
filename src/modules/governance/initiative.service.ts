import type { WriteSession } from '../../database/boundTransaction';
import { DomainError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import { checkText } from '../../kernel/identifiers/text';
import { transition } from '../../kernel/stateMachine';
import { PHASES } from '../../policy/cells';
import { notFound, type Operation } from '../graph';
import { refuseInterestedInInitiative } from './initiativeInterest';
import type { MoveInitiativeInput } from './initiative.input';

interface LockedInitiative {
  [column: string]: unknown;
  id: string;
  phase: string;
}

/**
 * One step of an initiative. Sharing that the new phase does not allow stops with this commit: the phase is read in every
 * reader's own snapshot.
 * @throws DomainError STATE with the list of what is missing, or for a step that the machine does not know
 */
export async function moveInitiative(operation: Operation, input: MoveInitiativeInput): Promise<{ id: string }> {
  const issues = new IssueList();
  const reason = checkText(input.reason, { charactersMax: 2000, multiline: true });
  if (!reason.ok) issues.add(['input', 'reason'], reason.error.code, reason.error.hint);
  if (!PHASES.some((phase) => phase === input.to))
    issues.add(['input', 'to'], 'UNKNOWN', `use one of ${PHASES.join(', ')}`);
  issues.throwIfAny();
  const initiative = operation.decodeId(input.initiative, 'initiative');
  const decision = input.decision ? operation.decodeId(input.decision, 'decision') : null;
  return operation.write({ name: 'moveInitiative', clientKey: input.clientKey ?? null, input }, async (session) => {
    const [row] = await session.query<LockedInitiative>('select id, phase from vault.lock_initiative($1)', [
      initiative,
    ]);
    if (row === undefined) throw notFound(['input', 'initiative']);
    await refuseInterestedInInitiative(operation, session, row.id);
    const action = stepOf(operation, row.phase, input.to);
    if (action === 'advance') await requireGuards(session, row.id, input.to, decision);
    await session.query('select vault.move_initiative($1, $2, $3, $4, $5)', [
      row.id,
      input.to,
      decision,
      operation.viewer.personId,
      input.reason,
    ]);
    await session.query('select vault.record_transition($1, $2, $3, $4, $5, $6, $7)', [
      'INITIATIVE_PHASE',
      row.id,
      row.phase,
      action,
      input.to,
      operation.viewer.personId,
      input.reason,
    ]);
    return { id: row.id };
  });
}

/** Which action of the machine leads from this phase to that one, for the roles the viewer holds. */
function stepOf(operation: Operation, from: string, to: string): string {
  const machine = operation.services.catalogue.stateMachines.get('INITIATIVE_PHASE');
  const { roles } = operation.viewer;
  const actors = [
    ...(roles.includes('GOVERNING_BODY') || roles.includes('CHAIR') ? ['GOVERNING_BODY', 'CHAMPION'] : []),
    ...(roles.includes('COMPETITION_COUNSEL') ? ['COMPETITION_COUNSEL'] : []),
  ];
  for (const action of ['advance', 'regress', 'close']) {
    const step = machine === undefined ? null : transition(machine, from, action, actors, { chosen: to });
    if (step !== null && step.ok && step.value.to === to) return action;
  }
  throw new DomainError('STATE', `an initiative in ${from} does not go to ${to} on your word`, {
    rule: 'phase.one-step',
    next: 'go one phase forward, or back to an earlier one',
  });
}

async function requireGuards(
  session: WriteSession,
  initiative: string,
  to: string,
  decision: string | null,
): Promise<void> {
  const [row] = await session.query<{ missing: string[] }>('select vault.phase_guards($1, $2, $3) as missing', [
    initiative,
    to,
    decision,
  ]);
  const missing = row?.missing ?? ['the guards of this phase'];
  if (missing.length === 0) return;
  const issues = missing.map((what) => ({ path: ['input', 'to'], rule: 'GUARD', hint: `needed first: ${what}` }));
  throw new DomainError('STATE', 'the initiative is not ready for this phase', { rule: 'phase.guards', issues });
}
