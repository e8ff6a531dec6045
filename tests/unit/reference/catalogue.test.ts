import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue, packageRoot, parseCatalogue } from '../../../src/modules/reference';
import { catalogueFiles, type CatalogueTexts } from '../../../src/modules/reference/readers';
import { CatalogueError } from '../../../src/modules/reference/table';

const folder = join(packageRoot(), 'reference');
const read = (file: keyof typeof catalogueFiles) => readFileSync(join(folder, file), 'utf8');
const texts: CatalogueTexts = {
  'standards.csv': read('standards.csv'),
  'crosswalk.csv': read('crosswalk.csv'),
  'indicators.csv': read('indicators.csv'),
  'minerals.csv': read('minerals.csv'),
  'glossary.csv': read('glossary.csv'),
  'state-machines.csv': read('state-machines.csv'),
  'phase-gates.csv': read('phase-gates.csv'),
  'equivalence-sample.csv': read('equivalence-sample.csv'),
};

/** The faults of the catalogue with one file changed. */
function faultsOf(file: keyof typeof catalogueFiles, change: (text: string) => string): readonly string[] {
  const changed = change(texts[file]);
  expect(changed).not.toBe(texts[file]);
  try {
    parseCatalogue({ ...texts, [file]: changed });
  } catch (error) {
    if (error instanceof CatalogueError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the catalogue in the package', () => {
  const catalogue = loadCatalogue();

  it('holds every row of every file', () => {
    expect({
      standards: catalogue.standards.length,
      requirements: catalogue.requirements.length,
      indicators: catalogue.indicators.length,
      minerals: catalogue.minerals.length,
      glossary: catalogue.glossary.length,
      phaseGates: catalogue.phaseGates.length,
      equivalences: catalogue.equivalences.length,
      machines: catalogue.stateMachines.size,
    }).toEqual({
      standards: 27,
      requirements: 240,
      indicators: 46,
      minerals: 86,
      glossary: 35,
      phaseGates: 104,
      equivalences: 20,
      machines: 9,
    });
  });

  it('reads a row in full', () => {
    expect(catalogue.indicators.find((row) => row.indicatorId === 'AIR_SOX')).toEqual({
      indicatorId: 'AIR_SOX',
      name: 'Sulphur oxide emissions',
      meaning: 'mass emitted',
      unit: 't',
      valueType: 'DECIMAL',
      minimum: '0',
      maximum: null,
      direction: 'LOWER',
      levels: ['SITE'],
      stages: ['MINING_LSM', 'CONCENTRATION', 'SMELTING', 'REFINING'],
      griReference: 'GRI 305-7',
      sasbReference: 'EM-MM-120a.1',
      otherReference: null,
      defaultTier: 'ALLIANCE',
      siteDefaultTier: 'ALLIANCE',
      csi: 'CONDITIONAL',
      csiReason: 'throughput or sales proxy',
      aggregation: 'SUM',
      certainty: 'HIGH',
      sensitivity: 'DERIVED',
      dataClass: 'PERFORMANCE',
    });
    expect(catalogue.standards.find((row) => row.standardId === 'RMAP')).toMatchObject({
      validityMonths: [12, 36],
      levels: ['NOT_LISTED', 'ACTIVE', 'CONFORMANT'],
      scopeMinerals: ['tin', 'tantalum', 'tungsten', 'gold', 'cobalt', 'others'],
      scopeStages: ['SMELTING', 'REFINING'],
    });
    expect(catalogue.standards.find((row) => row.standardId === 'OECD_DDG')).toMatchObject({
      validityMonths: [],
      scopeMinerals: null,
      scopeStages: null,
    });
    expect(catalogue.minerals.find((row) => row.rowId === 'cobalt-3')).toMatchObject({
      hs6: '810520',
      euBatteryDueDiligence: true,
      eu3tg2017821: false,
    });
  });

  it('covers every topic by every standard of the crosswalk once', () => {
    const topics = new Set(catalogue.requirements.map((row) => row.topicId));
    const standards = new Set(catalogue.requirements.map((row) => row.standardId));
    expect(topics.size * standards.size).toBe(catalogue.requirements.length);
  });

  it('never gives an indicator with a CSI flag the sensitivity NONE', () => {
    const open = catalogue.indicators.filter((row) => row.csi !== 'NO' && row.sensitivity === 'NONE');
    expect(open).toEqual([]);
  });
});

describe('a broken catalogue does not load, and names file, row and column', () => {
  it.each([
    ['an unknown tier', 'indicators.csv', 'ALLIANCE,CONDITIONAL', 'ALIANCE,CONDITIONAL', /indicators\.csv row 2 column default_tier: `ALIANCE`/],
    ['an unknown unit', 'indicators.csv', ',t CO2e,', ',t CO2,', /indicators\.csv row 2 column unit: `t CO2`/],
    ['CSI without its kind', 'indicators.csv', 'SUM,HIGH,DERIVED', 'SUM,HIGH,NONE', /row 2 column sensitivity: `NONE` beside a CSI flag/],
    ['a bound that is no number', 'indicators.csv', 'DECIMAL,0,', 'DECIMAL,none,', /row 2 column min: `none`/],
    ['an unknown stage in a list', 'standards.csv', 'MINING_LSM|SMELTING', 'MINING|SMELTING', /standards\.csv row 3 column scope_stages: `MINING`/],
    ['a mineral nobody knows', 'standards.csv', 'copper;nickel', 'coper;nickel', /standards\.csv row 3 column scope_minerals: `coper`/],
    ['a validity that is no number', 'standards.csv', ',ORDERED,36,', ',ORDERED,3y,', /standards\.csv row 2 column validity_months: `3y`/],
    ['a standard nobody knows', 'crosswalk.csv', 'T01,Legal compliance,IRMA', 'T01,Legal compliance,IRNA', /crosswalk\.csv row 2 column standard_id: `IRNA`/],
    ['an HS code with dots', 'minerals.csv', '260900', '2609.00', /minerals\.csv row 2 column hs6/],
    ['a flag that is neither', 'minerals.csv', 'CMRT,Y,N', 'CMRT,y,N', /minerals\.csv row 2 column eu_3tg_2017_821: `y`/],
    ['an audience nobody knows', 'phase-gates.csv', 'CHAMPIONING,AGGREGATE,safe statistics over members,NONE', 'CHAMPIONING,AGGREGATE,safe statistics over members,ALL', /phase-gates\.csv row 26 column audience: `ALL`/],
    ['a reverse claim of the same id', 'equivalence-sample.csv', 'EQ02,', 'EQ01,', /equivalence-sample\.csv row 3 column id: `EQ01` comes twice/],
    ['an empty cell that must speak', 'glossary.csv', ',AGREED', ',', /glossary\.csv row 2 column status: is empty/],
    ['a column nobody knows', 'glossary.csv', 'term_id,term', 'term_id,tern', /glossary\.csv row 1 column tern: unknown column/],
    ['a state nothing leads to', 'state-machines.csv', 'DEMAND,DRAFT,delete', 'DEMAND,DRAUGHT,delete', /state-machines\.csv .*nothing leads to DRAUGHT/],
  ] as const)('%s', (_, file, from, to, expected) => {
    expect(faultsOf(file, (text) => text.replace(from, to)).join('\n')).toMatch(expected);
  });

  it('a phase gate left out', () => {
    const line = 'COORDINATION,CSI_CORE,"price, cost, volume, capacity, contract terms, bids, wages, counterparties, technology",CLEAN_TEAM\n';
    expect(faultsOf('phase-gates.csv', (text) => text.replace(line, ''))).toEqual([
      'phase-gates.csv row 0 column data_class: no row for COORDINATION CSI_CORE',
    ]);
  });

  it('a cell too many', () => {
    expect(faultsOf('glossary.csv', (text) => text.replace(',AGREED', ',AGREED,AGREED'))).toEqual([
      'glossary.csv row 2 column status: 9 cells, not 8',
    ]);
  });

  it('every fault at once', () => {
    const faults = faultsOf('indicators.csv', (text) => text.replaceAll(',HIGH,', ',SURE,'));
    expect(faults.length).toBeGreaterThan(20);
  });

  it('a folder without the files', () => {
    const empty = mkdtempSync(join(tmpdir(), 'catalogue-'));
    try {
      expect(() => loadCatalogue(empty)).toThrow(/ENOENT/);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

it('a file with a byte order mark reads the same', () => {
  const marked = parseCatalogue({ ...texts, 'glossary.csv': `\ufeff${texts['glossary.csv']}` });
  expect(marked.glossary).toEqual(loadCatalogue().glossary);
});

it('the package root is found from the compiled folder too', () => {
  expect(packageRoot(join(packageRoot(), 'src', 'modules', 'reference'))).toBe(packageRoot());
  expect(() => packageRoot('/')).toThrow(/no package\.json/);
});
