import { IssueList } from '../../kernel/issues';
import { type Connection, PageOfNow } from './connection';
import { pageRows } from './listPlan';
import type { Operation } from './operation';

/** Something small enough to be read as a whole, in its own order: what one person or one organisation has of it. */
export interface WholeList<T> {
  /** Names the list for its cursors. */
  readonly name: string;
  readonly rows: readonly T[];
  /** What tells a row from the others, today and tomorrow. */
  readonly key: (row: T) => string;
}

/** A page of it, bounded and with cursors as those of every list. @throws DomainError VALIDATION */
export function pageOfAll<T>(operation: Operation, { name, rows, key }: WholeList<T>, page: PageOfNow): Connection<T> {
  const issues = new IssueList();
  const size = pageRows(page, issues);
  const backward = page.last !== undefined && page.last !== null;
  const place = placeOf(operation, { name, rows, key }, { page, backward, issues });
  issues.throwIfAny();
  const [from, to] = backward ? [Math.max(0, place - size), place] : [place, Math.min(rows.length, place + size)];
  const edges = rows.slice(from, to).map((node) => ({
    node,
    cursor: operation.services.cursors.seal(operation.viewer.idKey, name, [key(node)]),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countRows: () => Promise.resolve(rows.length),
  };
}

interface Asked {
  page: PageOfNow;
  backward: boolean;
  issues: IssueList;
}

/** Where the page begins, or backward where it ends: a place between rows, counted from the first. */
function placeOf<T>(
  operation: Operation,
  { name, rows, key }: WholeList<T>,
  { page, backward, issues }: Asked,
): number {
  const cursor = backward ? page.before : page.after;
  if (cursor === undefined || cursor === null) return backward ? rows.length : 0;
  const [wanted] = operation.services.cursors.open(operation.viewer.idKey, name, cursor) ?? [];
  const place = wanted === undefined ? -1 : rows.findIndex((row) => key(row) === wanted);
  if (place < 0) issues.add([backward ? 'before' : 'after'], 'CURSOR', 'use a cursor of this very list, unchanged');
  return backward ? place : place + 1;
}
