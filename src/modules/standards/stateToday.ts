/** States that time ends: whatever happened since, past its last day a result is no longer one (`domain.md` 2, J2). */
const ENDED_BY_TIME = ['CONFORMANT', 'CONFORMANT_WITH_CAP', 'SUSPENDED', 'UNDER_APPEAL'];

/** The state of an assessment today, as SQL over the alias `v`. */
export const STATE_TODAY = `case when v.state in (${ENDED_BY_TIME.map((state) => `'${state}'`).join(', ')}) and v.valid_to <= current_date then 'EXPIRED' else v.state end`;

/**
 * The state of an assessment on a day; the transition to EXPIRED is written by the next tick, the answer does not wait for it.
 * @param today ISO date
 */
export function stateOn(today: string, state: string, validTo: string | null): string {
  return ENDED_BY_TIME.includes(state) && validTo !== null && validTo <= today ? 'EXPIRED' : state;
}
