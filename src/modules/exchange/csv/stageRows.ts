import { RowOutcome } from '../rowOutcome';
import type { StagedEvent } from '../staging';
import { readRows, type CsvRow, type HeaderRule, type SourceFile } from './readRows';

/** Where an import comes from; `events` may be read any number of times and yields the same each time. */
export interface ImportSource {
  readonly format: string;
  /** Names of the files, in the order in which they are read. */
  readonly files: readonly string[];
  /** The files themselves, in the same order: what tells two imports apart is what they hold, never what they are called. */
  readonly inputs: readonly SourceFile[];
  /** Columns that the files bring and that have no place in the hub: told in the preview, never dropped silently. */
  readonly columnsNotLoaded: Readonly<Record<string, readonly string[]>>;
  events(): AsyncGenerator<StagedEvent>;
}

/** Turns each data row into exactly one event. Rows of the wrong width, encoding or characters never reach `readRow`. */
export async function* stageRows(
  file: SourceFile,
  rule: HeaderRule,
  readRow: (row: CsvRow, outcome: RowOutcome) => void,
): AsyncGenerator<StagedEvent> {
  for await (const row of readRows(file, rule)) {
    if (row.kind === 'fault') {
      yield row;
      continue;
    }
    const outcome = new RowOutcome(row.file, row.row);
    if (!row.hasExpectedWidth) {
      outcome.reject('COLUMN_COUNT', null, String(row.cellCount), 'the row has more or fewer cells than the header');
    } else if (!row.isUtf8) {
      outcome.reject('NOT_UTF8', null, '', 'save the file as UTF-8');
    } else if (!row.isPlainText) {
      outcome.reject('INVALID_TEXT', null, '', 'a cell has control characters or is too long');
    } else {
      readRow(row, outcome);
    }
    yield outcome.finish();
  }
}
