import type { ImportSource } from '../csv/stageRows';
import type { ImportSettings } from '../importSettings';
import { openDataFormats } from '../openSource';
import { PreviewBuilder, type Preview } from '../preview';
import type { StagedRow } from '../staging';
import { writingOrganisation, type Actor } from './actor';
import { abandonBatch, hashFiles, openBatch, stageRowsOf, type Batch } from './batch';
import { commitBatch, type CommitFault } from './commitBatch';
import { GarbageCollection } from './garbage';
import { ownChecksOf, type RowCheck } from './ownChecks';

/** Rows staged in one transaction; twice as many are in memory at a time: one portion on its way, one being read. */
const PORTION_ROWS = 1000;

export interface ImportOrder {
  readonly source: ImportSource;
  readonly settings: ImportSettings;
  /** Commits the rows without fault although others have one. */
  readonly partial: boolean;
  /** Parses, checks and counts; stores nothing. */
  readonly dryRun: boolean;
  /** Rows read so far. */
  readonly onProgress?: (step: 'reading' | 'committing', rows: number) => void;
}

/**
 * PREVIEWED: nothing was to be stored. REFUSED: nothing was stored, for faults. COMMITTED: now. COMMITTED_BEFORE: the same
 * files were committed by an earlier import of the same organisation, and were not stored again.
 */
export type ImportState = 'PREVIEWED' | 'REFUSED' | 'COMMITTED' | 'COMMITTED_BEFORE';

export interface ImportReport {
  readonly state: ImportState;
  readonly preview: Preview;
  /** Facts stored, by table. */
  readonly stored: Readonly<Record<string, number>>;
  /** What only the commit could tell; these rows are not stored. */
  readonly commitFaults: readonly CommitFault[];
}

/**
 * Imports files: staged row by row, previewed, then committed as a whole. Begun again after any interruption, by the same
 * organisation with the same files, it goes on where it was, and stores everything once.
 * @throws DomainError UNAUTHENTICATED, POLICY_DENIED; STATE while another process stages the same files
 */
export async function runImport(actor: Actor, order: ImportOrder): Promise<ImportReport> {
  writingOrganisation(actor);
  const checks = ownChecksOf(actor, order.source.format);
  if (order.dryRun) return report('PREVIEWED', await read(order, checks, null));
  const batch = await openBatch(actor, order.source.format, await hashFiles(order.source));
  if (batch.state === 'COMMITTED') {
    return { ...report('COMMITTED_BEFORE', await read(order, checks, null)), stored: batch.stored };
  }
  const preview = await read(order, checks, (rows, from) => stagePortion(actor, batch, rows, from));
  if (preview.data.faults.length > 0 || (preview.hasRejections && !order.partial)) {
    await abandonBatch(actor, batch.id, preview.data);
    return report('REFUSED', preview);
  }
  return commit(actor, order, batch, preview);
}

async function commit(actor: Actor, order: ImportOrder, batch: Batch, preview: Preview): Promise<ImportReport> {
  const { source, settings, partial } = order;
  order.onProgress?.('committing', 0);
  const { state, stored, faults } = await commitBatch(actor, {
    batch,
    format: source.format,
    ownKind: isOpenData(source.format) ? null : source.format,
    partial,
    confidence: settings.links.confidenceAssertedMax,
    preview: preview.data,
  });
  if (state === 'REFUSED') await abandonBatch(actor, batch.id, preview.data);
  return { state, preview, stored, commitFaults: faults };
}

function isOpenData(format: string): boolean {
  return openDataFormats.some((each) => each === format);
}

function report(state: ImportState, preview: Preview): ImportReport {
  return { state, preview, stored: {}, commitFaults: [] };
}

/** Reads the source to its end in portions; each is checked, counted and given on, while the next one is read. */
async function read(
  { source, settings, onProgress }: ImportOrder,
  check: RowCheck,
  stage: ((rows: readonly StagedRow[], from: number) => Promise<void>) | null,
): Promise<Preview> {
  const preview = new PreviewBuilder(source, settings.preview);
  const garbage = new GarbageCollection();
  let rows: StagedRow[] = [];
  let from = 0;
  let staging: Promise<void> = Promise.resolve();
  const finishPortion = async (): Promise<void> => {
    const checked = await check(rows);
    for (const row of checked) preview.add(row);
    await staging;
    staging = stage?.(checked, from) ?? Promise.resolve();
    // Its fault is told where it is waited for, even when reading fails first.
    staging.catch(() => undefined);
    from += rows.length;
    garbage.afterRows(rows.length);
    rows = [];
    onProgress?.('reading', from);
  };
  for await (const event of source.events()) {
    if (event.kind === 'fault') preview.add(event);
    else rows.push(event);
    if (rows.length === PORTION_ROWS) await finishPortion();
  }
  if (rows.length > 0) await finishPortion();
  await staging;
  return preview.finish();
}

/** What an earlier try staged is passed over. */
async function stagePortion(actor: Actor, batch: Batch, rows: readonly StagedRow[], from: number): Promise<void> {
  const known = Math.max(0, Math.min(rows.length, batch.stagedRows - from));
  if (known === rows.length) return;
  await stageRowsOf(actor, batch.id, from + known, rows.slice(known));
}
