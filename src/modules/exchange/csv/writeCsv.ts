import type { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

/**
 * Signs that make a spreadsheet compute a cell (`domain.md` 5: `= + - @`), and the tab and carriage return that
 * spreadsheets drop before they look.
 */
const formulaStart = /^[=+\-@\t\r]/;
const plainNumber = /^-?\d+(\.\d+)?$/;
/** A cell of ours that already begins with apostrophes and a sign gets one more, so that reading back is exact. */
const escaped = /^'+[=+\-@\t\r]/;

/** Puts an apostrophe before a cell that a spreadsheet would take for a formula; a plain number stays a number. */
export function escapeFormula(cell: string): string {
  if (plainNumber.test(cell)) return cell;
  return formulaStart.test(cell) || escaped.test(cell) ? `'${cell}` : cell;
}

/** The inverse of `escapeFormula`: `unescapeFormula(escapeFormula(x)) === x` for every text. */
export function unescapeFormula(cell: string): string {
  return escaped.test(cell) ? cell.slice(1) : cell;
}

/**
 * Streams rows as CSV (UTF-8, comma, CRLF as in RFC 4180), every cell safe to open in a spreadsheet. Null and undefined
 * are blank cells; blank is not zero.
 */
export function writeCsv<Column extends string>(
  columns: readonly Column[],
  rows: AsyncIterable<Readonly<Record<Column, string | null>>> | Iterable<Readonly<Record<Column, string | null>>>,
): Readable {
  const output = stringify({ record_delimiter: 'windows', quoted_match: /[\r\n]/ });
  void pump(output, columns, rows);
  return output;
}

async function pump<Column extends string>(
  output: ReturnType<typeof stringify>,
  columns: readonly Column[],
  rows: AsyncIterable<Readonly<Record<Column, string | null>>> | Iterable<Readonly<Record<Column, string | null>>>,
): Promise<void> {
  try {
    output.write([...columns]);
    for await (const row of rows) {
      const cells = columns.map((column) => escapeFormula(row[column] ?? ''));
      if (!output.write(cells)) await drained(output);
      if (output.destroyed) return;
    }
    output.end();
  } catch (error) {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Resolves as well when the reader went away, so that the source of rows is let go. */
function drained(output: ReturnType<typeof stringify>): Promise<void> {
  return new Promise((resolve) => {
    output.once('drain', resolve);
    output.once('close', resolve);
  });
}
