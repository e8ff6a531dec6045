import { countedRange, type CountedFigures, type CountRange, type Thresholds } from '../../disclosureControl';
import type { DraftCell, DraftTable, MeasureInputs } from './buildTables';
import { bandOf, independentUnits } from './components';
import { cellsAbove, DIMENSIONS, isWithin, ROOTS, type Coordinates } from './dimensions';
import type { Held, Reached } from './frozenInputs';
import type { Part } from './frozenParts';
import type { Regions } from './regions';
import type { Measure, RegisteredTable, StatisticFunction } from './registeredTables';

/** Sites of one owner and one answer; a single site is one of them. */
export interface Certified extends Held, Reached {
  readonly count: number;
}

/** Names in the ledger what is counted: sites with a certificate of the standard, at this level or above. */
export function countedSum({ id }: Measure, atLeast: string | null): string {
  return atLeast === null ? id : `${id}>=${atLeast}`;
}

/** @param atLeast null: any level, also one that the catalogue does not know */
export function reaches({ levels }: Measure, { level }: Reached, atLeast: string | null): boolean {
  if (level === NO_CERTIFICATE) return false;
  return atLeast === null || levels.indexOf(level) >= Math.max(0, levels.indexOf(atLeast));
}

const NO_CERTIFICATE = 'NONE';

/**
 * How many of these sites hold a certificate of the standard at this level or above, as a range, since a count of none or
 * of all would tell of each. Null where the sites are too few for a range to be told, whatever they hold.
 */
export function certifiedRange(
  measure: Measure,
  sites: readonly Certified[],
  atLeast: string | null,
  { minimumContributors, ledgerInsiders }: Thresholds,
): CountRange | null {
  if (independentUnits(sites) < minimumContributors) return null;
  const counted = sites.map((site): CountedFigures => {
    const holding = reaches(measure, site, atLeast) ? site.count : 0;
    return { knownTo: site.knownTo, isProtected: site.isProtected, figures: site.count, holding };
  });
  return countedRange(counted, { minimumContributors, colludingInsiders: ledgerInsiders }) ?? null;
}

/** The range as it is published: of sites, or of a hundred of them. */
export function writtenRange(name: StatisticFunction, { from, to }: CountRange, sites: number): string {
  const [low, high] = name === 'SHARE' ? [from, to].map((count) => Math.round((100 * count) / sites)) : [from, to];
  return `${low}-${high}`;
}

/**
 * The registered tables of a standard: the sites of each finest cell are counted once, and cells above are told as sums of
 * the ranges below them, so that nothing in the table says more than the finest cells do. No linear program is needed:
 * every site is in one counted set (`judgeCountedSet`), whatever the values are.
 */
export function certificateTables(inputs: MeasureInputs, rules: CertificateRules): readonly DraftTable[] {
  return inputs.tables.map((table) => {
    const cells = cellsOfTable(inputs, table, rules);
    const published = cells.filter(({ value }) => value !== null).length;
    return {
      table,
      cells,
      publishedShare: cells.length === 0 ? 0 : published / cells.length,
      auditPassed: true,
      cuts: 0,
    };
  });
}

export interface CertificateRules {
  readonly thresholds: Thresholds;
  readonly regions: Regions;
}

/** The levels that a table has a cell for: all of them and any one, or the one that it names. */
function levelsOf({ levels }: Measure, table: RegisteredTable): readonly (string | null)[] {
  return table.dimensions.includes('level') ? [null, ...levels] : [table.atLeast ?? null];
}

function cellsOfTable(
  { measure, snapshot }: MeasureInputs,
  table: RegisteredTable,
  { thresholds, regions }: CertificateRules,
): readonly DraftCell[] {
  const finest = finestCells(snapshot.parts, table, regions);
  const above = new Map<string, Coordinates>();
  for (const part of snapshot.parts) {
    for (const [key, cell] of cellsAbove(part, table.dimensions, regions)) {
      if (table.placesDownTo === undefined || cell.place !== part.country) above.set(key, cell);
    }
  }
  const ordered = [...above].sort(([a], [b]) => (a < b ? -1 : 1));
  return ordered.flatMap(([, cell]) =>
    levelsOf(measure, table).map((atLeast): DraftCell => {
      const level = table.dimensions.includes('level') ? { level: atLeast ?? ROOTS.level } : {};
      const parts = finest.filter(([one]) => one !== undefined && isWithin(one, cell, regions));
      const ranges = parts.map((sites) => ({ sites, range: certifiedRange(measure, sites, atLeast, thresholds) }));
      const sites = parts.flat();
      const population = countOf(sites);
      const range = summed(ranges);
      const contributors = range === null ? null : bandOf(sites);
      return {
        coordinates: { ...cell, ...level },
        value: range === null || contributors === null ? null : writtenRange(table.function, range, population),
        contributors,
      };
    }),
  );
}

/** Where the range of one of them is not told, it may be none or all of its sites; null where none is told. */
function summed(
  parts: readonly { readonly sites: readonly Part[]; readonly range: CountRange | null }[],
): CountRange | null {
  if (parts.every(({ range }) => range === null)) return null;
  return parts
    .map(({ sites, range }) => range ?? { from: 0, to: countOf(sites) })
    .reduce((sum, range) => ({ from: sum.from + range.from, to: sum.to + range.to }));
}

function countOf(sites: readonly Certified[]): number {
  return sites.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Whether a cell counts sites itself: it stands at a code of every dimension that its table crosses, levels aside, and at
 * none that others lie below.
 * @param regions the codes that countries lie below
 */
export function isFinest(cell: Coordinates, table: RegisteredTable, regions: readonly string[]): boolean {
  return DIMENSIONS.filter((dimension) => table.dimensions.includes(dimension)).every((dimension) => {
    const code = cell[dimension] ?? ROOTS[dimension];
    if (code === ROOTS[dimension]) return false;
    return dimension !== 'place' || table.placesDownTo !== undefined || !regions.includes(code);
  });
}

/** The sites of every finest cell of a table; where one of them lies, all do. */
function finestCells(parts: readonly Part[], table: RegisteredTable, regions: Regions): readonly (readonly Part[])[] {
  const cells = new Map<string, Part[]>();
  for (const part of parts) {
    const place = table.placesDownTo === undefined ? part.country : regions.regionOf(part.country);
    const codes = { mineral: part.mineral, stage: part.stage, place };
    const crossed = DIMENSIONS.filter((dimension) => table.dimensions.includes(dimension));
    const key = JSON.stringify(crossed.map((dimension) => codes[dimension]));
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [part]);
    else known.push(part);
  }
  return [...cells.values()];
}
