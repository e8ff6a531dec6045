import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { thresholdsFrom, type Thresholds } from '../../disclosureControl';
import { IssueList, type Path } from '../../kernel/issues';
import { loadCatalogue, packageRoot, type Catalogue } from '../reference';
import { TABLE_DIMENSIONS, type TableDimension } from './dimensions';
import { readRegions, type Regions } from './regions';

export const FUNCTIONS = ['SUM', 'COUNT', 'MEAN', 'WEIGHTED_MEAN', 'SHARE'] as const;
export type StatisticFunction = (typeof FUNCTIONS)[number];
export const AUDIENCES = ['ALLIANCE', 'PUBLIC'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What is frozen per period: the figures of an indicator, or the level of a standard that each site has reached. */
export interface Measure {
  readonly id: string;
  readonly indicator: string | null;
  readonly standard: string | null;
  /** Of the standard, low to high; none for an indicator. */
  readonly levels: readonly string[];
  readonly level: 'SITE' | 'MEMBER';
  /** Indicator whose figure of the same subject weighs this one in a weighted mean. */
  readonly weight: string | null;
  readonly family: string;
  readonly periods: 'YEAR' | 'ALL';
  /** Widest public size band of one figure, in the unit of the indicator. */
  readonly band: { readonly lower: number; readonly upper: number };
  readonly inputs: 'MEMBERS' | 'PUBLIC';
}

export interface RegisteredTable {
  readonly id: string;
  readonly title: string;
  readonly measure: string;
  readonly function: StatisticFunction;
  readonly dimensions: readonly TableDimension[];
  /** Of a standard: who is counted; without it whoever has any level, unless the table crosses levels. */
  readonly atLeast?: string;
  /** The finest places that it has cells for; countries where it is not said. */
  readonly placesDownTo?: 'REGION';
  readonly audience: Audience;
  readonly rollUp: readonly TableDimension[];
}

/** `policies/tables.yaml` with the thresholds and regions it is built by. */
export interface Registry {
  readonly measures: ReadonlyMap<string, Measure>;
  readonly tables: readonly RegisteredTable[];
  readonly objectionDays: number;
  /** What anybody may do with a released table; told in every file. */
  readonly terms: string;
  /** Families whose ledger state a node keeps in memory. */
  readonly ledgersKept: number;
  readonly thresholds: Thresholds;
  readonly regions: Regions;
  /** SHA-256 of everything that decides: tables, regions and thresholds. */
  readonly ruleHash: string;
}

/** What is never released without counsel's opinion (A12), or tells of persons and peoples. */
const NEVER = ['PRICE', 'CONTRACT', 'FUTURE_INTENT', 'PERSONAL', 'SECURITY', 'INDIGENOUS', 'LEGAL'];

/** Functions that an indicator's aggregation admits (`reference/indicators.csv`); order statistics are none of them. */
export function functionsOf(aggregation: string): readonly StatisticFunction[] {
  if (aggregation.startsWith('WEIGHTED_MEAN')) return ['MEAN', 'WEIGHTED_MEAN', 'COUNT'];
  if (aggregation === 'SUM' || aggregation === 'SUM_K') return ['SUM', 'MEAN', 'COUNT'];
  return aggregation === 'MEAN' ? ['MEAN', 'COUNT'] : [];
}

/** @throws DomainError VALIDATION naming every fault of policies/tables.yaml and of the thresholds. */
export function readRegistry(root: string = packageRoot(), catalogue: Catalogue = loadCatalogue()): Registry {
  const file = (name: string): string => readFileSync(join(root, 'policies', name), 'utf8');
  const [tables, regions, thresholds] = [file('tables.yaml'), file('regions.yaml'), file('thresholds.yaml')];
  const derivations: unknown = parse(file('derivations.yaml'));
  return {
    ...parseTables(parse(tables), catalogue, derivations),
    thresholds: thresholdsFrom(parse(thresholds)),
    regions: readRegions(root),
    ruleHash: createHash('sha256')
      .update(JSON.stringify([tables, regions, thresholds]))
      .digest('hex'),
  };
}

/** The registered measures and tables of a parsed document. @throws DomainError VALIDATION naming every fault. */
export function parseTables(
  document: unknown,
  catalogue: Catalogue,
  derivations: unknown,
): Pick<Registry, 'measures' | 'tables' | 'objectionDays' | 'terms' | 'ledgersKept'> {
  const issues = new IssueList();
  const sections = fieldsOf(document);
  const measures = listOf(sections.get('measures')).map((entry, index) =>
    measureOf(new Entry(entry, ['measures', index], issues), catalogue),
  );
  const byId = new Map(measures.map((measure) => [measure.id, measure]));
  if (byId.size < measures.length) issues.add(['measures'], 'DUPLICATE', 'each measure stands once');
  checkFamilies(measures, derivations, issues);
  checkStandards(measures, issues);
  const tables = listOf(sections.get('tables')).map((entry, index) =>
    tableOf(new Entry(entry, ['tables', index], issues), byId, catalogue),
  );
  if (new Set(tables.map((table) => table.id)).size < tables.length) {
    issues.add(['tables'], 'DUPLICATE', 'each table stands once');
  }
  const setting = (name: string): number => {
    const value = fieldsOf(fieldsOf(sections.get('settings')).get(name)).get('value');
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    issues.add(['settings', name, 'value'], 'FORMAT', 'give a whole number');
    return Number.NaN;
  };
  const objectionDays = setting('objectionDays');
  const ledgersKept = setting('ledgersKept');
  const terms = fieldsOf(fieldsOf(sections.get('settings')).get('terms')).get('value');
  if (typeof terms !== 'string' || terms === '') issues.add(['settings', 'terms', 'value'], 'REQUIRED', 'give a text');
  checkPartitions(tables, byId, issues);
  issues.throwIfAny();
  return { measures: byId, tables, objectionDays, ledgersKept, terms: String(terms) };
}

/** One mapping of the file: what is missing or of another form is noted, and read as something harmless. */
class Entry {
  private readonly fields: ReadonlyMap<string, unknown>;

  constructor(
    value: unknown,
    private readonly path: Path,
    private readonly issues: IssueList,
  ) {
    this.fields = fieldsOf(value);
  }

  text(name: string): string {
    const value = this.fields.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.fault(name, 'REQUIRED', 'give a text');
    return '';
  }

  has(name: string): boolean {
    return this.fields.has(name);
  }

  optional(name: string): string | null {
    return this.fields.has(name) ? this.text(name) : null;
  }

  oneOf<T extends string>(name: string, codes: readonly [T, ...T[]] | readonly T[]): T {
    const value = this.fields.get(name);
    const found = codes.find((code) => code === value);
    if (found !== undefined) return found;
    this.fault(name, 'UNKNOWN', `use one of ${codes.join(', ')}`);
    const [first] = codes;
    if (first === undefined) throw new RangeError('a closed list has a code');
    return first;
  }

  dimensions(name: string): readonly TableDimension[] {
    return listOf(this.fields.get(name)).flatMap((value) => {
      const dimension = TABLE_DIMENSIONS.find((candidate) => candidate === value);
      if (dimension === undefined) this.fault(name, 'UNKNOWN', `use ${TABLE_DIMENSIONS.join(', ')}`);
      return dimension === undefined ? [] : [dimension];
    });
  }

  band(name: string): Measure['band'] {
    const fields = fieldsOf(this.fields.get(name));
    const [lower, upper] = [fields.get('lower'), fields.get('upper')];
    if (typeof lower === 'number' && typeof upper === 'number' && lower >= 0 && lower < upper) return { lower, upper };
    this.fault(name, 'FORMAT', 'give lower and upper, 0 <= lower < upper');
    return { lower: 0, upper: 1 };
  }

  fault(name: string, rule: string, hint: string): void {
    this.issues.add([...this.path, name], rule, hint);
  }
}

function measureOf(entry: Entry, catalogue: Catalogue): Measure {
  const standard = entry.optional('standard');
  const measure: Measure = {
    id: entry.text('id'),
    indicator: entry.optional('indicator'),
    standard,
    levels: catalogue.standards.find(({ standardId }) => standardId === standard)?.levels ?? [],
    level: entry.oneOf('level', ['SITE', 'MEMBER']),
    weight: entry.optional('weight'),
    family: entry.text('family'),
    periods: entry.oneOf('periods', ['YEAR', 'ALL']),
    band: entry.band('band'),
    inputs: entry.oneOf('inputs', ['MEMBERS', 'PUBLIC']),
  };
  for (const name of ['rationale', 'source']) entry.text(name);
  if ((measure.indicator === null) === (measure.standard === null)) {
    entry.fault('indicator', 'REQUIRED', 'name an indicator or a standard');
  }
  if (measure.indicator !== null) checkIndicator(entry, measure.indicator, catalogue);
  else if (!catalogue.standards.some((standard) => standard.standardId === measure.standard)) {
    entry.fault('standard', 'UNKNOWN', 'use a standard of the catalogue');
  }
  return measure;
}

function checkIndicator(entry: Entry, code: string, catalogue: Catalogue): void {
  const indicator = catalogue.indicators.find((candidate) => candidate.indicatorId === code);
  if (indicator === undefined) return entry.fault('indicator', 'UNKNOWN', 'use an indicator of the catalogue');
  if (functionsOf(indicator.aggregation).length === 0) {
    entry.fault('indicator', 'NOT_RELEASABLE', 'no statistic is made of this indicator');
  }
  if (NEVER.includes(indicator.sensitivity)) {
    entry.fault('indicator', 'A12', 'not released without the recorded opinion of counsel');
  }
}

function tableOf(entry: Entry, measures: ReadonlyMap<string, Measure>, catalogue: Catalogue): RegisteredTable {
  const table: RegisteredTable = {
    id: entry.text('id'),
    title: entry.text('title'),
    measure: entry.text('measure'),
    function: entry.oneOf('function', FUNCTIONS),
    dimensions: entry.dimensions('dimensions'),
    ...(entry.has('placesDownTo') ? { placesDownTo: entry.oneOf('placesDownTo', ['REGION'] as const) } : {}),
    ...(entry.has('atLeast') ? { atLeast: entry.text('atLeast') } : {}),
    audience: entry.oneOf('audience', AUDIENCES),
    rollUp: entry.dimensions('rollUp'),
  };
  entry.text('rationale');
  const measure = measures.get(table.measure);
  if (measure === undefined) entry.fault('measure', 'UNKNOWN', 'register the measure above');
  else if (!admits(measure, table.function, catalogue)) {
    entry.fault('function', 'A7', 'this measure does not admit the function');
  } else checkLevels(entry, table, measure);
  return table;
}

/** A level is asked of a standard that has it; a table that crosses all of them names none. */
function checkLevels(entry: Entry, { dimensions, atLeast, rollUp }: RegisteredTable, measure: Measure): void {
  const crosses = dimensions.includes('level');
  if (measure.standard === null && crosses) entry.fault('dimensions', 'UNKNOWN', 'an indicator has no levels');
  if (rollUp.includes('level')) entry.fault('rollUp', 'UNKNOWN', 'levels include one another already');
  if (atLeast !== undefined && (crosses || !measure.levels.includes(atLeast))) {
    entry.fault('atLeast', 'UNKNOWN', `use one of ${measure.levels.join(', ')}, or the dimension \`level\``);
  }
}

/** Whether a function may be asked of a measure (A7); a weighted mean needs something to weigh by. */
export function admits(measure: Measure, name: StatisticFunction, catalogue: Catalogue): boolean {
  if (measure.standard !== null) return name === 'SHARE' || name === 'COUNT';
  const indicator = catalogue.indicators.find((candidate) => candidate.indicatorId === measure.indicator);
  const admitted = indicator === undefined ? [] : functionsOf(indicator.aggregation);
  return admitted.includes(name) && (name !== 'WEIGHTED_MEAN' || measure.weight !== null);
}

/** INVARIANT OneLedgerPerDerivation (A8): indicators from which another follows stand in one family. */
function checkFamilies(measures: readonly Measure[], derivations: unknown, issues: IssueList): void {
  for (const [name, family] of fieldsOf(fieldsOf(derivations).get('families'))) {
    const fields = fieldsOf(family);
    const members = [...listOf(fields.get('absolute')), ...listOf(fields.get('intensity'))];
    const found = measures.filter((measure) => members.includes(measure.indicator));
    if (new Set(found.map((measure) => `${measure.family} ${measure.periods}`)).size > 1) {
      issues.add(
        ['measures'],
        'A8',
        `the measures of the derivation family ${name} need one family and one kind of period`,
      );
    }
  }
}

/** INVARIANT OneLedgerPerStandard: the certificates of a standard are counted in one family, and in one with nothing else. */
function checkStandards(measures: readonly Measure[], issues: IssueList): void {
  for (const { standard, family, id } of measures) {
    if (standard === null) continue;
    const others = measures.filter((other) => other.id !== id);
    if (others.some((other) => other.family === family || other.standard === standard)) {
      issues.add(['measures'], 'A6', `the measure of ${standard} stands once and has a family of its own`);
    }
  }
}

/** INVARIANT EachSiteInOneCount: tables of one standard have the same finest cells, or two would count the same site. */
function checkPartitions(
  tables: readonly RegisteredTable[],
  measures: ReadonlyMap<string, Measure>,
  issues: IssueList,
): void {
  const partition = ({ dimensions, placesDownTo }: RegisteredTable): string =>
    [...dimensions.filter((dimension) => dimension !== 'level').sort(), placesDownTo ?? ''].join();
  const byStandard = new Map<string, string>();
  for (const table of tables) {
    if ((measures.get(table.measure)?.standard ?? null) === null) continue;
    if ((byStandard.get(table.measure) ?? partition(table)) !== partition(table)) {
      issues.add(['tables', table.id], 'A6', 'tables of one standard cross the same dimensions, levels aside');
    }
    byStandard.set(table.measure, partition(table));
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
