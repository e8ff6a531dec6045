import { join } from 'node:path';
import { readImportSettings } from '../../../src/modules/exchange/importSettings';
import { openOpenData } from '../../../src/modules/exchange/openSource';
import { previewOf } from '../../../src/modules/exchange/preview';
import { escapeValue } from '../../../src/modules/exchange/rowOutcome';
import { fixturesFolder, openFolder, today } from './stagedEvents';

const settings = readImportSettings(join(__dirname, '../../../policies/exchange.yaml')).preview;

test('for each file rows = loaded + rejected, and the codes add up to the rejected', async () => {
  const { data } = await previewOf(await openFolder('fineprint', fixturesFolder), settings);
  for (const file of Object.values(data.files)) {
    expect(file.rows).toBe(file.loaded + file.rejected);
    expect(Object.values(file.rejectedByCode).reduce((sum, count) => sum + count, 0)).toBe(file.rejected);
  }
  expect(
    Object.fromEntries(Object.entries(data.files).map(([name, { rows, loaded }]) => [name, [rows, loaded]])),
  ).toEqual({
    'fineprint-sites.csv': [8, 5],
    'fineprint-owners.csv': [16, 5],
    'fineprint-production.csv': [21, 5],
    'fineprint-processing.csv': [7, 3],
    'fineprint-flows.csv': [18, 5],
  });
  expect(data.recordsByKind).toEqual({
    link: 9,
    measurement: 8,
    operator: 2,
    organisation: 9,
    ownershipShare: 8,
    site: 5,
  });
});

test('joint ventures are counted by parents and by owners', async () => {
  const { data } = await previewOf(await openFolder('gem-iron-ore', fixturesFolder), settings);
  expect(data.jointVentures).toEqual({ ULTIMATE: 2, DIRECT: 1 });
});

test('the text tells every count, examples with their place, and what was not loaded', async () => {
  const preview = await previewOf(await openFolder('gem-iron-ore', fixturesFolder), settings);
  const text = preview.toText();
  expect(text).toContain('iron-ore-mines.csv: 11 rows = 4 loaded + 7 rejected\n');
  expect(text).toContain('       1  STATUS_CANCELLED\n');
  expect(text).toContain(
    '  iron-ore-mines.csv:5 status  STATUS_CANCELLED  `cancelled`  a cancelled project is no site\n',
  );
  expect(text).toContain('  not loaded: reserves_proven_probable_kt, start_date\n');
  expect(JSON.parse(JSON.stringify(preview))).toEqual(preview.data);
  expect(preview.hasRejections).toBe(true);
});

test('a foreign cell cannot act on a terminal or a spreadsheet', () => {
  expect(escapeValue('=1+1')).toBe("'=1+1");
  expect(escapeValue('\u001b[2J\u202eevil\n')).toBe('\\u001b[2J\\u202eevil\\u000a');
  expect(escapeValue('x'.repeat(500))).toBe(`${'x'.repeat(79)}…`);
});

test('paths that lead nowhere, or to too many files, are told', async () => {
  const codes = async (...paths: string[]) => {
    const source = await openOpenData('gem-steel', paths, today);
    return source.ok ? 'ok' : source.error.code;
  };
  const steel = join(fixturesFolder, 'steel-plants.csv');
  expect(await codes(steel)).toBe('ok');
  expect(await codes(join(fixturesFolder, 'nothing.csv'))).toBe('NO_SUCH_FILE');
  expect(await codes(steel, steel)).toBe('FILE_COUNT');
  const several = ['fineprint-sites.csv', 'fineprint-flows.csv'].map((name) => join(fixturesFolder, name));
  expect(await openOpenData('fineprint', several, today)).toMatchObject({ ok: true });
  expect(await openOpenData('fineprint', several.slice(1), today)).toMatchObject({
    ok: false,
    error: { code: 'FILE_COUNT' },
  });
  expect(await openOpenData('fineprint', [steel], today)).toMatchObject({ ok: false, error: { code: 'FILE_ROLE' } });
});
