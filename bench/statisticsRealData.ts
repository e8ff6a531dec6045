import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import loadHighs from 'highs';
import { contributionsByUnit, flatHierarchy, highsSolver, protectTables } from '../src/disclosureControl';
import type { OwnerShare, SiteFigure } from '../src/disclosureControl';
import { packageRoot } from '../src/modules/reference';
import { thresholds } from '../tests/unit/disclosureControl/support/thresholds';

/**
 * Registered tables over the open data on mine output (FINEPRINT, Jasansky et al. 2023), country x mineral x year,
 * treated as if every figure were confidential: what share of the cells could be published.
 *
 * Usage: pass the folder with fineprint-production.csv, -owners.csv and -sites.csv.
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

async function main(folder: string): Promise<void> {
  const countryOf = new Map(rows(folder, 'fineprint-sites.csv').map((row) => [row['site'], row['country']]));
  const ownerText = new Map(rows(folder, 'fineprint-owners.csv').map((row) => [row['site'], row['owners'] ?? '']));
  const solver = highsSolver(await loadHighs());
  const tables = new Map<string, SiteFigure[]>();
  const seen = new Set<string>();
  for (const row of rows(folder, 'fineprint-production.csv')) {
    const { site = '', commodity = '', year = '', unit = '', value = '' } = row;
    const country = countryOf.get(site);
    const factor = tonnesPer(unit);
    const key = [site, commodity, year].join('|');
    if (country === undefined || country === '' || factor === undefined || value === '' || seen.has(key)) continue;
    const tonnes = Number(value) * factor;
    if (!Number.isFinite(tonnes) || tonnes < 0) continue;
    seen.add(key);
    const name = `${commodity}|${year}`;
    const figures = tables.get(name) ?? [];
    // A site whose owner is not known is a unit of its own.
    figures.push({ site, owners: ownersOf(ownerText.get(site) ?? ''), coordinates: [country], value: tonnes });
    tables.set(name, figures);
  }
  let [cells, sensitive, published, worldCells, worldPublished, audits] = [0, 0, 0, 0, 0, 0];
  const started = process.cpuUsage();
  for (const figures of tables.values()) {
    const contributions = contributionsByUnit(figures, thresholds.jointVentureOwnerPercent);
    if (contributions.length === 0) continue;
    const countries = [...new Set(figures.flatMap((figure) => figure.coordinates))].sort();
    const release = protectTables({
      universe: [flatHierarchy('place', 'World', countries)],
      tables: [{ id: 'output by country', dimensions: ['place'] }],
      contributions,
      nonNegative: true,
      readerMayContribute: true,
      colludingInsiders: thresholds.colludingInsiders,
      knownTo: new Map(contributions.map((contribution) => [contribution.unit, contribution.knownTo])),
      thresholds,
      solver,
    });
    cells += release.cells.length;
    sensitive += release.cells.filter((cell) => cell.judgement.sensitive).length;
    published += release.cells.length - release.suppressed.size;
    const world = release.cells.find((cell) => cell.coordinates[0] === 'World');
    worldCells += 1;
    worldPublished += world?.status === 'PUBLISHED' ? 1 : 0;
    audits += release.audit.passed ? 1 : 0;
  }
  const seconds = process.cpuUsage(started).user / 1e6;
  const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  const report = `# Statistics: open data on mine output, as if it were confidential

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}. Source: Jasansky, Lieber, Giljum, Maus (2023), "An open database on global coal and
metal mine production", Scientific Data, CC BY 4.0: output per site, commodity and year in tonnes, owners by site (a site
with two owners of at least 20 % is a unit of its own, one without a known owner too). Registered as country x mineral x
year, with the world as total of each mineral and year.

| | |
|---|---|
| tables (mineral and year) | ${worldCells} |
| cells; of them sensitive by themselves | ${cells}; ${sensitive} |
| cells published (usefulness) | ${published}, ${share(published, cells)} |
| world totals published | ${worldPublished} of ${worldCells}, ${share(worldPublished, worldCells)} |
| audits passed | ${audits} of ${worldCells} |
| CPU time | ${seconds.toFixed(1)} s |
`;
  writeFileSync(join(packageRoot(), 'bench', 'results-statistics-real-data.md'), report);
}

void main(process.argv[2] ?? '.');
