import type { GroundMask } from './grounds';
import type { AgeMonths } from './masks';

// What the law asks about its reader. Most rows are decided by the lookups of NOW, which stand in the law as uncorrelated
// sub-selects: PostgreSQL evaluates each once a statement (an InitPlan), and only when a row first needs it. A statement pays for
// every node of its law before it reads a row, so each is as small as it can be. What is rare (another contributor, a row that
// names the reader, an agreement) is decided by `known`, which asks one function for everything.

const SETTING = `current_setting('sluice.viewer', true)`;
const part = (number: number): string => `split_part(${SETTING}, '|', ${number})`;

/** SQL of a number of the setting, NULL for anything else; nothing has verified it. */
function claimed(number: number, digitsMax: number, type: 'int' | 'bigint'): string {
  const text = part(number);
  return `case when ${text} ~ '^[0-9]{1,${digitsMax}}$' then ${text}::${type} end`;
}

/**
 * `held` verifies the binding, and is NULL where it is not sound. The others verify nothing: `gates` and `may` stand only beside
 * `held` in one AND, and `me` and `grantedUnits` only say which rows are looked at more closely.
 */
export const NOW = {
  /** The key stands beside the grounds of each desk. What is rare (several desks, a closure that is not valid) is left to the function. */
  held: `(coalesce((select case when policy.is_sound(${SETTING}, v.inner_pad, v.outer_pad) then v.grounds || '{}' end from policy.viewer v where v.desk_no::text = ${part(2)} and v.closure_valid), (select policy.grounds())))`,
  /** One mask per data class; of an initiative that is not known, what the function says. */
  gates: `coalesce((select g.masks from policy.initiative_gate g where g.claim = ${part(6)}), policy.gates())`,
  /** Of a mask, what the person may use; one number, so that a row costs one operation for both. */
  may: (mask: GroundMask): string => `(select (${claimed(4, 10, 'bigint')} & ${mask})::int)`,
  me: `(select ${claimed(3, 9, 'int')})`,
  grantedUnits: `(select case when ${part(5)} <> '-' then policy.granted_units() else '{}' end)::int[]`,
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
