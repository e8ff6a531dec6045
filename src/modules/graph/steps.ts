import type { WriteSession } from '../../database/boundTransaction';
import { DomainError, InvariantError } from '../../kernel/errors';
import { transition, type Transition, type TransitionContext } from '../../kernel/stateMachine';
import type { Operation } from './operation';

/** One step of a state machine, as it is recorded. */
export interface Step {
  readonly machine: string;
  readonly subjectId: string;
  readonly from: string | null;
  readonly action: string;
  readonly to: string | null;
  readonly reason?: string | null;
}

export function stateError(message: string, next?: string): DomainError {
  return new DomainError('STATE', message, { rule: 'machine', ...(next === undefined ? {} : { next }) });
}

/**
 * Where the machine leads from a state by an action, for whoever plays these parts.
 * @throws DomainError STATE for whatever is not listed; nothing has changed then
 */
export function stepOf(
  operation: Operation,
  machine: string,
  from: string | null,
  action: string,
  actors: readonly string[],
  context: TransitionContext = {},
): Transition {
  const rows = operation.services.catalogue.stateMachines.get(machine);
  if (rows === undefined) throw new InvariantError(`no machine ${machine}`);
  const found = transition(rows, from, action, actors, context);
  if (!found.ok) throw stateError(`\`${action}\` is no step from ${from ?? 'nothing'} for you`);
  return found.value;
}

export async function recordStep(operation: Operation, session: WriteSession, step: Step): Promise<void> {
  await session.query('select vault.record_transition($1, $2, $3, $4, $5, $6, $7)', [
    step.machine,
    step.subjectId,
    step.from,
    step.action,
    step.to,
    operation.viewer.personId,
    step.reason ?? null,
  ]);
}

/** INVARIANT ConflictsFirst: whoever has a live interest about another party to a thing takes no step on it. */
export async function refuseInterested(
  operation: Operation,
  session: WriteSession,
  parties: readonly number[],
): Promise<void> {
  const others = parties.filter((party) => party !== operation.viewer.organisationNo);
  const [found] = await session.query<{ interested: boolean }>('select vault.has_interest($1, $2) as interested', [
    operation.viewer.personId,
    others,
  ]);
  if (found?.interested === false) return;
  throw new DomainError('CONFLICT_OF_INTEREST', 'you declared an interest about a party to this', {
    rule: 'interest.first',
    next: 'let a colleague without that interest act',
  });
}
