import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../../../kernel/errors';
import type { ClassifiedFact } from '../../../policy/classification';
import type { Actor } from '../commit/actor';
import { writeCsv } from '../csv/writeCsv';
import { columnsOfFact, exportedRow } from './exportedRow';
import { ownKindFiles } from './ownKindRows';
import { ownRows } from './ownRows';

export interface ExportOrder {
  readonly format: 'csv' | 'json';
  /** Made when it is not there; files of the same names are replaced. */
  readonly folder: string;
}

export interface ExportManifest {
  /** ISO moment. */
  readonly exportedAt: string;
  readonly organisation: string;
  readonly purpose: string;
  readonly lawHash: string;
  readonly note: string;
  readonly files: readonly { readonly name: string; readonly rows: number; readonly columns: readonly string[] }[];
}

/**
 * Gives an organisation all of its data back: every fact that it owns or contributed, with its history, read through the
 * disclosed views as that organisation reads them. `facts/` holds everything, `import/` what `sluice import` takes again.
 * @throws DomainError UNAUTHENTICATED for nobody's data
 */
export async function exportData(actor: Actor, { format, folder }: ExportOrder): Promise<ExportManifest> {
  const { services, viewer } = actor;
  if (viewer.organisationId === null) throw new DomainError('UNAUTHENTICATED', 'act for an organisation to export');
  await mkdir(join(folder, 'facts'), { recursive: true });
  await mkdir(join(folder, 'import'), { recursive: true });
  const files: ExportManifest['files'][number][] = [];
  for (const fact of services.classification.facts) {
    const columns = columnsOfFact(fact);
    const name = `facts/${fact.table}.${format}`;
    files.push({
      name,
      columns,
      rows: await writeRows(join(folder, name), format, columns, factRows(actor, fact, columns)),
    });
  }
  for (const { kind, columns, rows } of ownKindFiles(actor)) {
    const name = `import/${kind}.csv`;
    files.push({ name, columns, rows: await writeRows(join(folder, name), 'csv', columns, rows) });
  }
  const manifest: ExportManifest = {
    exportedAt: new Date().toISOString(),
    organisation: services.ids.encode('member', viewer.organisationId, null),
    purpose: viewer.purpose ?? 'OWN_DATA',
    lawHash: services.masks.lawHash,
    note: 'tier: who else may read the fact; known_from and known_to: from when until when the hub held it so',
    files,
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

type Row = Readonly<Record<string, string | null>>;

async function* factRows(actor: Actor, fact: ClassifiedFact, columns: readonly string[]): AsyncGenerator<Row> {
  for await (const row of ownRows(actor, fact.table)) yield exportedRow(actor, fact, columns, row);
}

async function writeRows(
  path: string,
  format: 'csv' | 'json',
  columns: readonly string[],
  rows: AsyncIterable<Row>,
): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<Row> {
    for await (const row of rows) {
      count += 1;
      yield row;
    }
  }
  const source = format === 'csv' ? writeCsv(columns, counted()) : Readable.from(jsonLines(counted()));
  await pipeline(source, createWriteStream(path));
  return count;
}

/** One JSON array, a row a line. */
async function* jsonLines(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const row of rows) {
    yield `${separator}${JSON.stringify(row)}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
