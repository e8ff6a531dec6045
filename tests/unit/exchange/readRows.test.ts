import { join } from 'node:path';
import { createReadStream } from 'node:fs';
import { readRows, type HeaderRule } from '../../../src/modules/exchange/csv/readRows';
import { stageRows } from '../../../src/modules/exchange/csv/stageRows';
import type { StagedEvent } from '../../../src/modules/exchange/staging';
import { fileOf } from './stagedEvents';

const strict: HeaderRule = { required: ['name'], optional: ['note'], unknownColumns: 'REFUSE' };

async function read(content: string | Buffer, rule = strict): Promise<string[]> {
  const told: string[] = [];
  for await (const row of readRows(fileOf('a.csv', content), rule)) {
    told.push(
      row.kind === 'fault' ? `${row.code} ${row.row} ${row.column ?? ''}`.trim() : `${row.row} ${row.cell('name')}`,
    );
  }
  return told;
}

async function stage(content: string | Buffer): Promise<string[]> {
  const events: StagedEvent[] = [];
  for await (const event of stageRows(fileOf('a.csv', content), strict, () => undefined)) events.push(event);
  return events.map((event) => (event.kind === 'rejected' ? event.rejections[0].code : event.kind));
}

test('rows are numbered as a spreadsheet does, cells are trimmed, blank lines passed over', async () => {
  expect(await read('name,note\n Heron ,x\n\n"Teal\nPond",y\n')).toEqual(['2 Heron', '4 Teal\nPond']);
});

test('a byte order mark is no part of the first column', async () => {
  expect(await read('\ufeffname\nHeron\n')).toEqual(['2 Heron']);
});

test.each([
  ['', ['EMPTY_FILE 1']],
  ['name,colour\nHeron,red\n', ['UNKNOWN_COLUMN 1 colour']],
  ['note\nx\n', ['MISSING_COLUMN 1 name']],
  ['name,name\nx,y\n', ['REPEATED_COLUMN 1 name']],
  ['colour,note\n', ['UNKNOWN_COLUMN 1 colour', 'MISSING_COLUMN 1 name']],
  ['name\nHeron\n"Teal\n', ['MALFORMED_CSV 3']],
  ['name\n"Heron"x\n', ['MALFORMED_CSV 2']],
])('the header and quotes of %j', async (content, told) => {
  expect(await read(content)).toEqual(told);
});

test('open data may bring columns that we have no use for', async () => {
  expect(await read('name,colour\nHeron,red\n', { ...strict, unknownColumns: 'IGNORE' })).toEqual(['2 Heron']);
});

test('a quote that is never closed ends in a fault, not in memory', async () => {
  expect(await read(`name\n"${'x'.repeat(1_100_000)}`)).toEqual(['MALFORMED_CSV 2']);
});

test('a file that is not there is a fault', async () => {
  const missing = { name: 'gone.csv', open: () => createReadStream(join(__dirname, 'gone.csv')) };
  const told = [];
  for await (const row of readRows(missing, strict)) told.push(row.kind === 'fault' ? [row.code, row.hint] : row.kind);
  expect(told).toEqual([['UNREADABLE_FILE', 'the file cannot be read (ENOENT)']]);
});

test('rows of the wrong width or encoding are rejected before anyone reads them', async () => {
  expect(await stage('name,note\na,b\na\na,b,c\n')).toEqual(['loaded', 'COLUMN_COUNT', 'COLUMN_COUNT']);
  expect(await stage(Buffer.from([...Buffer.from('name\n'), 0xe9, 0x0a]))).toEqual(['NOT_UTF8']);
  expect(await stage('name\nHer\u0000on\n')).toEqual(['INVALID_TEXT']);
  expect(await stage('name\nHer\u202eon\n')).toEqual(['INVALID_TEXT']);
  expect(await stage(`name\n${'x'.repeat(10_001)}\n`)).toEqual(['INVALID_TEXT']);
  expect(await stage('name\n"two\nlines"\n')).toEqual(['loaded']);
});

test('a reader that goes away closes the file', async () => {
  const file = fileOf('a.csv', 'name\na\nb\nc\n');
  const opened: { destroyed: boolean }[] = [];
  const watched = {
    name: file.name,
    open: () => {
      const stream = file.open();
      opened.push(stream);
      return stream;
    },
  };
  for await (const row of readRows(watched, strict)) if (row.kind === 'row') break;
  expect(opened.map((stream) => stream.destroyed)).toEqual([true]);
});
