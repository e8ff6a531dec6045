import { join } from 'node:path';
import type { StagedEvent } from '../../../src/modules/exchange/staging';
import {
  bookkeepingFaults,
  danglingReferences,
  eventsOf,
  fixturesFolder,
  openFolder,
  outcomesOf,
  plainRows,
  recordsOf,
} from './stagedEvents';

const rowsOf = (file: string): number => plainRows(join(fixturesFolder, file)).length;

describe('gem-iron-ore, invented look-alikes', () => {
  let events: StagedEvent[];
  beforeAll(async () => {
    events = await eventsOf(await openFolder('gem-iron-ore', fixturesFolder));
  });

  test('every row is loaded or rejected, with its code', () => {
    const file = 'iron-ore-mines.csv';
    expect(bookkeepingFaults(events, { [file]: rowsOf(file) })).toEqual([]);
    expect(outcomesOf(events)).toEqual({
      'iron-ore-mines.csv:2':
        'loaded: site organisation ownershipShare organisation ownershipShare organisation ownershipShare capacity ' +
        'measurement measurement (TYPE_UNKNOWN)',
      'iron-ore-mines.csv:3':
        'loaded: site organisation ownershipShare organisation ownershipShare measurement ' +
        '(TYPE_UNKNOWN NOT_A_NUMBER NOT_STATED)',
      'iron-ore-mines.csv:4': 'loaded: site ownershipShare (TYPE_UNKNOWN OWNER_UNNAMED)',
      'iron-ore-mines.csv:5': 'rejected: STATUS_CANCELLED',
      'iron-ore-mines.csv:6':
        'loaded: site organisation ownershipShare ownershipShare ownershipShare ownershipShare measurement ' +
        '(STATUS_UNKNOWN TYPE_UNKNOWN SHARES_ROUNDED OWNER_UNNAMED OWNER_UNNAMED CAPACITY_ZERO NOT_STATED)',
      'iron-ore-mines.csv:7': 'rejected: AMBIGUOUS_COUNTRY',
      'iron-ore-mines.csv:8': 'rejected: NULL_ISLAND',
      'iron-ore-mines.csv:9': 'rejected: COORDINATES_OUT_OF_RANGE',
      'iron-ore-mines.csv:10': 'rejected: STATUS_UNMAPPED',
      'iron-ore-mines.csv:11': 'rejected: DUPLICATE',
      'iron-ore-mines.csv:12': 'rejected: COORDINATES_INCOMPLETE',
    });
  });

  test('capacity and production stay with their owner, in tonnes, the original kept and float noise gone', () => {
    expect(recordsOf(events, 'capacity')).toEqual([
      {
        kind: 'capacity',
        site: { kind: 'SITE', key: 'gem-iron-ore:blue heron mine' },
        product: 'iron ore',
        quantity: { value: '21830000', unit: 't/a', originalValue: '21830', originalUnit: 'kt/a' },
        tier: 'OWNER_ONLY',
        sensitivity: 'CAPACITY',
      },
    ]);
    expect(recordsOf(events, 'measurement')[0]).toMatchObject({
      indicator: 'PROD_VOLUME',
      mineral: 'iron',
      basis: 'ORE',
      period: { start: '2022-01-01', end: '2023-01-01' },
      quantity: { value: '21830000', unit: 't', originalValue: '21830.000000000004', originalUnit: 'kt' },
      publication: null,
      tier: 'OWNER_ONLY',
      sensitivity: 'VOLUME',
    });
  });

  test('zero is a figure, blank is none', () => {
    const grey = recordsOf(events, 'measurement').filter(
      ({ subject }) => subject.kind === 'SITE' && subject.key.endsWith('grey teal mine'),
    );
    expect(grey.map(({ quantity }) => quantity?.value)).toEqual(['0']);
  });

  test('shares that sum a little above 100 lose the excess on the largest', () => {
    const shares = recordsOf(events, 'ownershipShare').filter(
      ({ subject, level }) => subject.key.endsWith('dotterel mine') && level === 'ULTIMATE',
    );
    expect(shares.map(({ percent }) => percent)).toEqual(['66.2', '19.2', '14.6']);
  });

  test('every reference points at a record that went out before', () => {
    expect(danglingReferences(events)).toEqual([]);
  });
});

