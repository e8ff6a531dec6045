import type { AgeMonths } from './masks';

// What the law asks about its reader. Most rows are decided by the lookups of NOW, which stand in the law as uncorrelated
// sub-selects: PostgreSQL evaluates each once a statement (an InitPlan), and only when a row first needs it. A statement pays for
// every node of its law before it reads a row, so each is as small as it can be. What is rare (another contributor, a row that
// names the reader, an agreement) is decided by `known`, which asks one function for everything.

const CLAIMS = `current_setting('sluice.viewer', true)`;
const PROOF = `current_setting('sluice.proof', true)`;
const part = (number: number): string => `split_part(${CLAIMS}, '|', ${number})`;

/**
 * `held` is NULL where the binding is not signed for this connection now, and where there is no such array to be read at once (several
 * desks, a closure that is not valid); `gates` where a person may use what few may. What is NULL is left to the whole law.
 * The others than `held` verify nothing: `gates` stands only beside it in one AND, and `me` and `grantedUnits` only say which rows
 * are looked at more closely. What decides is not parsed: parts of the text are compared with what is kept under them.
 */
export const NOW = {
  /** The key stands beside the grounds of each desk; `|| '{}'` fetches a long array once a statement instead of once a row. */
  held: `(select v.grounds || '{}' from policy.viewer v where v.desk_no::text = ${part(1)} and v.closure_valid and policy.is_signed(${CLAIMS}, ${PROOF}, v.inner_pad, v.outer_pad))`,
  /** One mask per data class: what the person may use in the phase of the initiative that is named. */
  gates: `(select g.masks from policy.rights_gate g where g.rights = ${part(3)})`,
  me: `(select case when ${part(2)} ~ '^[0-9]{1,9}$' then ${part(2)}::int end)`,
  grantedUnits: `(select case when ${part(4)} <> '-' then policy.granted_units() else '{}' end)::int[]`,
} as const;

/**
 * SQL of all that the whole law asks about its reader, verified once a statement; NULL where the binding is not sound.
 * @param ages where the ages begin, if it is asked about a row that ages
 */
export function known(ages: AgeMonths | null): string {
  return `(select policy.known('{${ages === null ? '' : `${ages.twelveMonths},${ages.threeMonths}`}}'))`;
}

/** SQL of the verified number of the reader's organisation. */
export const READER = '(select policy.organisation_no())';
