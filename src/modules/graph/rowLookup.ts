import { DomainError, InvariantError } from '../../kernel/errors';
import { judgedFor } from './judgedFor';
import type { Operation } from './operation';
import { selectList, shapeOf, toView, type ViewClass } from './viewRows';

/** Rows by id through one statement for all ids asked for in the same tick; hidden and missing are both null. */
export function rowById<T extends object>(
  operation: Operation,
  view: ViewClass<T>,
  id: string | null,
): Promise<T | null> {
  return lookUp(operation, view, id, 'id', 'v.id = any($1::uuid[])');
}

/**
 * A row by an id that the reader wrote: also null where hidden or missing, at the same work. Some closed rows are judged
 * beside it (`judgedFor`) and left out of what is given.
 */
export function rowAskedFor<T extends object>(
  operation: Operation,
  view: ViewClass<T>,
  id: string | null,
): Promise<T | null> {
  return lookUp(operation, view, id, 'id asked for', `v.id in ${judgedFor('$1::uuid[]', shapeOf(view).view)}`);
}

function lookUp<T extends object>(
  operation: Operation,
  view: ViewClass<T>,
  id: string | null,
  by: string,
  condition: string,
): Promise<T | null> {
  if (id === null) return Promise.resolve(null);
  const shape = shapeOf(view);
  return operation
    .loader<string, T>(`${shape.view}.${by}`, async (ids) => {
      const judgedRows = await operation.rows<{ [column: string]: unknown; id: string }>(
        `select ${selectList(view, 'v', operation.asked)} from ${shape.view} v where ${condition}`,
        [ids],
      );
      const rows = judgedRows.filter((row) => ids.includes(row.id));
      noteTouched(operation, view, rows);
      const byId = new Map(rows.map((row) => [row.id, toView(view, row, operation.asked)]));
      return ids.map((key) => byId.get(key) ?? null);
    })
    .load(id);
}

/** The organisation or site behind a unit number, which never leaves the hub. */
export function rowByUnit<T extends { unitNo: number }>(
  operation: Operation,
  view: ViewClass<T>,
  unitNo: number,
): Promise<T | null> {
  const shape = shapeOf(view);
  return operation
    .loader<number, T>(`${shape.view}.unit_no`, async (unitNos) => {
      const rows = await operation.rows<{ [column: string]: unknown; unitNo: number }>(
        `select ${selectList(view, 'v', operation.asked)} from ${shape.view} v where v.unit_no = any($1::int[])`,
        [unitNos],
      );
      noteTouched(operation, view, rows);
      const byUnit = new Map(rows.map((row) => [row.unitNo, toView(view, row, operation.asked)]));
      return unitNos.map((key) => byUnit.get(key) ?? null);
    })
    .load(unitNo);
}

/** The row a write has just stored, as its writer may see it. */
export async function requireRow<T extends object>(operation: Operation, view: ViewClass<T>, id: string): Promise<T> {
  const row = await rowById(operation, view, id);
  if (row === null) throw new InvariantError(`a stored ${shapeOf(view).type} is not visible to its writer`);
  return row;
}

/** Notes for the record whose facts were read. */
export function noteTouched<T extends object>(operation: Operation, view: ViewClass<T>, rows: readonly object[]): void {
  const units = rows.flatMap((row) => ('unitNo' in row && typeof row.unitNo === 'number' ? [row.unitNo] : []));
  operation.touched(shapeOf(view).type, units);
}

/** The uniform answer for a mutation on a thing that is hidden or missing. */
export function notFound(path: (string | number)[]): DomainError {
  return new DomainError('NOT_FOUND', 'not found', { path });
}
