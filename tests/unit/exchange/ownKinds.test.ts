import { join } from 'node:path';
import { columnsOf, indexCatalogue, ownCsv, ownKinds, type OwnKind } from '../../../src/modules/exchange/csv/ownKinds';
import { readImportSettings } from '../../../src/modules/exchange/importSettings';
import { escapeFormula } from '../../../src/modules/exchange/csv/writeCsv';
import type { StagedEvent } from '../../../src/modules/exchange/staging';
import { loadCatalogue } from '../../../src/modules/reference/catalogue';
import { eventsOf, fileOf, outcomesOf, recordsOf, today } from './stagedEvents';

const rules = {
  catalogue: indexCatalogue(loadCatalogue()),
  links: readImportSettings(join(__dirname, '../../../policies/exchange.yaml')).links,
  today,
};

type Cells = Readonly<Record<string, string>>;

async function stage(kind: OwnKind, ...rows: readonly Cells[]): Promise<StagedEvent[]> {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const columns = columnsOf(kind);
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ?? '')).join(','));
  return eventsOf(ownCsv(kind, fileOf(`${kind}.csv`, [columns.join(','), ...lines].join('\n')), rules));
}

const outcomes = async (kind: OwnKind, ...rows: readonly Cells[]): Promise<string[]> =>
  Object.values(outcomesOf(await stage(kind, ...rows)));

const member = {
  legalName: 'Heron Copper SA',
  lei: '999900SLUICECOPPER57',
  jurisdiction: 'CL',
  stakeholderGroup: 'UPSTREAM_INDUSTRY',
  activities: 'copper/MINING_LSM/SELL|copper/REFINING/SELL/EU+CN',
  otherIds: 'DUNS:123456789',
  standing: 'GOOD',
};
const site = {
  name: 'Heron Pit',
  type: 'MINE_OPEN_PIT',
  member: 'Heron Copper SA',
  country: 'CL',
  subdivision: 'CL-AN',
  location: '-22.28,-68.90',
  minerals: 'copper:PRIMARY|cobalt:BY_PRODUCT',
  owners: 'Heron Copper SA [60%]; Teal PLC [40%]',
  status: 'OPERATING',
  nameplateCapacity: '180000',
};
const link = { supplier: 'Heron Pit', customer: 'Teal Smelter', mineral: 'copper', period: '2025', product: '740311' };
const measurement = { subject: 'Heron Pit', indicator: 'WATER_WITHDRAWN', period: '2024', value: '1250.4', unit: 'ML' };
const assessment = {
  site: 'Heron Pit',
  standardVersion: 'IRMA/1.0',
  result: 'IRMA_75',
  assurance: 'THIRD_PARTY_REASONABLE',
  validFrom: '2024-01-01',
  validTo: '2027-01-01',
};

test('sound rows load', async () => {
  expect(await outcomes('members', member)).toEqual(['loaded: member']);
  expect(await outcomes('sites', site)).toEqual(['loaded: site ownershipShare ownershipShare capacity']);
  expect(await outcomes('links', link)).toEqual(['loaded: link']);
  expect(await outcomes('measurements', measurement)).toEqual(['loaded: measurement']);
  expect(await outcomes('assessments', assessment)).toEqual(['loaded: assessment']);
});

test('a member keeps its activities and ids', async () => {
  expect(recordsOf(await stage('members', member), 'member')).toMatchObject([
    {
      lei: '999900SLUICECOPPER57',
      otherIds: [{ scheme: 'DUNS', value: '123456789' }],
      activities: [
        { mineral: 'copper', stage: 'MINING_LSM', side: 'SELL', markets: [] },
        { mineral: 'copper', stage: 'REFINING', side: 'SELL', markets: ['EU', 'CN'] },
      ],
    },
  ]);
});

test('a measurement is stored in the unit of its indicator, the original kept', async () => {
  const water = { ...measurement, value: '1.5', unit: 'GL' };
  expect(recordsOf(await stage('measurements', water), 'measurement')).toMatchObject([
    {
      period: { start: '2024-01-01', end: '2025-01-01' },
      quantity: { value: '1500', unit: 'ML', originalValue: '1.5', originalUnit: 'GL' },
      tier: null,
    },
  ]);
});

test('zero, blank and the absence of a figure are three things', async () => {
  expect(
    await outcomes(
      'measurements',
      { ...measurement, value: '0' },
      { ...measurement, value: '', period: '2023' },
      { ...measurement, value: 'NOT_MATERIAL', unit: 'ML', period: '2022' },
    ),
  ).toEqual(['loaded: measurement', 'rejected: MISSING_VALUE', 'loaded: measurement']);
  const absent = recordsOf(await stage('measurements', { ...measurement, value: 'NOT_AVAILABLE' }), 'measurement');
  expect(absent).toMatchObject([{ quantity: null, absence: 'NOT_AVAILABLE' }]);
});

