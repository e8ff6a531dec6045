import { buildCells } from '../../../src/disclosureControl/tables/cells';
import { flatHierarchy } from '../../../src/disclosureControl/tables/hierarchy';
import { disclosureModel } from '../../../src/disclosureControl/suppression/disclosureModel';
import type { DisclosureModel } from '../../../src/disclosureControl/suppression/disclosureModel';
import { attackerProblem, auditFeasibility } from '../../../src/disclosureControl/suppression/feasibilityAudit';
import { cellRequirements, unitRequirements } from '../../../src/disclosureControl/suppression/requirements';
import type { LinearProgramSolver } from '../../../src/disclosureControl/solver/linearProgramSolver';
import { loadSolver } from './support/solver';

let solver: LinearProgramSolver;
beforeAll(async () => {
  solver = await loadSolver();
});

/** A two-dimensional table of cells of one anonymous unit each, as the textbooks print them. */
function textbookTable(rows: readonly (readonly number[])[]): DisclosureModel {
  const rowCodes = rows.map((_, row) => `r${row + 1}`);
  const columnCodes = (rows[0] ?? []).map((_, column) => `c${column + 1}`);
  const system = buildCells(
    [flatHierarchy('row', 'R', rowCodes), flatHierarchy('column', 'C', columnCodes)],
    [{ id: 'table', dimensions: ['row', 'column'] }],
    rows.flatMap((values, row) =>
      values.map((value, column) => ({
        unit: `u${row + 1}${column + 1}`,
        coordinates: [`r${row + 1}`, `c${column + 1}`],
        value,
      })),
    ),
  );
  return disclosureModel(system, { nonNegative: true });
}

function positions(model: DisclosureModel, keys: readonly string[]): ReadonlySet<number> {
  return new Set(keys.map((key) => model.cells.findIndex((cell) => cell.key === key)));
}

function interval(model: DisclosureModel, suppressed: readonly string[], key: string): readonly [number, number] {
  const attacker = attackerProblem(model, positions(model, suppressed), new Set(), solver);
  const cell = model.cells.find((candidate) => candidate.key === key);
  const { lower, upper } = attacker.interval(cell?.terms ?? []);
  attacker.dispose();
  return [lower, upper];
}

