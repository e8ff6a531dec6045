import { createHash } from 'node:crypto';
import { DomainError } from '../../../kernel/errors';
import type { WriteSession } from '../../../database/boundTransaction';
import type { ImportSource } from '../csv/stageRows';
import type { PreviewData } from '../preview';
import type { Rejection, StagedRow } from '../staging';
import { inTransaction, type Actor } from './actor';

export type BatchState = 'STAGED' | 'COMMITTED' | 'ABANDONED';

/** The staging of one import: its contributor, format and what the files hold name it, however often it is begun. */
export interface Batch {
  readonly id: string;
  readonly state: BatchState;
  /** Input rows staged already; the next one has this number plus one as its position. */
  readonly stagedRows: number;
  /** Of a committed batch: what its commit stored, by kind. */
  readonly stored: Readonly<Record<string, number>>;
}

export interface FileHash {
  readonly name: string;
  /** SHA-256, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Reads every file once, without holding any. */
export async function hashFiles(source: ImportSource): Promise<FileHash[]> {
  const hashes: FileHash[] = [];
  for (const file of source.inputs) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.open()) {
      const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      bytes += part.length;
      hash.update(part);
    }
    hashes.push({ name: file.name, sha256: hash.digest('hex'), bytes });
  }
  return hashes;
}

/** Opens the batch of these files, or finds the one that an earlier try began; what was given up is begun anew. */
export function openBatch(actor: Actor, format: string, files: readonly FileHash[]): Promise<Batch> {
  const contentHash = createHash('sha256')
    .update(files.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');
  const { organisationNo, personId } = actor.viewer;
  return inTransaction(actor, async (session) => {
    await session.query(
      `insert into intake.batch (format, contributor_no, person_id, files, content_hash) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [format, organisationNo, personId, JSON.stringify(files), contentHash],
    );
    const [batch] = await session.query<Batch>(
      `select id, state, staged_rows as "stagedRows", coalesce(stored, '{}') as stored from intake.batch
       where contributor_no = $1 and format = $2 and content_hash = $3`,
      [organisationNo, format, contentHash],
    );
    if (batch === undefined) throw new DomainError('STATE', 'the import was not found again');
    if (batch.state !== 'ABANDONED') return batch;
    await clearParts(session, batch.id);
    await session.query(`update intake.batch set state = 'STAGED', staged_rows = 0 where id = $1`, [batch.id]);
    return { ...batch, state: 'STAGED', stagedRows: 0 };
  });
}

/**
 * Stages rows and notes how far the import is, in one transaction: either both are there after a crash, or neither.
 * @param rows consecutive; the first follows the `from` rows that are staged
 * @throws DomainError STATE when another process stages the same import
 */
export async function stageRowsOf(
  actor: Actor,
  batchId: string,
  from: number,
  rows: readonly StagedRow[],
): Promise<void> {
  const records = rows.flatMap((row, index) =>
    row.kind === 'loaded'
      ? row.records.map((record, part) => ({
          position: from + index + 1,
          part,
          file: row.file,
          row_no: row.row,
          kind: record.kind,
          body: record,
        }))
      : [],
  );
  const rejections = rows.flatMap((row, index) =>
    row.kind === 'rejected' ? rejectionRows(row.rejections, from + index + 1) : [],
  );
  await inTransaction(actor, async (session) => {
    const noted = await session.query(
      `update intake.batch set staged_rows = $3 where id = $1 and staged_rows = $2 and state = 'STAGED' returning id`,
      [batchId, from, from + rows.length],
    );
    if (noted.length === 0) {
      throw new DomainError('STATE', 'this import is under way in another process', { next: 'wait for it to end' });
    }
    await insertStaged(session, batchId, records);
    await insertRejections(session, batchId, rejections);
  });
}

async function insertStaged(session: WriteSession, batchId: string, records: readonly object[]): Promise<void> {
  if (records.length === 0) return;
  // A position that is taken was staged by an earlier try: the same row of the same files.
  await session.query(
    `insert into intake.staged (batch_id, position, part, file, row_no, kind, body)
     select $1, r.position, r.part, r.file, r.row_no, r.kind, r.body
     from jsonb_to_recordset($2::jsonb) as r(position int, part int, file text, row_no int, kind text, body jsonb)
     on conflict do nothing`,
    [batchId, JSON.stringify(records)],
  );
}

interface RejectionRow {
  readonly position: number;
  readonly part: number;
  readonly file: string;
  readonly row_no: number;
  readonly column_name: string | null;
  readonly code: string;
  readonly value: string;
  readonly hint: string;
}

export function rejectionRows(rejections: readonly Rejection[], position: number): RejectionRow[] {
  return rejections.map(({ file, row, column, code, value, hint }, part) => ({
    position,
    part,
    file,
    row_no: row,
    column_name: column,
    code,
    value,
    hint,
  }));
}

async function insertRejections(
  session: WriteSession,
  batchId: string,
  rejections: readonly RejectionRow[],
): Promise<void> {
  if (rejections.length === 0) return;
  await session.query(
    `insert into intake.rejection (batch_id, position, part, file, row_no, column_name, code, value, hint)
     select $1, r.position, r.part, r.file, r.row_no, r.column_name, r.code, r.value, r.hint
     from jsonb_to_recordset($2::jsonb) as r(position int, part int, file text, row_no int, column_name text, code text, value text, hint text)
     on conflict do nothing`,
    [batchId, JSON.stringify(rejections)],
  );
}

/** Gives an import up: its rows are deleted, its faults are kept until the same files come again. */
export async function abandonBatch(actor: Actor, batchId: string, preview: PreviewData): Promise<void> {
  await inTransaction(actor, async (session) => {
    await session.query(
      `update intake.batch set state = 'ABANDONED', staged_rows = 0, preview = $2 where id = $1 and state = 'STAGED'`,
      [batchId, JSON.stringify(preview)],
    );
    await session.query('delete from intake.target where batch_id = $1', [batchId]);
    await session.query('delete from intake.staged where batch_id = $1', [batchId]);
  });
}

async function clearParts(session: WriteSession, batchId: string): Promise<void> {
  for (const table of ['target', 'staged', 'rejection']) {
    await session.query(`delete from intake.${table} where batch_id = $1`, [batchId]);
  }
}
