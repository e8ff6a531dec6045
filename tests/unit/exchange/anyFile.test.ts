import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { columnsOf, indexCatalogue, ownCsv, ownKinds } from '../../../src/modules/exchange/csv/ownKinds';
import type { ImportSource } from '../../../src/modules/exchange/csv/stageRows';
import { readImportSettings } from '../../../src/modules/exchange/importSettings';
import { fineprint } from '../../../src/modules/exchange/openData/fineprint';
import { gemIronOre } from '../../../src/modules/exchange/openData/gemIronOre';
import { gemSteel } from '../../../src/modules/exchange/openData/gemSteel';
import { PreviewBuilder } from '../../../src/modules/exchange/preview';
import { loadCatalogue } from '../../../src/modules/reference/catalogue';
import {
  bookkeepingFaults,
  danglingReferences,
  eventsOf,
  fileOf,
  fixturesFolder,
  plainRows,
  today,
} from './stagedEvents';

const settings = readImportSettings(join(__dirname, '../../../policies/exchange.yaml'));
const rules = { catalogue: indexCatalogue(loadCatalogue()), links: settings.links, today };

/** Cells that a file may hold: sound ones, from the look-alikes and for our own kinds, and any others. */
const soundCells: readonly string[] = [
  ...[
    'iron-ore-mines',
    'steel-plants',
    'fineprint-sites',
    'fineprint-owners',
    'fineprint-production',
    'fineprint-flows',
  ]
    .flatMap((name) => plainRows(join(fixturesFolder, `${name}.csv`)))
    .flatMap((row) => Object.values(row)),
  ...[
    '2024',
    'copper',
    'CL',
    'WATER_WITHDRAWN',
    'ML',
    'IRMA/1.0',
    'IRMA_75',
    '2024-01-01',
    'NONE',
    'SMELTER',
    '0',
    '-1',
  ],
];
const anyCell = fc.oneof(
  { weight: 6, arbitrary: fc.nat(soundCells.length - 1).map((index) => soundCells[index] ?? '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\u0000',
      '((((%)',
      '[%]; [',
      'A (1%)(',
      '9'.repeat(70),
      '1e9',
      'NaN',
      '; ;',
      ' and ',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const csvOf = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns.join(','), ...rows.map((row) => row.map(quoted).join(','))].join('\n');

function anyFile(columns: readonly string[]): fc.Arbitrary<string> {
  const row = fc.array(anyCell, { minLength: columns.length, maxLength: columns.length });
  return fc.array(row, { minLength: 2, maxLength: 12 }).map((rows) => csvOf(columns, rows));
}

const columnsOfFixture = (name: string): string[] => Object.keys(plainRows(join(fixturesFolder, name))[0] ?? {});
/** Data rows as the parser alone counts them. */
function lines(content: string): number {
  const records: unknown = parse(content, { bom: true, relax_column_count: true });
  return Array.isArray(records) ? records.length - 1 : 0;
}

async function check(source: ImportSource, rowsByFile: Record<string, number>): Promise<void> {
  const events = await eventsOf(source);
  expect(events.filter((event) => event.kind === 'fault')).toEqual([]);
  expect(bookkeepingFaults(events, rowsByFile)).toEqual([]);
  expect(danglingReferences(events)).toEqual([]);
  const builder = new PreviewBuilder(source, settings.preview);
  for (const event of events) builder.add(event);
  const { data } = builder.finish();
  for (const [file, rows] of Object.entries(rowsByFile)) expect(data.files[file]?.rows).toBe(rows);
}

test.each([
  ['iron-ore-mines.csv', (content: string) => gemIronOre(fileOf('iron-ore-mines.csv', content), today)],
  ['steel-plants.csv', (content: string) => gemSteel(fileOf('steel-plants.csv', content))],
] as const)('%s: whatever the cells, every row is told once and no reference dangles', async (name, open) => {
  await fc.assert(
    fc.asyncProperty(anyFile(columnsOfFixture(name)), async (content) => {
      await check(open(content), { [name]: lines(content) });
    }),
    { numRuns: 25 },
  );
});

test('fineprint: whatever the cells, every row of every file is told once and no reference dangles', async () => {
  const roles = ['sites', 'owners', 'production', 'processing', 'flows'] as const;
  const contents = fc.tuple(...roles.map((role) => anyFile(columnsOfFixture(`fineprint-${role}.csv`))));
  await fc.assert(
    fc.asyncProperty(contents, async (given) => {
      const [sites, owners, production, processing, flows] = given.map((content, index) =>
        fileOf(`${roles[index] ?? ''}.csv`, content),
      );
      if (sites === undefined) return;
      const optional = { owners: owners ?? null, production: production ?? null, processing: processing ?? null };
      const source = fineprint({ sites, ...optional, flows: flows ?? null }, today);
      await check(
        source,
        Object.fromEntries(given.map((content, index) => [`${roles[index] ?? ''}.csv`, lines(content)])),
      );
    }),
    { numRuns: 25 },
  );
});

test.each([...ownKinds])('%s: whatever the cells, every row is told once', async (kind) => {
  await fc.assert(
    fc.asyncProperty(anyFile(columnsOf(kind)), async (content) => {
      await check(ownCsv(kind, fileOf('own.csv', content), rules), { 'own.csv': lines(content) });
    }),
    { numRuns: 15 },
  );
});
