import { IssueList } from '../../kernel/issues';
import type { Connection, Operation } from '../graph';
import { type DataRead, type ReadCount, type ReaderAudience } from './dataRead.types';

interface ReadRow {
  [column: string]: unknown;
  day: string;
  place: string;
  reader_id: string | null;
  reader_name: string | null;
  audience: ReaderAudience | null;
  reads: number | null;
}

const FINGERPRINT = 'readsOfMyData';
const PAGE_ROWS_MAX = 100;
const COUNTED_MONTHS_MAX = 24;
const READS = 'audit.reads_of_own_data($1, $2, $3)';
const MONTH_CHARACTERS = 'YYYY-MM'.length;

/** Who read what is one's own, newest first; what of it is told is settled in the database (`domain.md` 0.6). */
export async function readsOfMyData(
  operation: Operation,
  { first, after }: { first: number; after: string | null },
): Promise<Connection<DataRead>> {
  const issues = new IssueList();
  if (first < 1 || first > PAGE_ROWS_MAX) issues.add(['first'], 'PAGE', `ask for 1 to ${PAGE_ROWS_MAX} rows`);
  const [day, place] = placeOf(operation, after, issues);
  issues.throwIfAny();
  const columns = 'day::text, place, reader_id, reader_name, audience, reads';
  const rows = await operation.rows<ReadRow>(`select ${columns} from ${READS}`, [day, place, first + 1]);
  operation.touched('DataRead', []);
  const edges = rows.slice(0, first).map((row) => ({
    node: nodeOf(operation, row),
    cursor: operation.services.cursors.seal(operation.viewer.idKey, FINGERPRINT, [row.day, row.place]),
  }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    countRows: () => countRows(operation),
  };
}

/** @throws DomainError VALIDATION for an unreasonable number of months */
export async function countReads(operation: Operation, months: number): Promise<ReadCount[]> {
  const issues = new IssueList();
  if (months < 1 || months > COUNTED_MONTHS_MAX) {
    issues.add(['months'], 'PAGE', `ask for 1 to ${COUNTED_MONTHS_MAX} months`);
  }
  issues.throwIfAny();
  operation.touched('ReadCount', []);
  return operation.rows<ReadCount & Record<string, unknown>>(
    `select to_char(month, 'YYYY-MM') as month, audience, reads from audit.count_reads($1)`,
    [months],
  );
}

async function countRows(operation: Operation): Promise<number> {
  const [row] = await operation.rows<{ n: number }>(`select count(*)::int as n from ${READS}`, [null, null, null]);
  return row?.n ?? 0;
}

function placeOf(operation: Operation, after: string | null, issues: IssueList): readonly [string | null, string] {
  if (after === null) return [null, ''];
  const [day, place] = operation.services.cursors.open(operation.viewer.idKey, FINGERPRINT, after) ?? [];
  if (typeof day === 'string' && typeof place === 'string') return [day, place];
  issues.add(['after'], 'CURSOR', 'use a cursor of this very list, unchanged');
  return [null, ''];
}

function nodeOf(operation: Operation, row: ReadRow): DataRead {
  const { reads, audience, reader_name: readerName } = row;
  const reader = row.reader_id === null ? null : operation.encodeId('member', row.reader_id);
  const day = row.reader_id === null ? null : row.day;
  return { reader, readerName, day, reads, audience, month: row.day.slice(0, MONTH_CHARACTERS) };
}
