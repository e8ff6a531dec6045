import { selectList, shapeOf, toView, type Operation, type ViewClass } from '../graph';

/** Rows of the catalogue by their codes, one statement for all codes asked for at once. */
export function rowByCode<T extends object>(
  operation: Operation,
  view: ViewClass<T>,
  code: string,
): Promise<T | null> {
  const { view: table, columns } = shapeOf(view);
  const key = columns.get('id') ?? 'id';
  return operation
    .loader<string, T>(`${table}.${key}`, async (codes) => {
      const rows = await operation.rows<{ id: string }>(
        `select ${selectList(view, 'v')} from ${table} v where v.${key}::text = any($1::text[])`,
        [codes],
      );
      const byCode = new Map(rows.map((row) => [row.id, toView(view, row)]));
      return codes.map((each) => byCode.get(each) ?? null);
    })
    .load(code);
}

/**
 * What hangs on rows of the catalogue, at most some dozens each, one statement for all parents asked for at once.
 * @param sql selects `parent` and the fields, for the parents in `$1`, in their order
 */
export async function partsByCode<T extends object>(
  operation: Operation,
  name: string,
  sql: string,
  code: string,
): Promise<T[]> {
  const parts = await operation
    .loader<string, T[]>(name, async (codes) => {
      const rows = await operation.rows<T & { parent: string }>(sql, [codes]);
      return codes.map((each) => rows.filter((row) => row.parent === each));
    })
    .load(code);
  return parts ?? [];
}
