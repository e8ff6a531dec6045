import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import type { SourceFile } from '../../../src/modules/exchange/csv/readRows';
import type { ImportSource } from '../../../src/modules/exchange/csv/stageRows';
import { openOpenData, type OpenDataFormat } from '../../../src/modules/exchange/openSource';
import type { StagedEvent, StagedRecord } from '../../../src/modules/exchange/staging';

/** The day the tests take for today. */
export const today = '2026-01-01';
export const fixturesFolder = join(__dirname, 'fixtures');

export function fileOf(name: string, content: string | Buffer): SourceFile {
  return { name, open: () => Readable.from([Buffer.isBuffer(content) ? content : Buffer.from(content)]) };
}

export async function openFolder(format: OpenDataFormat, folder: string): Promise<ImportSource> {
  const source = await openOpenData(format, [folder], today);
  if (!source.ok) throw new Error(source.error.hint);
  return source.value;
}

export async function eventsOf(source: ImportSource): Promise<StagedEvent[]> {
  const events: StagedEvent[] = [];
  for await (const event of source.events()) events.push(event);
  return events;
}

/** `file:row` to what became of the row: its code, or the kinds of its records; then its warnings. */
export function outcomesOf(events: readonly StagedEvent[]): Record<string, string> {
  return Object.fromEntries(
    events.map((event) => {
      const place = `${event.file}:${event.row}`;
      if (event.kind === 'fault') return [place, `fault ${event.code}`];
      const what =
        event.kind === 'rejected'
          ? event.rejections.map(({ code }) => code).join(' ')
          : event.records.map((record) => record.kind).join(' ');
      const warnings = event.warnings.map(({ code }) => code).join(' ');
      return [place, `${event.kind}: ${what}${warnings === '' ? '' : ` (${warnings})`}`];
    }),
  );
}

export function recordsOf<Kind extends StagedRecord['kind']>(
  events: readonly StagedEvent[],
  kind: Kind,
): Extract<StagedRecord, { kind: Kind }>[] {
  const isOfKind = (record: StagedRecord): record is Extract<StagedRecord, { kind: Kind }> => record.kind === kind;
  return events.flatMap((event) => (event.kind === 'loaded' ? event.records.filter(isOfKind) : []));
}

/** The cells of a file, read by the parser alone, so that our counts have something to answer to. */
export function plainRows(path: string): Record<string, string>[] {
  const rows: unknown = parse(readFileSync(path), { bom: true, columns: true });
  return Array.isArray(rows) ? rows : [];
}

/** What is wrong with the bookkeeping of an import: rows told twice, not at all, or that do not exist. */
export function bookkeepingFaults(
  events: readonly StagedEvent[],
  rowsByFile: Readonly<Record<string, number>>,
): string[] {
  const seen = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'fault') continue;
    const place = `${event.file}:${event.row}`;
    seen.set(place, (seen.get(place) ?? 0) + 1);
  }
  const faults: string[] = [];
  for (const [file, rows] of Object.entries(rowsByFile)) {
    for (let row = 2; row < rows + 2; row += 1) {
      const times = seen.get(`${file}:${row}`) ?? 0;
      if (times !== 1) faults.push(`${file}:${row} told ${times} times`);
      seen.delete(`${file}:${row}`);
    }
  }
  return [...faults, ...[...seen.keys()].map((place) => `${place} does not exist`)];
}

/** Every reference of an import must point at a record that went out before it. */
export function danglingReferences(events: readonly StagedEvent[]): string[] {
  const known = new Set<string>();
  const dangling: string[] = [];
  const check = (reference: { kind: string; key?: string }): void => {
    if (reference.key !== undefined && !known.has(reference.key)) dangling.push(reference.key);
  };
  for (const event of events) {
    if (event.kind !== 'loaded') continue;
    for (const record of event.records) {
      if (record.kind === 'organisation' || record.kind === 'site') known.add(record.key);
      if (record.kind === 'ownershipShare') [record.subject, record.holder].forEach(check);
      if (record.kind === 'operator') [record.site, record.organisation].forEach(check);
      if (record.kind === 'capacity') check(record.site);
      if (record.kind === 'measurement') check(record.subject);
      if (record.kind === 'link') [record.supplier, record.customer].forEach(check);
    }
  }
  return dangling;
}
