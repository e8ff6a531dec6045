import type { Readable } from 'node:stream';
import { CsvError, parse, type Parser } from 'csv-parse';
import type { FileFault, FileFaultCode } from '../staging';

/** One input file: opened anew for every pass, read once per pass, never held in memory. */
export interface SourceFile {
  /** As shown in findings: the file's name without its folder. */
  readonly name: string;
  open(): Readable;
}

export interface HeaderRule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** REFUSE for our own kinds (`domain.md` 5); open data sets may bring columns that we have no use for. */
  readonly unknownColumns: 'REFUSE' | 'IGNORE';
}

/** A cell larger than this is a quote that was never closed. */
const recordBytesMax = 1_000_000;

/** Longer than any attribute of a member, site, link, measurement or assessment. */
const cellCharactersMax = 10_000;
const deceivingCharacters = /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** One data row; cells come trimmed, and a cell beyond the end of a short row is blank. */
export class CsvRow {
  readonly kind = 'row';

  constructor(
    readonly file: string,
    /** As a spreadsheet counts: the header is row 1. */
    readonly row: number,
    private readonly cells: readonly string[],
    private readonly positions: ReadonlyMap<string, number>,
  ) {}

  cell(column: string): string {
    const position = this.positions.get(column);
    return position === undefined ? '' : (this.cells[position] ?? '').trim();
  }

  /** The header, in its order. */
  get columns(): IterableIterator<string> {
    return this.positions.keys();
  }

  get hasExpectedWidth(): boolean {
    return this.cells.length === this.positions.size;
  }

  get cellCount(): number {
    return this.cells.length;
  }

  /** U+FFFD is what decoding leaves of a byte that is no UTF-8. */
  get isUtf8(): boolean {
    return !this.cells.some((cell) => cell.includes('\ufffd'));
  }

  /** False for control characters, for marks that turn the order of what is shown, and for cells of great length. */
  get isPlainText(): boolean {
    return !this.cells.some((cell) => cell.length > cellCharactersMax || deceivingCharacters.test(cell));
  }
}

/**
 * Streams a CSV file: UTF-8, byte order mark tolerated, comma, header first, blank lines passed over.
 * Yields the rows in file order; a fault ends the file, and some of the rows before it may not have been told.
 */
export async function* readRows(file: SourceFile, rule: HeaderRule): AsyncGenerator<CsvRow | FileFault> {
  let positions: ReadonlyMap<string, number> | null = null;
  let row = 0;
  const source = file.open();
  const parser = parse({ bom: true, relax_column_count: true, max_record_size: recordBytesMax });
  try {
    for await (const cells of records(source, parser)) {
      row += 1;
      if (positions === null) {
        const header = cells.map((name) => name.trim());
        const faults = headerFaults(file.name, header, rule);
        yield* faults;
        if (faults.length > 0) return;
        positions = new Map(header.map((name, position) => [name, position]));
      } else if (cells.length > 1 || cells[0]?.trim() !== '') {
        yield new CsvRow(file.name, row, cells, positions);
      }
    }
    if (positions === null) yield fault(file.name, 1, null, 'EMPTY_FILE', 'the file has no header row');
  } catch (error) {
    yield readingFault(file.name, error);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

async function* records(source: Readable, parser: Parser): AsyncGenerator<string[]> {
  source.on('error', (error) => parser.destroy(error));
  for await (const record of source.pipe(parser)) {
    if (isCells(record)) yield record;
  }
}

function isCells(record: unknown): record is string[] {
  return Array.isArray(record);
}

function headerFaults(file: string, header: readonly string[], rule: HeaderRule): FileFault[] {
  const faults: FileFault[] = [];
  const known = new Set([...rule.required, ...rule.optional]);
  for (const [position, name] of header.entries()) {
    if (header.indexOf(name) !== position) {
      faults.push(fault(file, 1, name, 'REPEATED_COLUMN', `the column \`${name}\` stands twice`));
    } else if (!known.has(name) && rule.unknownColumns === 'REFUSE') {
      faults.push(
        fault(file, 1, name, 'UNKNOWN_COLUMN', `no such column as \`${name}\`; use ${[...known].join(', ')}`),
      );
    }
  }
  for (const name of rule.required.filter((required) => !header.includes(required))) {
    faults.push(fault(file, 1, name, 'MISSING_COLUMN', `add the column \`${name}\``));
  }
  return faults;
}

function readingFault(file: string, error: unknown): FileFault {
  if (error instanceof CsvError) {
    const read = typeof error['records'] === 'number' ? error['records'] : 0;
    const hint = 'check the quotes of this row: the file cannot be read beyond it';
    return fault(file, read + 1, null, 'MALFORMED_CSV', hint);
  }
  if (typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error) {
    return fault(file, 1, null, 'UNREADABLE_FILE', `the file cannot be read (${String(error.code)})`);
  }
  throw error;
}

function fault(file: string, row: number, column: string | null, code: FileFaultCode, hint: string): FileFault {
  return { kind: 'fault', file, row, column, code, hint };
}
