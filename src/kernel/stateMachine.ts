import { phases } from './vocabulary';
import { err, ok, type Result } from './result';

/** One row of `reference/state-machines.csv`. */
export interface TransitionRow {
  readonly machine: string;
  /** A state, a named set, or null where the thing comes into being. */
  readonly from: string | null;
  readonly action: string;
  /** A state, a named set, or null where the thing is deleted. */
  readonly to: string | null;
  /** Any one of these may act. */
  readonly actors: readonly string[];
  /** In words, for people; the service that asks for the transition checks it. Null where there is none. */
  readonly guard: string | null;
  readonly effect: string | null;
}

export interface StateMachine {
  readonly name: string;
  readonly states: readonly string[];
  readonly actions: readonly string[];
  /** As in the file, with named sets in `from` spread into one row per state. */
  readonly rows: readonly TransitionRow[];
}

/** What a target that is no single state needs besides the row. */
export interface TransitionContext {
  /** States before `from`, oldest first; where a row leads back to one of them. */
  readonly history?: readonly string[];
  /** The state asked for, where the row leaves a choice: the phase to go back to. */
  readonly chosen?: string;
}

export interface Transition {
  /** Null: the thing is deleted. */
  readonly to: string | null;
  readonly guard: string | null;
  readonly effect: string | null;
}

/**
 * The sets that rows name, `domain.md` 2. ANY_OPEN leaves out the final states and MET, since the expiry of a demand
 * does not erase success; NOT_MET is final though a remedy may follow, so an expired demand leaves it as it was judged.
 */
const namedSets: Readonly<Record<string, readonly string[]>> = {
  ANY_OPEN: [
    'RECEIVED',
    'ACKNOWLEDGED',
    'COUNTER_PROPOSED',
    'EQUIVALENCE_CLAIMED',
    'ACCEPTED',
    'EVIDENCE_SUBMITTED',
    'PARTIALLY_MET',
  ],
  ANY_DECIDED: ['CONFORMANT', 'CONFORMANT_WITH_CAP', 'NON_CONFORMANT', 'SUSPENDED'],
  APPROVED_ANY: ['APPROVED_FULL', 'APPROVED_PARTIAL'],
};

/** Back to the state that led here: which one, only the history knows. */
const PRIOR_STATE = 'PRIOR_STATE';
/** Back to any phase before this one: which one, the actor says. */
const ANY_EARLIER = 'ANY_EARLIER';

/**
 * @returns one machine per name in the rows
 * @throws RangeError when two rows give one state, action and actor two targets, or a set's states are not the machine's
 */
export function buildStateMachines(rows: readonly TransitionRow[]): ReadonlyMap<string, StateMachine> {
  const names = [...new Set(rows.map((row) => row.machine))];
  return new Map(names.map((name) => [name, buildOne(name, rows)]));
}

/**
 * The one way from state to state. A transition that is not listed, for this actor, is STATE and changes nothing. So
 * is one whose target the context does not settle.
 * @param from null where the thing comes into being
 * @param actor the role, or all roles, in which the caller acts
 */
export function transition(
  machine: StateMachine,
  from: string | null,
  action: string,
  actor: string | readonly string[],
  context: TransitionContext = {},
): Result<Transition, 'STATE'> {
  const roles = typeof actor === 'string' ? [actor] : actor;
  const row = machine.rows.find(
    (candidate) =>
      candidate.from === from && candidate.action === action && candidate.actors.some((name) => roles.includes(name)),
  );
  if (row === undefined) return err('STATE');
  const { guard, effect } = row;
  if (row.to === null) return ok({ to: null, guard, effect });
  const to = targetOf(machine, row, row.to, context);
  return to === null ? err('STATE') : ok({ to, guard, effect });
}

