import { readRows, type CsvRow, type HeaderRule, type SourceFile } from '../csv/readRows';
import { stageRows } from '../csv/stageRows';
import { FingerprintTable } from '../fingerprintTable';
import { RowOutcome } from '../rowOutcome';
import type { MeasurementRecord, SiteReference, StagedEvent, StagedQuantity } from '../staging';
import { publicationOf, publicationYear } from './citations';
import { isInput, readCommodity, type Commodity } from './commodities';
import { readMass } from './measuredMass';
import type { SiteRegister } from './siteRegister';
import { readYear } from './years';

/**
 * `fineprint-production.csv` (what mines yield) and `fineprint-processing.csv` (what smelters and refineries yield): one
 * row, one figure. The rules:
 *
 * - A figure cited to a dated publication (`citations.ts`) is OUTPUT_REPORTED: PUBLIC, no sensitivity. Any other is
 *   PROD_VOLUME: OWNER_ONLY, VOLUME, and warned (UNDATED_CITATION).
 * - A figure cited to a report from before its year is a forecast, not an output: CITATION_BEFORE_PERIOD.
 * - Mineral, product and basis (ore, concentrate, contained metal, product): `commodities.ts`. Values are stored in
 *   tonnes, the original value and unit are kept: `measuredMass.ts`. No value, no unit: rejected; blank is not zero.
 * - Inputs of a process have no place in the hub; a row without an output is rejected for its missing value. An output
 *   called `... smelted` is an input: NOT_AN_OUTPUT.
 * - A site, mineral, product, basis and year has one figure. The same figure again (in either file, in any unit) is a
 *   DUPLICATE. Different figures (parts of a complex, partners' shares, plants of one site) are all rejected with
 *   CONFLICTING_VALUES: none of them is the site's output, and to add them up would be a guess. Both files are
 *   therefore read twice.
 */
interface OutputColumns {
  readonly header: HeaderRule;
  readonly commodity: string;
  readonly unit: string;
  readonly value: string;
  readonly bareMetal: 'CONTAINED_METAL' | 'PRODUCT';
}

const production: OutputColumns = {
  header: {
    required: ['site', 'commodity', 'year', 'unit', 'value', 'source'],
    optional: [],
    unknownColumns: 'IGNORE',
  },
  commodity: 'commodity',
  unit: 'unit',
  value: 'value',
  bareMetal: 'CONTAINED_METAL',
};

const processing: OutputColumns = {
  header: {
    required: ['site', 'year', 'output', 'output_unit', 'output_value', 'source'],
    optional: ['facility_type', 'input', 'input_unit', 'input_value'],
    unknownColumns: 'IGNORE',
  },
  commodity: 'output',
  unit: 'output_unit',
  value: 'output_value',
  bareMetal: 'PRODUCT',
};

export async function* stageOutputs(
  files: { readonly production: SourceFile | null; readonly processing: SourceFile | null },
  sites: SiteRegister,
  today: string,
): AsyncGenerator<StagedEvent> {
  const given = [
    { file: files.production, columns: production },
    { file: files.processing, columns: processing },
  ];
  const figures = new FingerprintTable();
  for (const { file, columns } of given) {
    if (file === null) continue;
    for await (const row of readRows(file, columns.header)) {
      const figure = row.kind === 'row' ? readFigure(row, columns, sites, today, new RowOutcome('', 0)) : null;
      if (figure !== null) figures.note(identityOf(figure), figure.quantity?.value ?? '');
    }
  }
  for (const { file, columns } of given) {
    if (file === null) continue;
    yield* stageRows(file, columns.header, (row, outcome) => {
      const figure = readFigure(row, columns, sites, today, outcome);
      if (figure !== null) loadOnce(figure, row.cell(columns.value), columns.value, figures, outcome);
    });
  }
}

function loadOnce(
  figure: MeasurementRecord,
  value: string,
  column: string,
  figures: FingerprintTable,
  outcome: RowOutcome,
): void {
  const identity = identityOf(figure);
  if (figures.isConflicting(identity)) {
    outcome.reject(
      'CONFLICTING_VALUES',
      column,
      value,
      'other rows give another figure for this site, product and year',
    );
  } else if (!figures.take(identity)) {
    outcome.reject('DUPLICATE', column, value, 'an earlier row gives the same figure');
  } else {
    outcome.load(figure);
  }
}

/** Whatever the indicator: one output has one figure, published or not. */
function identityOf({ subject, mineral, product, basis, period }: MeasurementRecord): string {
  return JSON.stringify([subject.kind === 'SITE' ? subject.key : subject.text, mineral, product, basis, period.start]);
}

function readFigure(
  row: CsvRow,
  columns: OutputColumns,
  sites: SiteRegister,
  today: string,
  outcome: RowOutcome,
): MeasurementRecord | null {
  const site = sites.require(row.cell('site'), 'site', outcome);
  const year = readYear(row.cell('year'), 'year', today, outcome);
  const value = row.cell(columns.value);
  if (value === '') outcome.reject('MISSING_VALUE', columns.value, value, 'give the figure, or leave the row out');
  const commodity = readOneMineral(row.cell(columns.commodity), columns, outcome);
  const mineral = commodity?.minerals[0] ?? null;
  const cell = { value, unit: row.cell(columns.unit), valueColumn: columns.value, unitColumn: columns.unit };
  const quantity = mineral === null || value === '' ? null : readMass(cell, mineral, outcome);
  const citation = row.cell('source');
  const published = publicationYear(citation);
  if (published !== null && year !== null && published < year) {
    outcome.reject('CITATION_BEFORE_PERIOD', 'source', citation, 'a report from before the year forecasts it');
  }
  if (outcome.isRejected || site === null || year === null || commodity === null || quantity === null) return null;
  if (published === null) {
    outcome.warn('UNDATED_CITATION', 'source', citation, 'no date of publication: the figure stays with its owner');
  }
  return figureOf({ site, year, commodity, quantity, citation });
}

function readOneMineral(text: string, columns: OutputColumns, outcome: RowOutcome): Commodity | null {
  const column = columns.commodity;
  if (text === '') {
    outcome.reject('MISSING_PRODUCT', column, text, 'name what was produced');
    return null;
  }
  if (isInput(text)) outcome.reject('NOT_AN_OUTPUT', column, text, 'this counts what went in');
  const commodity = readCommodity(text, columns.bareMetal);
  if (commodity.minerals.length === 1) return commodity;
  if (commodity.minerals.length === 0) {
    outcome.reject('UNKNOWN_MINERAL', column, text, 'no mineral of the catalogue');
  } else {
    outcome.reject('AMBIGUOUS_MINERAL', column, text, `could be ${commodity.minerals.join(' or ')}`);
  }
  return null;
}

function figureOf(of: {
  readonly site: SiteReference;
  readonly year: number;
  readonly commodity: Commodity;
  readonly quantity: StagedQuantity;
  readonly citation: string;
}): MeasurementRecord {
  const publication = publicationOf(of.citation);
  return {
    kind: 'measurement',
    subject: of.site,
    indicator: publication === null ? 'PROD_VOLUME' : 'OUTPUT_REPORTED',
    mineral: of.commodity.minerals[0] ?? null,
    product: of.commodity.product,
    basis: of.commodity.basis,
    period: { start: `${of.year}-01-01`, end: `${of.year + 1}-01-01` },
    quantity: of.quantity,
    absence: null,
    method: null,
    boundary: null,
    verification: null,
    uncertainty: null,
    publication,
    tier: publication === null ? 'OWNER_ONLY' : 'PUBLIC',
    sensitivity: publication === null ? 'VOLUME' : 'NONE',
  };
}
