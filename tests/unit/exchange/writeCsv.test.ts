import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { escapeFormula, unescapeFormula, writeCsv } from '../../../src/modules/exchange/csv/writeCsv';

const written = async (rows: readonly { a: string | null; b: string | null }[]): Promise<string> => {
  let text = '';
  for await (const chunk of writeCsv(['a', 'b'], rows)) text += String(chunk);
  return text;
};

/** What a spreadsheet would compute. */
const runsAsFormula = (cell: string): boolean => /^[\t\r]*[=+\-@]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell);

const dangerous = fc
  .tuple(fc.constantFrom('=', '+', '-', '@', '\t=', '\r=', "'=", "''@", ''), fc.string({ unit: 'grapheme' }))
  .map(([start, rest]) => start + rest);

test.each([
  ['=cmd|/c calc', "'=cmd|/c calc"],
  ['+1', "'+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-22.28,-68.90', "'-22.28,-68.90"],
  ['\t=1', "'\t=1"],
  ['-3.5', '-3.5'],
  ['plain', 'plain'],
  ["'quoted", "'quoted"],
  ["'=1", "''=1"],
])('%j is written as %j', (cell, safe) => {
  expect(escapeFormula(cell)).toBe(safe);
});

test('no cell of an export runs as a formula, and every cell comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ a: dangerous, b: fc.option(dangerous) }), { maxLength: 8 }), async (rows) => {
      const cells: unknown = parse(await written(rows), { relax_column_count: true });
      const [header, ...records] = Array.isArray(cells) ? (cells as string[][]) : [];
      expect(header).toEqual(['a', 'b']);
      expect(records.flat().filter(runsAsFormula)).toEqual([]);
      expect(records.map((record) => record.map(unescapeFormula))).toEqual(rows.map(({ a, b }) => [a, b ?? '']));
    }),
    { numRuns: 200 },
  );
});

test('the formula check catches a writer that does not escape', () => {
  expect(['=1+1', 'plain'].filter(runsAsFormula)).toEqual(['=1+1']);
});

test('a source of rows that fails ends the export with its error', async () => {
  const failing = (function* (): Generator<{ a: string; b: string }> {
    yield { a: '1', b: '2' };
    throw new Error('the connection is gone');
  })();
  await expect(
    (async () => {
      for await (const chunk of writeCsv(['a', 'b'], failing)) void chunk;
    })(),
  ).rejects.toThrow('the connection is gone');
});
