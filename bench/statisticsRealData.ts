import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import loadHighs from 'highs';
import { contributionsByUnit, highsSolver } from '../src/disclosureControl';
import type { LinearProgramSolver, OwnerShare, SiteFigure } from '../src/disclosureControl';
import { countryOfName } from '../src/kernel/identifiers/countryName';
import { packageRoot } from '../src/modules/reference';
import { readRegistry } from '../src/modules/statistics';
import { buildTables, type DraftTable } from '../src/modules/statistics/buildTables';
import type { Part } from '../src/modules/statistics/frozenParts';
import type { RegisteredTable } from '../src/modules/statistics/registeredTables';

/**
 * The registered table of published output, mineral by place and year, over the open data on mine output (FINEPRINT, Jasansky
 * et al. 2023), built by the code that the hub builds it with, as if every figure were confidential: what share of its cells
 * could be published.
 *
 * Usage: pass the folder with fineprint-production.csv, -owners.csv and -sites.csv, or set SLUICE_OPEN_DATA.
 */
type Row = Readonly<Record<string, string>>;

function rows(folder: string, name: string): readonly Row[] {
  const parsed: Row[] = parse(readFileSync(join(folder, name), 'utf8'), { columns: true, skip_empty_lines: true });
  return parsed;
}

const tonnesPerOunce = 31.1034768e-6;

/** Tonnes per stated unit; undefined for a unit that is no mass or is not stated. */
function tonnesPer(unit: string): number | undefined {
  const text = unit.toLowerCase().trim();
  const thousands = /^k|000|thousand/.test(text) && text !== 'kg' ? 1000 : 1;
  if (text === 'kg') return 1e-3;
  if (/oz|ounce/.test(text)) return thousands * tonnesPerOunce;
  if (/^(k?t|tonnes?|kilotonnes?|metric tonnes?|metric tons?|000 tonnes?|thousand tonnes?)$/.test(text))
    return thousands;
  return undefined;
}

/** `A (60%), B (40%)`; an owner without a stated share gets what the others leave. */
function ownersOf(text: string): readonly OwnerShare[] {
  const named = text
    .split(/\),|;/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const share = /([\d.]+)\s*%/.exec(part);
      return { group: part.replace(/\(.*$/, '').trim(), percent: share === null ? undefined : Number(share[1]) };
    });
  const stated = named.reduce((sum, owner) => sum + (owner.percent ?? 0), 0);
  const silent = named.filter((owner) => owner.percent === undefined).length;
  const scale = stated > 100 ? 100 / stated : 1;
  return named.map(({ group, percent }) => ({
    group,
    percent: percent === undefined ? Math.max(0, 100 - stated) / silent : percent * scale,
  }));
}

/** Output by year, with whoever stands behind it; how many rows had no country, unit or owner that is understood. */
function figuresByYear(folder: string): { readonly years: ReadonlyMap<string, SiteFigure[]>; readonly left: number } {
  const countryOf = new Map(rows(folder, 'fineprint-sites.csv').map((row) => [row['site'], row['country'] ?? '']));
  const ownerText = new Map(rows(folder, 'fineprint-owners.csv').map((row) => [row['site'], row['owners'] ?? '']));
  const years = new Map<string, SiteFigure[]>();
  const seen = new Set<string>();
  let left = 0;
  for (const row of rows(folder, 'fineprint-production.csv')) {
    const { site = '', commodity = '', year = '', unit = '', value = '' } = row;
    const country = countryOfName(countryOf.get(site) ?? '');
    const tonnes = value === '' ? NaN : Number(value) * (tonnesPer(unit) ?? NaN);
    const key = [site, commodity, year].join('|');
    if (!country.ok || !Number.isFinite(tonnes) || tonnes < 0 || seen.has(key)) {
      left += 1;
      continue;
    }
    seen.add(key);
    const figures = years.get(year) ?? [];
    // A site whose owner is not known is a unit of its own.
    const owners = ownersOf(ownerText.get(site) ?? '');
    figures.push({ site, owners, coordinates: [commodity, country.value], value: tonnes });
    years.set(year, figures);
  }
  return { years, left };
}

const registry = readRegistry();

function partsOf(figures: readonly SiteFigure[]): Part[] {
  const { jointVentureOwnerPercent } = registry.thresholds;
  return contributionsByUnit(figures, jointVentureOwnerPercent).map(({ unit, knownTo, coordinates, value }) => ({
    ...{ unit, knownTo, isProtected: true, level: 'ALL', stage: 'MINING', value, count: 1 },
    ...{ mineral: coordinates[0] ?? '', country: coordinates[1] ?? '' },
    ...{ weight: null, product: null, isWeighed: false, hasNegative: false },
  }));
}

