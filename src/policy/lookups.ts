import type { GroundMask } from './grounds';
import type { AgeMonths } from './masks';

// What the law asks about its reader. Most rows are decided by the lookups of NOW, which stand in the law as uncorrelated
// sub-selects: PostgreSQL evaluates each once a statement (an InitPlan), and only when a row first needs it. A statement pays for
// every node of its law before it reads a row, so each is as small as it can be. What is rare (another contributor, a row that
// names the reader, an agreement) is decided by KNOWN, which asks one function for everything.

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
  /** What is rare (several desks, a closure that is not valid) is left to the function. */
  held: `(select case when policy.is_sound(${SETTING}, k.inner_pad, k.outer_pad) then case when v.closure_valid then v.grounds || '{}' else policy.grounds() end end from policy.key k left join policy.viewer v on v.desk_no::text = ${part(2)})`,
  /** One mask per data class; of an initiative that is not known, what the function says. */
  gates: `coalesce((select g.masks from policy.initiative_gate g where g.claim = ${part(6)}), policy.gates())`,
  /** Of a mask, what the person may use; one number, so that a row costs one operation for both. */
  may: (mask: GroundMask): string => `(select (${claimed(4, 10, 'bigint')} & ${mask})::int)`,
  me: `(select ${claimed(3, 9, 'int')})`,
  grantedUnits: `(select case when ${part(5)} <> '-' then policy.granted_units() else '{}' end)::int[]`,
} as const;

/** The same of `known`, a row of `policy.lookups()`: all of it verified, NULL where the binding is not sound. */
export const KNOWN = {
  held: 'known.held',
  gates: 'known.gates',
  me: 'known.me',
  granted: 'known.granted',
  /** the first days that are too young for each age, the oldest age first */
  borders: 'known.borders',
} as const;

/**
 * SQL of a decision by `KNOWN`.
 * @param columns SQL of what it may use of `c`, computed once a row
 * @param ages where the ages begin, if the cell asks for the borders
 */
export function whereKnown(decision: string, columns: string, ages: AgeMonths | null = null): string {
  const months = ages === null ? '' : `'{${ages.twelveMonths},${ages.threeMonths}}'`;
  return `(select ${decision}\n      from policy.lookups(${months}) known cross join lateral (select ${columns} offset 0) c)`;
}

/** SQL of the verified number of the reader's organisation. */
export const READER = '(select policy.organisation_no())';
