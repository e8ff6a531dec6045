import { profileOf } from '../../../src/disclosureControl/contribution';
import { countedRange } from '../../../src/disclosureControl/countBands';
import { judgeCountedSet } from '../../../src/disclosureControl/ledger/disjointSets';
import { dominanceRule } from '../../../src/disclosureControl/sensitivity/dominance';
import { minimumFrequencyRule } from '../../../src/disclosureControl/sensitivity/minimumFrequency';
import { pPercentRule } from '../../../src/disclosureControl/sensitivity/pPercent';
import { pqRule } from '../../../src/disclosureControl/sensitivity/pqRule';
import type { LinearProgramSolver } from '../../../src/disclosureControl/solver/linearProgramSolver';
import { suppressComplementary } from '../../../src/disclosureControl/suppression/complementarySuppression';
import { disclosureModel, type DisclosureModel } from '../../../src/disclosureControl/suppression/disclosureModel';
import { attackerProblem } from '../../../src/disclosureControl/suppression/feasibilityAudit';
import { buildCells } from '../../../src/disclosureControl/tables/cells';
import { flatHierarchy } from '../../../src/disclosureControl/tables/hierarchy';
import { loadSolver } from './support/solver';

/**
 * What other programs for disclosure control answer. Numbers are taken from their public tests and data, named with each
 * case; nothing else is. The answers of the SDC Handbook and of Fischetti and Salazar-Gonzalez stand in `sensitivity` and
 * `feasibilityAudit`, those of Denning in `tracker`.
 */
let solver: LinearProgramSolver;
beforeAll(async () => {
  solver = await loadSolver();
});

const cell = (...values: number[]) => profileOf(values.map((value, at) => ({ unit: `u${at}`, value, weight: 1 })));

/** A cell of which a table tells the total and its two largest contributions; the rest are as many as need be, none larger. */
function summary(total: number, first: number, second: number) {
  const rest = total - first - second;
  const others = rest > 0 ? Math.ceil(rest / second) : 0;
  const each = Array.from({ length: others }, () => rest / others);
  return cell(...[first, second, ...each].filter((value) => value > 0));
}

describe('tau-ARGUS, data/tableinput/pp.tab (sdcTools/tauargus): status and protection level at p = 15', () => {
  it.each([
    ['region 9, size 4', 11_968, 11_401, 145, 1288.15],
    ['region 2, size Nr', 5, 5, 0, 0.75],
    ['region 2, size 6', 10, 5, 5, 0.75],
  ])('%s is unsafe', (_cell, total, first, second, level) => {
    const finding = pPercentRule(summary(total, first, second), { pPercent: 15, colludingInsiders: 1 });
    expect(finding.sensitive).toBe(true);
    expect(finding.protectionAbove).toBeCloseTo(level, 2);
  });

  it.each([
    ['region 2, all sizes', 20, 5, 5],
    ['region 4, size Zd', 15, 5, 5],
    ['region 9, size 9', 1_537_016, 175_677, 141_482],
    ['region 9, all sizes', 6_510_758, 175_677, 141_482],
    ['region 99, all sizes', 385, 77, 77],
    ['region 6, size 4', 32_132, 2581, 1713],
  ])('%s is safe', (_cell, total, first, second) => {
    expect(pPercentRule(summary(total, first, second), { pPercent: 15, colludingInsiders: 1 }).sensitive).toBe(false);
  });
});

/** data-raw/microdata1.R of sdcTools/sdcTable: the contributions to each cell of region by gender. */
const MICRODATA1: Readonly<Record<string, readonly number[]>> = {
  'A male': [10, 11, 5, 7, 13, 15, 13, 6, 9, 7, 9, 8, 9, 10, 10, 18, 6, 12],
  'A female': [9, 11],
};

describe('sdcTable, tests/testthat/test-primarySuppression.r (sdcTools/sdcTable), microdata1', () => {
  const male = cell(...(MICRODATA1['A male'] ?? []));
  const female = cell(...(MICRODATA1['A female'] ?? []));
  // Region D, male: one contribution of 280 among eleven, the others of 7 to 11.
  const dominated = cell(280, 9, 9, 8, 7, 9, 8, 7, 8, 11, 10);

  it('maxN = 2 finds the cell of two women in region A and no other', () => {
    const atLeastThree = { minimumContributors: 3, colludingInsiders: 1, readerMayContribute: false };
    expect(minimumFrequencyRule(female, atLeastThree).sensitive).toBe(true);
    expect(minimumFrequencyRule(male, atLeastThree).sensitive).toBe(false);
    expect(minimumFrequencyRule(dominated, atLeastThree).sensitive).toBe(false);
  });

  it.each([
    ['(2,75)-dominance', (one: typeof male) => dominanceRule(one, { contributors: 2, percent: 75 })],
    ['p = 70', (one: typeof male) => pPercentRule(one, { pPercent: 70, colludingInsiders: 1 })],
    ['p/q = 60/80', (one: typeof male) => pqRule(one, { pPercent: 60, qPercent: 80, colludingInsiders: 1 })],
  ])('%s finds it and the cell that one contribution dominates, not the third', (_rule, judge) => {
    expect([female, dominated, male].map((one) => judge(one).sensitive)).toEqual([true, true, false]);
  });
});

function table(rows: readonly (readonly number[])[]): DisclosureModel {
  const codes = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
  const system = buildCells(
    [
      flatHierarchy('row', 'R', codes('r', rows.length)),
      flatHierarchy('column', 'C', codes('c', rows[0]?.length ?? 0)),
    ],
    [{ id: 'table', dimensions: ['row', 'column'] }],
    rows.flatMap((values, row) =>
      values.map((value, column) => ({
        unit: `u${row} ${column}`,
        coordinates: [`r${row + 1}`, `c${column + 1}`],
        value,
      })),
    ),
  );
  return disclosureModel(system, { nonNegative: true });
}

