import type { WriteSession } from '../../../database/boundTransaction';
import { inTransaction, type Actor } from './actor';
import type { Batch } from './batch';
import { factSteps, linksSql, overlapsSql } from './factsSql';
import { openDataSteps } from './openDataSql';
import { ownStepsOf } from './ownSql';
import type { PreviewData } from '../preview';

/** A fault that only the database could tell; the row counts as rejected then. */
export interface CommitFault {
  readonly position: number;
  readonly file: string;
  readonly row: number;
  readonly column: string | null;
  readonly code: string;
  readonly value: string;
  readonly hint: string;
}

export interface CommitResult {
  readonly state: 'COMMITTED' | 'REFUSED';
  /** Rows stored, by kind of fact. */
  readonly stored: Readonly<Record<string, number>>;
  readonly faults: readonly CommitFault[];
}

export interface CommitOrder {
  readonly batch: Batch;
  readonly format: string;
  /** Null for open data: what it brings is about others. */
  readonly ownKind: string | null;
  readonly partial: boolean;
  /** Decimal text 0-1, of a link that states none. */
  readonly confidence: string;
  readonly preview: PreviewData;
}

class Refused extends Error {
  constructor(readonly faults: readonly CommitFault[]) {
    super('the import has faults');
  }
}

/** Facts, relations and the mark that it is done, in one transaction: all of it or nothing. */
export async function commitBatch(actor: Actor, order: CommitOrder): Promise<CommitResult> {
  try {
    return await inTransaction(actor, (session) => commitIn(session, actor, order));
  } catch (error) {
    if (error instanceof Refused) return { state: 'REFUSED', stored: {}, faults: error.faults };
    throw error;
  }
}

async function commitIn(session: WriteSession, actor: Actor, order: CommitOrder): Promise<CommitResult> {
  const { batch, preview, partial } = order;
  await session.query(
    "select set_config('statement_timeout', '10min', true), set_config('lock_timeout', '2min', true)",
  );
  // Another process may be at the same: the second waits here, and then finds it done.
  await session.query(`update intake.batch set partial = $2 where id = $1 and state = 'STAGED'`, [batch.id, partial]);
  const [now] = await session.query<{ state: string; stored: Record<string, number> | null }>(
    'select state, stored from intake.batch where id = $1',
    [batch.id],
  );
  if (now?.state === 'COMMITTED') return { state: 'COMMITTED', stored: now.stored ?? {}, faults: [] };
  await session.query("select set_config('sluice.relations', 'deferred', true)");
  // Tables that fill up within a transaction are planned as empty: row by row, a file would be walked once for each row.
  await session.query("select set_config('enable_nestloop', 'off', true)");
  const targets = await prepareTargets(session, order);
  const faults = await findFaults(session, order);
  if (faults.length > 0 && !partial) throw new Refused(faults);
  const stored = { ...targets, ...(await storeFacts(session, actor, order)) };
  await session.query("select set_config('enable_nestloop', 'on', true)");
  await session.query(
    `update intake.batch set state = 'COMMITTED', committed_at = now(), stored = $2, preview = $3 where id = $1`,
    [batch.id, JSON.stringify(stored), JSON.stringify(preview)],
  );
  return { state: 'COMMITTED', stored, faults };
}

async function prepareTargets(
  session: WriteSession,
  { batch, format, ownKind }: CommitOrder,
): Promise<Record<string, number>> {
  const stored: Record<string, number> = {};
  await session.query('select intake.count_staged()');
  // What stood in the way of an earlier try is found anew.
  await session.query('delete from intake.target where batch_id = $1', [batch.id]);
  const steps = ownKind === null ? openDataSteps : ownStepsOf(ownKind).before;
  for (const { sql, stores } of steps) {
    const [row] = await session.query<{ rows?: number }>(sql, [batch.id, format]);
    if (stores !== null) stored[stores] = row?.rows ?? 0;
  }
  await session.query('select intake.count_staged()');
  return stored;
}

/** Rows with a fault are taken out of the staging. */
async function findFaults(session: WriteSession, { batch, ownKind }: CommitOrder): Promise<CommitFault[]> {
  await session.query(overlapsSql, [batch.id, '']);
  for (const sql of ownKind === null ? [] : ownStepsOf(ownKind).faults) await session.query(sql, [batch.id, '']);
  return session.query<CommitFault & Record<string, unknown>>(
    `with gone as (delete from intake.staged s using intake.rejection r where s.batch_id = $1 and r.batch_id = $1 and r.position = s.position
       returning s.position)
     select r.position, r.file, r.row_no as "row", r.column_name as "column", r.code, r.value, r.hint from intake.rejection r
     where r.batch_id = $1 and r.position in (select position from gone) order by r.position`,
    [batch.id],
  );
}

async function storeFacts(
  session: WriteSession,
  { viewer }: Actor,
  { batch, ownKind, confidence }: CommitOrder,
): Promise<Record<string, number>> {
  const source = ownKind === null ? 'IMPORT' : 'SELF';
  const stored: Record<string, number> = {};
  for (const { sql, stores } of factSteps) {
    const [row] = await session.query<{ rows: number }>(sql, [batch.id, source]);
    if (row !== undefined && row.rows > 0) stored[stores] = row.rows;
  }
  const [links] = await session.query<{ rows: number }>(linksSql, [batch.id, source, confidence, viewer.personId]);
  if (links !== undefined && links.rows > 0) stored.link = links.rows;
  for (const { sql, stores } of ownKind === null ? [] : ownStepsOf(ownKind).after) {
    const [row] = await session.query<{ rows: number }>(sql, [batch.id, viewer.personId]);
    if (row !== undefined && row.rows > 0) stored[stores] = row.rows;
  }
  await session.query('delete from intake.target where batch_id = $1', [batch.id]);
  await session.query('delete from intake.staged where batch_id = $1', [batch.id]);
  return stored;
}
