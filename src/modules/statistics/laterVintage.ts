import { judgeVintage, type VintageCell } from '../../disclosureControl';
import type { BuildRules } from './buildTables';
import { reaches } from './certificates';
import { knowersOf } from './components';
import { cellsAbove } from './dimensions';
import type { Part } from './frozenParts';
import type { Measure, RegisteredTable } from './registeredTables';

/**
 * Whether a later vintage may be published (A4): in every cell of every table nobody's contribution changed, or enough
 * units' did. All cells count, published or not, so that the answer does not depend on what was suppressed.
 */
export function mayFollow(
  earlier: readonly Part[],
  later: readonly Part[],
  measure: Measure,
  tables: readonly RegisteredTable[],
  rules: BuildRules,
): boolean {
  const parts = [...earlier, ...later];
  const { vintageChangedContributorsMin: changedContributorsMin, ledgerInsiders: colludingInsiders } = rules.thresholds;
  const known = new Set(parts.filter(({ isProtected }) => !isProtected).map(({ unit }) => unit));
  const change = { changedContributorsMin, colludingInsiders, knownTo: knowersOf(parts), known };
  return tables.every((table) =>
    picksOf(measure).every((pick) => {
      const [before, after] = [
        contributionsIn(earlier, table, rules, pick),
        contributionsIn(later, table, rules, pick),
      ];
      const keys = [...new Set([...before.keys(), ...after.keys()])];
      const cellsOf = (of: typeof before): VintageCell[] =>
        keys.map((key) => ({ key, contributions: of.get(key) ?? NOTHING }));
      return judgeVintage(cellsOf(before), cellsOf(after), change).publishable;
    }),
  );
}

/** What a change shows in: figures, the weights of a weighted mean, and how many sites have reached each level. */
function picksOf(measure: Measure): readonly ((part: Part) => number)[] {
  return [
    (part) => part.value,
    (part) => part.weight ?? 0,
    ...measure.levels.map((level) => (part: Part) => (reaches(measure, part, level) ? part.count : 0)),
  ];
}

const NOTHING: ReadonlyMap<string, number> = new Map();

/** A double holds fifteen digits: what differs in the last of them only was added in another order, and did not change. */
const DIGITS_COMPARED = 14;

function contributionsIn(
  parts: readonly Part[],
  table: RegisteredTable,
  { regions }: BuildRules,
  pick: (part: Part) => number,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const cells = new Map<string, Map<string, number>>();
  for (const part of parts) {
    for (const key of cellsAbove(part, table.dimensions, regions).keys()) {
      const sums = cells.get(key) ?? new Map<string, number>();
      sums.set(part.unit, (sums.get(part.unit) ?? 0) + pick(part));
      cells.set(key, sums);
    }
  }
  for (const sums of cells.values()) {
    for (const [unit, sum] of sums) sums.set(unit, Number(sum.toPrecision(DIGITS_COMPARED)));
  }
  return cells;
}
