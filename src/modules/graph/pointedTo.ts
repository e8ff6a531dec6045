import { judgedFor } from './judgedFor';

/**
 * SQL of the rows that a write points to by the id in a parameter, of the vault or of a disclosed view; to be asked for this very
 * id again. Some closed rows are judged beside it, so that the law, or the question whose a row is, is looked up even where
 * nothing has the id (`leaks.md` 33). The bound keeps what is asked of the row from reaching below.
 */
export function pointedTo(relation: `disclosed.${string}` | `vault.${string}`, parameter: string): string {
  const [, fact] = relation.split('.');
  return `(select * from ${relation} where id in ${judgedFor(`array[${parameter}::uuid]`, `disclosed.${fact}`)} offset 0)`;
}

/** SQL of the condition that a row is the writer's own and has the id in a parameter; worked out before a row is looked for. */
export function isOwnRow(table: string, parameter: string): string {
  const own = pointedTo(`vault.${table}`, parameter);
  return `id = any(array(select own.id from ${own} own where own.id = ${parameter}::uuid))`;
}
