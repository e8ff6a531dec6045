import { DATA_CLASSES } from './cells';

// The four lookups of a statement. Each is an uncorrelated sub-select, so PostgreSQL evaluates it once (an InitPlan), and
// only when a row first needs it.
export const HELD = '(select policy.grounds())';
export const GATES = '(select policy.gates())';
// The two that nearly every statement needs, spelt out: they cost a third of the functions, which build their expressions
// anew in each transaction. What is rare (several desks, a closure that is not valid, an unknown initiative) they leave to them.
const SETTING = `current_setting('sluice.viewer', true)`;
export const HELD_NOW = `(select case when policy.is_sound(${SETTING}, k.inner_pad, k.outer_pad) then case when v.closure_valid then v.grounds || '{}' else policy.grounds() end end from policy.key k left join policy.viewer v on v.desk_no = ${claimed(2, 9, 'int')})`;
// It verifies nothing itself and stands only beside HELD_NOW, in one AND: NULL there, where the viewer is not sound, closes the row.
export const GATES_NOW = `(select case when g.masks is null then policy.gates() else array[${DATA_CLASSES.map(
  (_class, index) => `g.masks[${index + 1}] & m.may`,
).join(
  ', ',
)}] end from (select (${claimed(4, 10, 'bigint')} & 2147483647)::int as may offset 0) m left join policy.initiative_gate g on g.initiative_no = case when split_part(${SETTING}, '|', 6) = '-' then 0 else ${claimed(6, 9, 'int')} end)`;
export const READER = '(select policy.organisation_no())';
// The cast keeps `= any(...)` a test against one array; without it PostgreSQL would read a set of arrays.
export const GRANTED = '(select policy.granted())::bigint[]';

/** SQL of a number of the setting, NULL for anything else; it says which row to read before the setting is verified. */
function claimed(part: number, digitsMax: number, type: 'int' | 'bigint'): string {
  const text = `split_part(${SETTING}, '|', ${part})`;
  return `case when ${text} ~ '^[0-9]+$' and length(${text}) <= ${digitsMax} then ${text}::${type} end`;
}
