import type { CursorKey } from '../../kernel/cursor';
import type { Connection, Edge, PageInfo } from './connection';
import { planOf, type ListDefinition, type ListRequest, type Plan, type Scope } from './listPlan';
import { countStatement, pageStatement } from './listStatement';
import type { Operation } from './operation';
import { noteTouched } from './rowLookup';
import { columnOf, shapeOf, toView } from './viewRows';

const EVERYTHING: Scope = { sql: 'true', parameters: [] };

/** A page of a disclosed view: one statement, keyset paging, whatever the number of rows. */
export async function listDisclosed<T extends object>(
  operation: Operation,
  definition: ListDefinition<T>,
  request: ListRequest,
  scope: Scope = EVERYTHING,
): Promise<Connection<T>> {
  const plan = planOf(operation, definition, request, scope);
  const { text, parameters } = pageStatement(definition, plan, null, operation.asked);
  const rows = await operation.rows<RowWithKeys>(text, parameters);
  return connection(operation, definition, plan, rows, async () => {
    const counted = countStatement(definition, plan, null);
    const [row] = await operation.rows<{ count: number }>(counted.text, counted.parameters);
    return row?.count ?? 0;
  });
}

/**
 * The same page for many parents in one statement: each parent's rows are limited on their own.
 * @param parentColumn column of the view that holds the parent's UUID
 */
export function listDisclosedOf<T extends object>(
  operation: Operation,
  definition: ListDefinition<T>,
  request: ListRequest,
  parent: { property: keyof T & string; id: string },
): Promise<Connection<T>> {
  const plan = planOf(operation, definition, request, EVERYTHING, `${parent.property}:${parent.id}`);
  const name = `${shapeOf(definition.view).view}.${parent.property}?${JSON.stringify(request)}`;
  const column = columnOf(definition.view, parent.property);
  const pages = operation.loader<string, RowWithKeys[]>(name, async (ids) => {
    const { text, parameters } = pageStatement(definition, plan, column, operation.asked);
    const rows = await operation.rows<RowWithKeys & { parent: string }>(text, [...parameters, ids]);
    const byParent = new Map<string, RowWithKeys[]>(ids.map((id) => [id, []]));
    for (const row of rows) byParent.get(row.parent)?.push(row);
    return ids.map((id) => byParent.get(id) ?? []);
  });
  const counts = operation.loader<string, number>(`${name}#count`, async (ids) => {
    const { text, parameters } = countStatement(definition, plan, column);
    const rows = await operation.rows<{ parent: string; count: number }>(text, [...parameters, ids]);
    const byParent = new Map(rows.map((row) => [row.parent, row.count]));
    return ids.map((id) => byParent.get(id) ?? 0);
  });
  return pages
    .load(parent.id)
    .then((rows) =>
      connection(operation, definition, plan, rows ?? [], async () => (await counts.load(parent.id)) ?? 0),
    );
}

interface RowWithKeys {
  [column: string]: unknown;
  key_values: CursorKey[];
}

function connection<T extends object>(
  operation: Operation,
  definition: ListDefinition<T>,
  plan: Plan,
  found: readonly RowWithKeys[],
  countRows: () => Promise<number>,
): Connection<T> {
  const hasMore = found.length > plan.rows;
  const page = found.slice(0, plan.rows);
  if (plan.backward) page.reverse();
  noteTouched(operation, definition.view, page);
  const seal = (keys: readonly CursorKey[]): string =>
    operation.services.cursors.seal(operation.viewer.idKey, plan.fingerprint(), keys);
  const edges = page.map(
    (row) => new DisclosedEdge(toView(definition.view, row, operation.asked), () => seal(row.key_values)),
  );
  const hasNextPage = plan.backward ? plan.hasCursor : hasMore;
  const hasPreviousPage = plan.backward ? hasMore : plan.hasCursor;
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: new DisclosedPageInfo(hasNextPage, hasPreviousPage, edges[0], edges.at(-1)),
    countRows,
  };
}

/** Sealing a cursor costs more than the rest of a row, so it is done only for those that are asked for. */
class DisclosedEdge<T> implements Edge<T> {
  constructor(
    readonly node: T,
    private readonly seal: () => string,
  ) {}

  get cursor(): string {
    return this.seal();
  }
}

class DisclosedPageInfo implements PageInfo {
  constructor(
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
    private readonly first: { cursor: string } | undefined,
    private readonly last: { cursor: string } | undefined,
  ) {}

  get startCursor(): string | null {
    return this.first?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.last?.cursor ?? null;
  }
}