describe('gem-steel, invented look-alikes', () => {
  let events: StagedEvent[];
  beforeAll(async () => {
    events = await eventsOf(await openFolder('gem-steel', fixturesFolder));
  });

  test('every row is loaded or rejected, with its code', () => {
    const file = 'steel-plants.csv';
    expect(bookkeepingFaults(events, { [file]: rowsOf(file) })).toEqual([]);
    expect(outcomesOf(events)).toEqual({
      'steel-plants.csv:2':
        'loaded: site organisation ownershipShare organisation ownershipShare ownershipShare capacity capacity ' +
        '(SHARE_MISSING OWNER_UNNAMED)',
      'steel-plants.csv:3':
        'loaded: site organisation ownershipShare organisation ownershipShare ownershipShare ' +
        '(SHARE_MISSING EXTERNAL_ID_UNCERTAIN SHARE_MISSING NAME_VARIANT OWNER_UNNAMED CAPACITY_ZERO)',
      'steel-plants.csv:4':
        'loaded: site organisation ownershipShare ownershipShare ownershipShare ' +
        '(SHARE_MISSING SHARES_EXCEED_100 OWNER_UNNAMED)',
      'steel-plants.csv:5': 'rejected: STATUS_CANCELLED',
      'steel-plants.csv:6': 'rejected: DUPLICATE',
      'steel-plants.csv:7': 'rejected: TYPE_UNMAPPED',
      'steel-plants.csv:8': 'loaded: site organisation ownershipShare (SHARE_MISSING EXTERNAL_ID_CONFLICT)',
    });
  });

  test('another spelling becomes an alias of the first, and is told', () => {
    const teal = recordsOf(events, 'organisation').filter(({ key }) => key === 'gem-steel:teal acciai spa');
    expect(teal).toMatchObject([
      { name: 'Teal Acciai S.p.A.', aliases: [], externalIds: [{ scheme: 'GEM_ENTITY', value: 'E900000000003' }] },
      { name: 'Teal Acciai S.p.A.', aliases: ['Teal Acciai SpA'], externalIds: [] },
    ]);
  });

  test('the process says the type and the stages', () => {
    expect(recordsOf(events, 'site').map(({ type, stages, status }) => [type, ...stages, status])).toEqual([
      ['SMELTER', 'SMELTING', 'REFINING', 'OPERATING'],
      ['REFINERY', 'REFINING', 'OPERATING'],
      ['SMELTER', 'SMELTING', 'EXPLORATION'],
      ['REFINERY', 'REFINING', 'CLOSED'],
    ]);
  });

  test('every reference points at a record that went out before', () => {
    expect(danglingReferences(events)).toEqual([]);
  });
});