const at = (model: DisclosureModel, key: string): number => model.cells.findIndex((one) => one.key === key);
const keys = (model: DisclosureModel, positions: Iterable<number>): string[] =>
  [...positions].map((position) => model.cells[position]?.key ?? '').sort();

function interval(model: DisclosureModel, suppressed: readonly string[], key: string): readonly number[] {
  const attacker = attackerProblem(model, new Set(suppressed.map((one) => at(model, one))), new Set(), solver);
  const { lower, upper } = attacker.interval(model.cells[at(model, key)]?.terms ?? []);
  attacker.dispose();
  return [lower, upper].map((bound) => Math.round(bound * 1e6) / 1e6);
}

describe('sdcTable, tests/testthat/test-simpleheuristic.R: two hidden cells in every row and column', () => {
  const model = table([
    [30, 47, 64, 89],
    [90, 124, 5, 31],
    [92, 100, 59, 85],
    [800, 991, 651, 685],
  ]);
  const hidden = ['r1|c1', 'r1|c2', 'r1|c3', 'r2|c1', 'r2|c3', 'r3|c2', 'r3|c4', 'r4|c2', 'r4|c4'];

  it('still give the cell of 47 away; one more of 124 leaves it between 0 and 141', () => {
    expect(interval(model, hidden, 'r1|c2')).toEqual([47, 47]);
    expect(interval(model, [...hidden, 'r2|c2'], 'r1|c2')).toEqual([0, 141]);
  });

  it('are found to need one more cell by the suppression itself', () => {
    const primary = new Set(hidden.map((key) => at(model, key)));
    const cellOf = at(model, 'r1|c2');
    const common = {
      kind: 'CELL' as const,
      cell: cellOf,
      unit: undefined,
      functional: model.cells[cellOf]?.terms ?? [],
    };
    const requirements = ([1, -1] as const).map((direction) => ({ ...common, direction, shift: 4.7 }));
    const pattern = suppressComplementary({ model, primary, requirements, colludingInsiders: 0, solver });
    expect(pattern.complementary.size).toBeGreaterThan(0);
    const [low = 47, high = 47] = interval(model, keys(model, pattern.suppressed), 'r1|c2');
    expect(Math.min(47 - low, high - 47)).toBeGreaterThanOrEqual(4.7 - 1e-6);
  });
});

describe('tau-ARGUS, inst/tests/Batch/ex1 (sdcTools/checkTauArgus): optimal suppression of one cell, MAN(20)', () => {
  it('closes the cells of regions A and C, the rectangle that loses least', () => {
    const model = table([
      [895, 137],
      [753, 973],
      [569, 486],
      [540, 793],
    ]);
    const sensitive = at(model, 'r1|c2');
    const common = {
      kind: 'CELL' as const,
      cell: sensitive,
      unit: undefined,
      functional: model.cells[sensitive]?.terms ?? [],
    };
    const requirements = ([1, -1] as const).map((direction) => ({ ...common, direction, shift: 0.2 * 137 }));
    const pattern = suppressComplementary({
      model,
      primary: new Set([sensitive]),
      requirements,
      colludingInsiders: 0,
      solver,
    });
    expect(keys(model, pattern.suppressed)).toEqual(['r1|c1', 'r1|c2', 'r3|c1', 'r3|c2']);
  });
});

describe('Kenthapadi, Mishra, Nissim (PODS 2005), yes-or-no values: denials that look at values give all of them away', () => {
  const bits = (seed: number): number[] => Array.from({ length: 12 }, (_, bit) => (seed >> bit) & 1);
  const pairs = Array.from({ length: 11 }, (_, at_) => [at_, at_ + 1] as const);

  it('an auditor that answers a pair unless its sum shows both tells everything up to exchanging yes and no', () => {
    for (let seed = 0; seed < 4096; seed += 37) {
      const data = bits(seed);
      const isDenied = pairs.map(([a, b]) => (data[a] ?? 0) + (data[b] ?? 0) !== 1);
      const rebuilt = isDenied.reduce<number[]>(
        (so, denied) => [...so, denied ? (so.at(-1) ?? 0) : 1 - (so.at(-1) ?? 0)],
        [0],
      );
      const flipped = rebuilt.map((bit) => 1 - bit);
      expect([rebuilt.join(), flipped.join()]).toContain(data.join());
    }
  });

  it('the rule for counts answers and denies alike whatever the values are', () => {
    const sets = [
      pairs.flatMap((pair) => [...pair]),
      ...pairs.map((pair) => [...pair]),
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ];
    const transcript = (data: readonly number[]): string => {
      const counted: string[][] = [];
      return sets
        .map((set) => {
          const asked = [...new Set(set)].map(String);
          const decision = judgeCountedSet(new Set(asked), counted);
          const figures = asked.map((one) => ({
            knownTo: [one],
            isProtected: true,
            figures: 1,
            holding: data[Number(one)] ?? 0,
          }));
          const range = countedRange(figures, { minimumContributors: 5, colludingInsiders: 1 });
          if (decision === 'NEW' && range !== undefined) counted.push(asked);
          return decision !== 'OVERLAPPING' && range !== undefined ? 'y' : 'n';
        })
        .join('');
    };
    const seen = new Set(Array.from({ length: 512 }, (_, seed) => transcript(bits(seed * 8 + (seed % 8)))));
    expect([...seen]).toEqual([`y${'n'.repeat(13)}`]);
  });
});