/** The table as it is registered, down to regions, and down to countries whatever survives. */
function variants(): readonly (readonly [string, RegisteredTable])[] {
  const table = registry.tables.find(({ measure }) => measure === 'OUTPUT_REPORTED');
  if (table === undefined) throw new Error('no table of published output is registered');
  return [
    ['down to countries, no level dropped', { ...table, rollUp: [] }],
    ['down to regions, no level dropped', { ...table, placesDownTo: 'REGION', rollUp: [] }],
    [`as registered: \`${table.id}\`, levels dropped until 30 % survive`, table],
  ];
}

interface Sum {
  cells: number;
  published: number;
  world: number;
  worldPublished: number;
  cuts: number;
  tables: number;
  passed: number;
}

function add(sum: Sum, { cells, cuts, auditPassed }: DraftTable): void {
  const isOpen = cells.filter(({ value }) => value !== null);
  const ofWorld = (all: typeof cells): number =>
    all.filter(({ coordinates: { mineral, place } }) => place === 'WORLD' && mineral !== 'ALL').length;
  sum.cells += cells.length;
  sum.published += isOpen.length;
  sum.world += ofWorld(cells);
  sum.worldPublished += ofWorld(isOpen);
  sum.cuts += cuts;
  sum.tables += 1;
  sum.passed += auditPassed ? 1 : 0;
}

function buildYear(year: string, figures: readonly SiteFigure[], table: RegisteredTable, solver: LinearProgramSolver) {
  const measure = registry.measures.get('OUTPUT_REPORTED');
  if (measure === undefined) throw new Error('published output is not registered');
  const period = { start: `${year}-01-01`, end: `${Number(year) + 1}-01-01` };
  const head = { id: year, measure: measure.id, period, vintage: 1, inputsAsOf: '', releaseDay: '', memberSetHash: '' };
  const snapshot = { ...head, unit: 't', synthetic: false, publicSources: true, parts: partsOf(figures) };
  return buildTables([{ measure, snapshot, tables: [table] }], registry, solver);
}

async function main(folder: string): Promise<void> {
  const { years, left } = figuresByYear(folder);
  const solver = highsSolver(await loadHighs());
  const started = process.cpuUsage();
  const lines = variants().map(([title, table]) => {
    const sum: Sum = { cells: 0, published: 0, world: 0, worldPublished: 0, cuts: 0, tables: 0, passed: 0 };
    for (const [year, figures] of years) {
      for (const draft of buildYear(year, figures, table, solver)) add(sum, draft);
    }
    process.stderr.write(`${title}: ${sum.published} of ${sum.cells}\n`);
    return `| ${title} | ${sum.cells} | ${share(sum.published, sum.cells)} | ${share(sum.worldPublished, sum.world)} | ${(sum.cuts / sum.tables).toFixed(1)} | ${sum.passed} of ${sum.tables} |`;
  });
  const figures = [...years.values()].reduce((sum, each) => sum + each.length, 0);
  const seconds = process.cpuUsage(started).user / 1e6;
  const report = `# Statistics: open data on mine output, as if it were confidential

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)}. Repeat with \`npm run bench -- statisticsRealData FOLDER\`. Source: Jasansky, Lieber,
Giljum, Maus (2023), "An open database on global coal and metal mine production", Scientific Data, CC BY 4.0: ${figures.toLocaleString('en-US')} figures of output per
site, commodity and year in tonnes (${left.toLocaleString('en-US')} rows without a mass, a value or a country, or repeated, left out), owners by site. A site
with two owners of at least 20 % is a unit of its own, one without a known owner too. One table a year, mineral x place, all its minerals
and margins protected together by the code and the rules in force.

| table | cells in ${years.size} years | published (usefulness) | of them world totals of a mineral | levels dropped, mean | audits passed |
|---|---|---|---|---|---|
${lines.join('\n')}

CPU time ${seconds.toFixed(0)} s.
`;
  writeFileSync(join(packageRoot(), 'bench', 'results-statistics-real-data.md'), report);
  process.stdout.write(report);
}

const share = (part: number, whole: number): string => `${part}, ${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

void main(process.argv[2] ?? process.env['SLUICE_OPEN_DATA'] ?? '.');