describe('one fault at a time', () => {
  test.each<[OwnKind, Cells, string]>([
    ['members', { ...member, lei: '999900SLUICECOPPER58' }, 'INVALID_IDENTIFIER'],
    ['members', { ...member, jurisdiction: 'UK' }, 'UNKNOWN_COUNTRY'],
    ['members', { ...member, stakeholderGroup: 'FRIENDS' }, 'NOT_IN_LIST'],
    ['members', { ...member, activities: 'unobtainium/REFINING/SELL' }, 'UNKNOWN_MINERAL'],
    ['members', { ...member, activities: 'copper/REFINING/GIVE' }, 'NOT_IN_LIST'],
    ['members', { ...member, otherIds: 'GLN:4012345000008' }, 'INVALID_IDENTIFIER'],
    ['members', { ...member, legalName: 'Heron\u202eAS' }, 'INVALID_TEXT'],
    ['sites', { ...site, location: '0,0' }, 'NULL_ISLAND'],
    ['sites', { ...site, location: '-68.90,-222.28' }, 'COORDINATES_OUT_OF_RANGE'],
    ['sites', { ...site, subdivision: 'CL-XX' }, 'INVALID_IDENTIFIER'],
    ['sites', { ...site, rmiCid: 'CID999001' }, 'INVALID_IDENTIFIER'],
    ['sites', { ...site, owners: 'A [60%]; B [50%]' }, 'SHARES_EXCEED_100'],
    ['sites', { ...site, nameplateCapacity: '0' }, 'OUT_OF_BOUNDS'],
    ['sites', { ...site, status: 'asleep' }, 'NOT_IN_LIST'],
    ['links', { ...link, customer: link.supplier }, 'LINK_TO_ITSELF'],
    ['links', { ...link, confidence: '0.9' }, 'OUT_OF_BOUNDS'],
    ['links', { ...link, product: '999999' }, 'INVALID_IDENTIFIER'],
    ['links', { ...link, period: '2025-01-01/2025-01-01' }, 'NOT_A_PERIOD'],
    ['links', { ...link, period: '2025-01-01..2028-01-01' }, 'OUT_OF_BOUNDS'],
    ['measurements', { ...measurement, value: '-3' }, 'OUT_OF_BOUNDS'],
    ['measurements', { ...measurement, value: '1,250' }, 'NOT_A_NUMBER'],
    ['measurements', { ...measurement, unit: 't' }, 'UNIT_DOES_NOT_FIT'],
    ['measurements', { ...measurement, unit: 'bucket' }, 'UNKNOWN_UNIT'],
    ['measurements', { ...measurement, period: '2026' }, 'PERIOD_NOT_CLOSED'],
    ['measurements', { ...measurement, indicator: 'HAPPINESS' }, 'NOT_IN_LIST'],
    ['measurements', { ...measurement, sourceUrl: 'https://example.org' }, 'MISSING_VALUE'],
    ['measurements', { ...measurement, indicator: 'FATALITIES', unit: 'count', value: '1.5' }, 'NOT_A_NUMBER'],
    ['assessments', { ...assessment, result: 'AAA' }, 'NOT_IN_LIST'],
    ['assessments', { ...assessment, standardVersion: 'IRMA/9' }, 'NOT_IN_LIST'],
    ['assessments', { ...assessment, validTo: '2023-01-01' }, 'NOT_A_PERIOD'],
    ['assessments', { ...assessment, validFrom: '01.02.2024' }, 'NOT_A_DATE'],
    ['assessments', { ...assessment, reportSha256: 'abc' }, 'INVALID_IDENTIFIER'],
  ])('%s %j is rejected with %s', async (kind, row, code) => {
    expect(await outcomes(kind, row)).toEqual([`rejected: ${code}`]);
  });
});

test('all faults of a row are told at once', async () => {
  const row = { ...measurement, value: '-3', period: '2026', verification: 'TRUST_ME', uncertainty: '101' };
  expect(await outcomes('measurements', row)).toEqual([
    'rejected: PERIOD_NOT_CLOSED OUT_OF_BOUNDS NOT_IN_LIST OUT_OF_BOUNDS',
  ]);
});

test.each<[OwnKind, Cells]>([
  ['members', member],
  ['sites', site],
  ['links', link],
  ['measurements', measurement],
  ['assessments', assessment],
])('%s: the same row again is a duplicate', async (kind, row) => {
  const [first, second] = await outcomes(kind, row, row);
  expect(first).toMatch(/^loaded/);
  expect(second).toBe('rejected: DUPLICATE');
});

test('what the export escaped is read as it was', async () => {
  const escaped = { ...site, location: escapeFormula(site.location) };
  expect(escaped.location).toBe("'-22.28,-68.90");
  expect(recordsOf(await stage('sites', escaped), 'site')).toMatchObject([
    { location: { latitude: '-22.28', longitude: '-68.9' } },
  ]);
});

test.each([...ownKinds])('%s: an unknown column is a fault, not ignored', async (kind) => {
  const header = [...columnsOf(kind), 'colour'].join(',');
  const events = await eventsOf(ownCsv(kind, fileOf('a.csv', `${header}\n`), rules));
  expect(events).toMatchObject([{ kind: 'fault', code: 'UNKNOWN_COLUMN', column: 'colour', row: 1 }]);
});
