import { normaliseName } from '../matching';
import type { CsvRow, HeaderRule, SourceFile } from '../csv/readRows';
import { stageRows, type ImportSource } from '../csv/stageRows';
import type { RowOutcome } from '../rowOutcome';
import type { SiteReference } from '../staging';
import { readThousandTonnes } from './measuredMass';
import { OrganisationRegister } from './organisationRegister';
import { isNotStated, parseBracketedOwners } from './ownerCells';
import { loadShares } from './ownershipShares';
import { readCountry, readLocation, readName, textOrNull } from './places';
import { readStatus } from './siteStatus';

/**
 * Global Energy Monitor, Global Iron Ore Mines Tracker (CC BY 4.0): one row a mine. The rules:
 *
 * - A row yields the site, its owners (DIRECT) and their parents (ULTIMATE), the capacity, and a measurement for each
 *   production year. Two or more entries in `parent` make a joint venture. A parent `--` is not stated.
 * - Capacity is that of the design, in t/a: OWNER_ONLY, CAPACITY. Zero is no capacity, and warned.
 * - Production is PROD_VOLUME of ORE, OWNER_ONLY and VOLUME: the figure is the tracker's, often a company's total split
 *   evenly over its mines, and the page it stands on is neither the owner's nor a public register's. Zero is a figure,
 *   blank is none, `unknown` and `N/A` are warned. Years come from the column names.
 * - The tracker does not say how ore is won, so the type is not known (warned); the stage is MINING_LSM, the mineral iron.
 * - A second row with the name of an earlier one is a DUPLICATE.
 * - Status: see `siteStatus.ts`; owners: `ownerCells.ts`; places: `places.ts`. Reserves and start dates are not loaded.
 */
const format = 'gem-iron-ore';

const header: HeaderRule = {
  required: ['name', 'country', 'subnational_unit', 'status', 'owner', 'parent', 'latitude', 'longitude', 'source_url'],
  optional: ['design_capacity_ttpa', 'reserves_proven_probable_kt', 'start_date'],
  unknownColumns: 'IGNORE',
};

/** One column a year; the next release brings others. */
const productionColumn = /^production_(\d{4})_ttpa$/;

/** @param today ISO date: production of a year that has not ended by then is a forecast, and not loaded */
export function gemIronOre(file: SourceFile, today: string): ImportSource {
  return {
    format,
    files: [file.name],
    inputs: [file],
    columnsNotLoaded: { [file.name]: ['reserves_proven_probable_kt', 'start_date'] },
    events: () => {
      const organisations = new OrganisationRegister(format);
      const names = new Set<string>();
      return stageRows(file, header, (row, outcome) => readMine(row, outcome, { organisations, names, today }));
    },
  };
}

interface MineContext {
  readonly organisations: OrganisationRegister;
  readonly names: Set<string>;
  readonly today: string;
}

function readMine(row: CsvRow, outcome: RowOutcome, { organisations, names, today }: MineContext): void {
  const name = readName(row.cell('name'), 'name', outcome);
  const key = `${format}:${normaliseName(name) || name}`;
  const country = readCountry(row.cell('country'), 'country', outcome);
  const status = readStatus(row.cell('status'), false, 'status', outcome);
  const location = readLocation(row.cell('latitude'), row.cell('longitude'), country, outcome);
  if (names.has(key)) outcome.reject('DUPLICATE', 'name', name, 'the file has this site in an earlier row');
  if (outcome.isRejected || country === null) return;

  names.add(key);
  outcome.warn('TYPE_UNKNOWN', null, '', 'the tracker does not say how the ore is won; loaded without a type');
  outcome.load({
    kind: 'site',
    key,
    name,
    externalIds: [],
    country,
    subdivision: textOrNull(row.cell('subnational_unit')),
    location,
    type: null,
    status,
    stages: ['MINING_LSM'],
    minerals: [{ mineral: 'iron', role: 'PRIMARY' }],
    products: ['iron ore'],
    own: null,
    sourceUrl: textOrNull(row.cell('source_url')),
    citation: null,
  });
  const site: SiteReference = { kind: 'SITE', key };
  readOwners(row, site, organisations, outcome);
  readCapacity(row, site, outcome);
  for (const column of row.columns) {
    const year = productionColumn.exec(column)?.[1];
    if (year !== undefined) readProduction(row, site, column, Number(year), today, outcome);
  }
}

function readOwners(row: CsvRow, site: SiteReference, organisations: OrganisationRegister, outcome: RowOutcome): void {
  for (const [column, level] of [
    ['owner', 'DIRECT'],
    ['parent', 'ULTIMATE'],
  ] as const) {
    const text = row.cell(column);
    if (isNotStated(text)) continue;
    loadShares(
      parseBracketedOwners(text),
      { subject: site, level, fromYear: null, column, ids: [] },
      organisations,
      outcome,
    );
  }
}

function readCapacity(row: CsvRow, site: SiteReference, outcome: RowOutcome): void {
  const column = 'design_capacity_ttpa';
  const quantity = readThousandTonnes(row.cell(column), column, { stored: 't/a', original: 'kt/a' }, outcome);
  if (quantity === null) return;
  if (quantity.value === '0') {
    outcome.warn('CAPACITY_ZERO', column, row.cell(column), 'a capacity is above zero; nothing loaded');
    return;
  }
  outcome.load({ kind: 'capacity', site, product: 'iron ore', quantity, tier: 'OWNER_ONLY', sensitivity: 'CAPACITY' });
}

function readProduction(
  row: CsvRow,
  site: SiteReference,
  column: string,
  year: number,
  today: string,
  outcome: RowOutcome,
): void {
  const quantity = readThousandTonnes(row.cell(column), column, { stored: 't', original: 'kt' }, outcome);
  if (quantity === null) return;
  if (`${year + 1}-01-01` > today) {
    outcome.warn('PERIOD_NOT_CLOSED', column, row.cell(column), 'the year has not ended; nothing loaded');
    return;
  }
  outcome.load({
    kind: 'measurement',
    subject: site,
    indicator: 'PROD_VOLUME',
    mineral: 'iron',
    product: null,
    basis: 'ORE',
    period: { start: `${year}-01-01`, end: `${year + 1}-01-01` },
    quantity,
    absence: null,
    method: null,
    boundary: null,
    verification: null,
    uncertainty: null,
    publication: null,
    tier: 'OWNER_ONLY',
    sensitivity: 'VOLUME',
  });
}