describe('fineprint, invented look-alikes', () => {
  const files = ['sites', 'owners', 'production', 'processing', 'flows'].map((role) => `fineprint-${role}.csv`);
  let events: StagedEvent[];
  beforeAll(async () => {
    events = await eventsOf(await openFolder('fineprint', fixturesFolder));
  });
  const outcomes = (file: string): string[] =>
    Object.entries(outcomesOf(events))
      .filter(([place]) => place.startsWith(`${file}:`))
      .map(([, outcome]) => outcome);

  test('every row of the five files is told once', () => {
    expect(bookkeepingFaults(events, Object.fromEntries(files.map((file) => [file, rowsOf(file)])))).toEqual([]);
    expect(danglingReferences(events)).toEqual([]);
  });

  test('the bookkeeping check catches an import that loses a row, and one that tells a row twice', () => {
    const rows = Object.fromEntries(files.map((file) => [file, rowsOf(file)]));
    expect(bookkeepingFaults(events.slice(1), rows)).toEqual(['fineprint-sites.csv:2 told 0 times']);
    expect(bookkeepingFaults([...events, ...events.slice(0, 1)], rows)).toEqual(['fineprint-sites.csv:2 told 2 times']);
  });

  test('the reference check catches a site that never went out', () => {
    const withoutFirstSite = events.filter((event) => event.file !== 'fineprint-sites.csv' || event.row !== 2);
    expect(danglingReferences(withoutFirstSite)).toContain('fineprint:kittiwake');
  });

  test('sites: regions and companies are no sites', () => {
    expect(outcomes('fineprint-sites.csv')).toEqual([
      'loaded: site (SEVERAL_TYPES)',
      'loaded: site (SEVERAL_TYPES UNKNOWN_MINERAL)',
      'loaded: site (NO_LOCATION)',
      'rejected: REGION_NOT_SITE (NO_LOCATION)',
      'rejected: COMPANY_NOT_SITE (NO_LOCATION)',
      'loaded: site (NO_LOCATION UNKNOWN_MINERAL)',
      'rejected: DUPLICATE (NO_LOCATION)',
      'loaded: site (TYPE_UNKNOWN)',
    ]);
    expect(recordsOf(events, 'site').map(({ name, type, status, country }) => [name, type, status, country])).toEqual([
      ['Kittiwake', 'MINE_OPEN_PIT', null, 'CL'],
      ['Petrel Smelter', 'SMELTER', 'OPERATING', 'CL'],
      ['Fulmar', 'MINE_UNDERGROUND', 'CLOSED', 'CI'],
      ['Auk', 'MINE_OPEN_PIT', 'EXPLORATION', 'AU'],
      ['Gannet', null, 'CLOSED', 'ZM'],
    ]);
  });

  test('owners: free forms are understood or refused, never guessed at', () => {
    expect(outcomes('fineprint-owners.csv')).toEqual([
      'loaded: organisation ownershipShare organisation ownershipShare organisation ownershipShare organisation ' +
        'ownershipShare organisation operator (NAME_VARIANT)',
      'rejected: DUPLICATE',
      'rejected: CONFLICTING_SHARES',
      'rejected: CONFLICTING_SHARES',
      'loaded: ownershipShare',
      'loaded: organisation ownershipShare (SHARE_MISSING)',
      'rejected: OWNER_NOT_UNDERSTOOD',
      'rejected: OWNER_NOT_UNDERSTOOD',
      'rejected: SHARES_EXCEED_100',
      'rejected: SHARES_EXCEED_100',
      'rejected: SHARES_EXCEED_100',
      'rejected: MISSING_OWNER',
      'rejected: REGION_NOT_SITE',
      'rejected: UNKNOWN_SITE',
      'loaded: organisation ownershipShare (OPERATOR_NOT_UNDERSTOOD)',
      'loaded: organisation ownershipShare organisation operator',
    ]);
    expect(recordsOf(events, 'ownershipShare').find(({ until }) => until !== null)).toMatchObject({
      percent: '46.7',
      fromYear: 2014,
      until: '2014-12-31',
    });
  });

  test('production: one site, mineral and year has one figure', () => {
    expect(outcomes('fineprint-production.csv')).toEqual([
      'loaded: measurement',
      'loaded: measurement',
      'rejected: DUPLICATE',
      'rejected: CONFLICTING_VALUES',
      'rejected: CONFLICTING_VALUES',
      'rejected: MISSING_VALUE',
      'rejected: MISSING_UNIT',
      'rejected: AMBIGUOUS_UNIT',
      'rejected: UNIT_DOES_NOT_FIT',
      'rejected: CITATION_BEFORE_PERIOD',
      'rejected: UNKNOWN_UNIT',
      'rejected: UNIT_DOES_NOT_FIT',
      'rejected: NOT_A_NUMBER',
      'rejected: NEGATIVE_VALUE',
      'loaded: measurement',
      'loaded: measurement (UNDATED_CITATION)',
      'rejected: UNKNOWN_MINERAL',
      'rejected: REGION_NOT_SITE',
      'loaded: measurement',
      'rejected: NOT_A_YEAR',
      'rejected: PERIOD_NOT_CLOSED',
    ]);
  });

  test('a figure with a dated citation is public, any other stays with its owner', () => {
    const gold = recordsOf(events, 'measurement').filter(
      ({ mineral, basis }) => mineral === 'gold' && basis !== 'PRODUCT',
    );
    expect(gold).toMatchObject([
      {
        indicator: 'OUTPUT_REPORTED',
        basis: 'CONTAINED_METAL',
        quantity: { value: '12.5035976736', unit: 't', originalValue: '402', originalUnit: '000 troy oz' },
        publication: { citation: 'Fulmar Gold (2016) Annual Report 2015', sourceUrl: null, publishedAt: '2016-12-31' },
        tier: 'PUBLIC',
        sensitivity: 'NONE',
      },
      {
        indicator: 'PROD_VOLUME',
        quantity: { value: '0', originalUnit: 'ounces' },
        publication: null,
        tier: 'OWNER_ONLY',
        sensitivity: 'VOLUME',
      },
    ]);
  });

  test('processing: outputs are products, inputs are not loaded, all faults of a row are told', () => {
    expect(outcomes('fineprint-processing.csv')).toEqual([
      'loaded: measurement',
      'rejected: UNKNOWN_MINERAL',
      'loaded: measurement',
      'loaded: measurement',
      'rejected: MISSING_VALUE MISSING_PRODUCT',
      'rejected: NOT_AN_OUTPUT UNKNOWN_MINERAL',
      'rejected: AMBIGUOUS_MINERAL',
    ]);
    const products = recordsOf(events, 'measurement').filter(({ basis }) => basis === 'PRODUCT');
    expect(products.map(({ mineral, product, quantity }) => [mineral, product, quantity?.value])).toEqual([
      ['copper', 'copper anode', '279100'],
      ['copper', 'copper cathode', '231600'],
      ['gold', 'gold', '1.1258'],
    ]);
  });

  test('flows: to sites, ports and countries, without their amounts', () => {
    expect(outcomes('fineprint-flows.csv')).toEqual([
      'loaded: link',
      'rejected: DUPLICATE',
      'loaded: link link',
      'loaded: link link',
      'loaded: link',
      'rejected: AMBIGUOUS_DESTINATION',
      'rejected: UNKNOWN_SITE',
      'rejected: REGION_NOT_SITE',
      'loaded: link link link',
      'rejected: AMBIGUOUS_COUNTRY',
      'rejected: REGION_NOT_SITE REGION_NOT_SITE',
      'rejected: UNKNOWN_COUNTRY',
      'rejected: MISSING_DESTINATION',
      'rejected: MISSING_PRODUCT',
      'rejected: MISSING_YEAR',
      'rejected: UNKNOWN_MINERAL',
      'rejected: LINK_TO_ITSELF',
      'rejected: UNKNOWN_SITE',
    ]);
    const links = recordsOf(events, 'link');
    expect(links.map(({ customer }) => Object.values(customer).join(' '))).toEqual([
      'SITE fineprint:petrel smelter',
      'PORT Tern port',
      'COUNTRY CN',
      'PORT Tern port',
      'PORT Gull port',
      'PORT Port at Duckton, Minnesota',
      'COUNTRY CN',
      'COUNTRY KR',
      'COUNTRY IT',
    ]);
    expect(links[0]).toMatchObject({
      mineral: 'copper',
      product: 'copper concentrate',
      period: { start: '2019-01-01', end: '2020-01-01' },
      volumeBand: null,
      evidence: 'Kittiwake Copper (2020) Annual Report 2019',
    });
  });

  test('reading again yields the same, so that an import can be taken up where it stopped', async () => {
    const again = await eventsOf(await openFolder('fineprint', fixturesFolder));
    expect(again).toEqual(events);
  });
});