/** What this actor may do next, in the order of the file. */
export function actionsFrom(machine: StateMachine, from: string | null, actor: string | readonly string[]): string[] {
  const roles = typeof actor === 'string' ? [actor] : actor;
  const open = machine.rows.filter((row) => row.from === from && row.actors.some((name) => roles.includes(name)));
  return [...new Set(open.map((row) => row.action))];
}

/** No listed way leads out. */
export function isFinal(machine: StateMachine, state: string): boolean {
  return !machine.rows.some((row) => row.from === state);
}

/**
 * Every state (and null, before the beginning) with every action: for tests that try all of them. `rows` are those
 * listed; an empty list must be refused.
 */
export function allPairs(
  machine: StateMachine,
): readonly { from: string | null; action: string; rows: readonly TransitionRow[] }[] {
  return [null, ...machine.states].flatMap((from) =>
    machine.actions.map((action) => ({
      from,
      action,
      rows: machine.rows.filter((row) => row.from === from && row.action === action),
    })),
  );
}

function targetOf(machine: StateMachine, row: TransitionRow, to: string, context: TransitionContext): string | null {
  const candidates = candidatesFor(machine, row.from, to);
  if (candidates === null) return to;
  if (to === ANY_EARLIER) return candidates.find((state) => state === context.chosen) ?? null;
  return context.history?.findLast((state) => candidates.includes(state)) ?? null;
}

/** The states a named target may stand for; null when it is a state itself. */
function candidatesFor(machine: StateMachine, from: string | null, to: string): readonly string[] | null {
  if (to === ANY_EARLIER)
    return phases.slice(
      0,
      Math.max(
        0,
        phases.findIndex((phase) => phase === from),
      ),
    );
  // Only ways that are written out count: by appeal and its dismissal an assessment comes back to SUSPENDED, but what
  // it is reinstated to is what it was before it was suspended.
  if (to === PRIOR_STATE) {
    return machine.rows.flatMap((row) => (row.to === from && row.from !== null && row.from !== from ? [row.from] : []));
  }
  return Object.hasOwn(namedSets, to) ? (namedSets[to] ?? null) : null;
}

function buildOne(name: string, allRows: readonly TransitionRow[]): StateMachine {
  const rows = allRows.filter((row) => row.machine === name).flatMap(spread);
  const states = [...new Set(rows.flatMap((row) => [row.from, row.to]))].filter(
    (state): state is string => state !== null && !isNamedTarget(state),
  );
  const machine = { name, rows, states, actions: [...new Set(rows.map((row) => row.action))] };
  refuseContradictions(machine);
  return machine;
}

function spread(row: TransitionRow): readonly TransitionRow[] {
  const set = row.from !== null && Object.hasOwn(namedSets, row.from) ? namedSets[row.from] : undefined;
  return set === undefined ? [row] : set.map((from) => ({ ...row, from }));
}

function isNamedTarget(state: string): boolean {
  return state === PRIOR_STATE || state === ANY_EARLIER || Object.hasOwn(namedSets, state);
}

function refuseContradictions(machine: StateMachine): void {
  const targets = new Map<string, string | null>();
  for (const row of machine.rows) {
    for (const actor of row.actors) {
      const key = JSON.stringify([row.from, row.action, actor]);
      if (targets.has(key) && targets.get(key) !== row.to) {
        throw new RangeError(`${machine.name}: ${row.action} from ${row.from} has two targets for ${actor}`);
      }
      targets.set(key, row.to);
    }
  }
  const entered = new Set(machine.rows.map((row) => row.to));
  const orphan = machine.rows.find(
    (row) => row.from !== null && !entered.has(row.from) && !isEnteredBySet(machine, row.from),
  );
  if (orphan !== undefined) throw new RangeError(`${machine.name}: nothing leads to ${orphan.from}`);
}

function isEnteredBySet(machine: StateMachine, state: string): boolean {
  return machine.rows.some(
    (row) => row.to !== null && (candidatesFor(machine, row.from, row.to)?.includes(state) ?? false),
  );
}
