import { parse } from 'csv-parse/sync';

/** A cell that does not say what its column may say. */
export interface CatalogueFault {
  readonly file: string;
  /** As a spreadsheet counts: the header is row 1. 0 when the file as a whole is meant. */
  readonly row: number;
  readonly column: string;
  readonly message: string;
}

/** The catalogue in the package is broken: the hub does not start. Every fault is in the message. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';

  constructor(readonly faults: readonly CatalogueFault[]) {
    super(faults.map(({ file, row, column, message }) => `${file} row ${row} column ${column}: ${message}`).join('\n'));
  }
}

const FIRST_DATA_ROW = 2;
const LIST_SEPARATOR = /[|;]/;

/**
 * Reads one file row by row. Its header must be the columns expected, no more and no fewer. Faults gather in `faults`,
 * so that all are told at once; a row with a fault yields placeholders that nobody sees, as loading fails after it.
 */
export function readTable<T>(
  file: string,
  text: string,
  columns: readonly string[],
  faults: CatalogueFault[],
  read: (row: Row) => T,
): readonly T[] {
  const [header = [], ...lines]: string[][] = parse(text, { bom: true, relax_column_count: true });
  const surplus = header.filter((column) => !columns.includes(column));
  const missing = columns.filter((column) => !header.includes(column));
  for (const column of surplus) faults.push({ file, row: 1, column, message: 'unknown column' });
  for (const column of missing) faults.push({ file, row: 1, column, message: 'column is missing' });
  if (lines.length === 0) faults.push({ file, row: 0, column: columns[0] ?? '', message: 'no rows' });
  return lines.map((cells, index) => {
    const number = index + FIRST_DATA_ROW;
    if (cells.length !== header.length) {
      faults.push({ file, row: number, column: header.at(-1) ?? '', message: `${cells.length} cells, not ${header.length}` });
    }
    return read(new Row(file, number, new Map(header.map((column, at) => [column, cells[at] ?? ''])), faults));
  });
}

/** One row's cells by column. Every getter refuses what its column may not say. */
export class Row {
  constructor(
    private readonly file: string,
    private readonly number: number,
    private readonly cells: ReadonlyMap<string, string>,
    private readonly faults: CatalogueFault[],
  ) {}

  fault(column: string, message: string): void {
    this.faults.push({ file: this.file, row: this.number, column, message });
  }

  /** Never empty. */
  text(column: string): string {
    const cell = this.cells.get(column) ?? '';
    if (cell === '') this.fault(column, 'is empty');
    return cell;
  }

  optional(column: string): string | null {
    const cell = this.cells.get(column) ?? '';
    return cell === '' ? null : cell;
  }

  matching(column: string, pattern: RegExp): string {
    const cell = this.text(column);
    if (cell !== '' && !pattern.test(cell)) this.fault(column, `\`${cell}\` does not match ${pattern}`);
    return cell;
  }

  oneOf<const T extends string>(column: string, values: readonly [T, ...T[]]): T {
    const cell = this.text(column);
    const found = values.find((value) => value === cell);
    if (found === undefined && cell !== '') this.fault(column, `\`${cell}\` is not one of ${values.join(', ')}`);
    return found ?? values[0];
  }

  optionalOneOf<const T extends string>(column: string, values: readonly [T, ...T[]]): T | null {
    return this.optional(column) === null ? null : this.oneOf(column, values);
  }

  /** Separated by `|` or `;`; empty cell, empty list. */
  list(column: string): readonly string[] {
    const cell = this.optional(column);
    return cell === null ? [] : cell.split(LIST_SEPARATOR).map((part) => part.trim());
  }

  listOf<const T extends string>(column: string, values: readonly T[]): readonly T[] {
    return this.list(column).flatMap((part) => {
      const found = values.find((value) => value === part);
      if (found === undefined) this.fault(column, `\`${part}\` is not one of ${values.join(', ')}`);
      return found === undefined ? [] : [found];
    });
  }

  yesNo(column: string): boolean {
    return this.oneOf(column, ['Y', 'N']) === 'Y';
  }
}
