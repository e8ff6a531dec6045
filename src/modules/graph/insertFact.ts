import type { WriteSession } from '../../database/boundTransaction';
import { InvariantError } from '../../kernel/errors';

const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Inserts one fact under the writer's row security; columns are names of our own, values are parameters.
 * @returns the new row's UUID
 */
export async function insertFact(
  session: WriteSession,
  table: string,
  record: Readonly<Record<string, unknown>>,
): Promise<string> {
  const columns = Object.keys(record);
  if (![table, ...columns].every((name) => NAME.test(name))) throw new InvariantError('a fact has plain column names');
  const places = columns.map((_column, index) => `$${index + 1}`);
  const [row] = await session.query<{ id: string }>(
    `insert into vault.${table} (${columns.join(', ')}) values (${places.join(', ')}) returning id`,
    columns.map((column) => record[column]),
  );
  if (row === undefined) throw new InvariantError(`inserting into ${table} gave no row`);
  return row.id;
}