describe('attacker problem', () => {
  it('finds the interval [3, 6] of the SDC Handbook 4.2, example 3 (Geurts 1992, table 10)', () => {
    // Any table with these margins gives the same interval: the printed one leaves the four cells open.
    const model = textbookTable([
      [4, 3],
      [2, 1],
      [3, 3],
    ]);
    const [lower, upper] = interval(model, ['r1|c1', 'r1|c2', 'r2|c1', 'r2|c2'], 'r1|c1');
    expect(lower).toBeCloseTo(3, 6);
    expect(upper).toBeCloseTo(6, 6);
  });

  it('finds the interval [5, 30] of the investment table of Fischetti and Salazar-Gonzalez (2000)', () => {
    const model = textbookTable([
      [20, 50, 10],
      [8, 19, 22],
      [17, 32, 12],
    ]);
    const [lower, upper] = interval(model, ['r2|c1', 'r2|c3', 'r3|c1', 'r3|c3'], 'r2|c3');
    expect(lower).toBeCloseTo(5, 6);
    expect(upper).toBeCloseTo(30, 6);
  });

  it('pins a cell although two or more are hidden in every row and column (Working Paper 22, delinquent children)', () => {
    const model = textbookTable([
      [15, 1, 3, 1],
      [20, 10, 10, 15],
      [3, 10, 10, 2],
      [12, 14, 7, 2],
    ]);
    const hidden = ['r1|c2', 'r1|c3', 'r1|c4', 'r2|c2', 'r2|c3', 'r3|c1', 'r3|c4', 'r4|c1', 'r4|c4'];
    const [lower, upper] = interval(model, hidden, 'r1|c4');
    expect(lower).toBeCloseTo(1, 6);
    expect(upper).toBeCloseTo(1, 6);
    const report = auditFeasibility(model, positions(model, hidden), unitRequirements(model, 10), 0, solver);
    expect(report.passed).toBe(false);
    expect(report.exposures.map((exposure) => exposure.requirement.unit)).toContain('u14');
  });

  it('lets the one contributor of a hidden cell unpick the one other hidden cell of its row', () => {
    const model = textbookTable([
      [40, 70, 30],
      [25, 35, 90],
      [60, 20, 50],
    ]);
    const hidden = positions(model, ['r1|c1', 'r1|c2', 'r2|c1', 'r2|c2']);
    const requirements = unitRequirements(model, 10).filter((requirement) => requirement.unit === 'u11');
    expect(auditFeasibility(model, hidden, requirements, 0, solver).passed).toBe(true);
    const withInsider = auditFeasibility(model, hidden, requirements, 1, solver);
    expect(withInsider.passed).toBe(false);
    expect(withInsider.exposures[0]?.insiders).toHaveLength(1);
  });

  it('finds that two contributors to a published total know each other', () => {
    const contributions = [
      { unit: 'a', coordinates: ['r1', 'c1'], value: 100 },
      { unit: 'b', coordinates: ['r1', 'c1'], value: 80 },
    ];
    const table = [{ id: 'table', dimensions: ['row'] }];
    const universe = [flatHierarchy('row', 'R', ['r1']), flatHierarchy('column', 'C', ['c1'])];
    const audited = (third: typeof contributions, insiders: number): boolean => {
      const model = disclosureModel(buildCells(universe, table, [...contributions, ...third]), { nonNegative: true });
      return auditFeasibility(model, new Set(), unitRequirements(model, 10), insiders, solver).passed;
    };
    const more = ['c', 'd'].map((unit) => ({ unit, coordinates: ['r1', 'c1'], value: 60 }));
    expect(audited([], 0)).toBe(true);
    expect(audited([], 1)).toBe(false);
    expect(audited(more.slice(0, 1), 1)).toBe(true);
    expect(audited(more.slice(0, 1), 2)).toBe(false);
    expect(audited(more, 2)).toBe(true);
  });
});

describe('protection requirements', () => {
  const model = disclosureModel(
    buildCells(
      [flatHierarchy('row', 'R', ['r1'])],
      [{ id: 'table', dimensions: ['row'] }],
      [
        { unit: 'a', coordinates: ['r1'], value: 100, publicBounds: { lower: 99, upper: 200 } },
        { unit: 'b', coordinates: ['r1'], value: 50, publicBounds: { lower: 48, upper: 51 } },
        { unit: 'c', coordinates: ['r1'], value: 0 },
      ],
    ),
    { nonNegative: true },
  );
  const shiftsOf = (unit: string): readonly number[] =>
    unitRequirements(model, 10)
      .filter((requirement) => requirement.unit === unit)
      .map((requirement) => requirement.direction * requirement.shift);

  it('make up on one side for what a public bound cuts off on the other', () => {
    expect(shiftsOf('a')[0]).toBeCloseTo(10 + 9, 4);
    expect(shiftsOf('a')[1]).toBeCloseTo(-1, 4);
  });

  it('never ask for more doubt than the public bounds leave', () => {
    expect(shiftsOf('b')[0]).toBeCloseTo(1, 4);
    expect(shiftsOf('b')[1]).toBeCloseTo(-2, 4);
  });

  it('protect a zero like a figure of typical size, upwards only', () => {
    expect(shiftsOf('c')).toEqual([20]);
  });

  it('ask p percent of a cell that was closed for its few contributors alone', () => {
    const judgement = { sensitive: true, findings: [], protectionAbove: 0, protectionBelow: 0 };
    const position = model.cells.findIndex((cell) => cell.key === 'R');
    const shifts = cellRequirements(model, new Map([[position, judgement]]), 10).map(
      (requirement) => requirement.direction * requirement.shift,
    );
    expect(shifts[0]).toBeCloseTo(15, 4);
    // 1 below for a, 2 for b, and c cannot be negative.
    expect(shifts[1]).toBeCloseTo(-3, 4);
  });
});
