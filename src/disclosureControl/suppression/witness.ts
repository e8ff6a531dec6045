import type { LinearProgramSession, LinearProgramSolver } from '../solver/linearProgramSolver';
import type { DisclosureModel } from './disclosureModel';
import type { ProtectionRequirement } from './requirements';

/**
 * Another world that looks the same: changes to contributions that leave every published cell as it is, respect every
 * public bound and whatever an insider knows, and move the protected sum by the shift that is asked.
 */
export interface Witness {
  /** Change of each contribution that changes. */
  readonly changes: ReadonlyMap<number, number>;
  /** Cells whose value differs in that world; all must be suppressed for the witness to hold. */
  readonly changedCells: ReadonlySet<number>;
}

/** Relative to the shift: how much a published cell may differ in a witness and still count as unchanged. */
const tolerance = 1e-6;
/** In units of the shift: no sensible witness moves anything further, and huge limits spoil the solver's scaling. */
const roomMax = 1e5;

/**
 * Searches witnesses by linear programming, fewest and smallest changes first.
 *
 * Columns: for each contribution its rise and its fall, for each cell its excess and its shortfall, all in units of the
 * shift. Rows: one per cell (change = excess - shortfall), one per unit with public bounds, and one for the target.
 * The excess of a published cell is held at zero; in search of a suppression pattern it is free at a cost.
 *
 * Source: the linear program of Kelly, Golden and Assad (1992) and Zayatz (1992), on contributions. Guarantees: a witness
 * under the suppressed cells alone is checked by arithmetic before it counts.
 */
export class WitnessSearch {
  private readonly session: LinearProgramSession;
  private readonly contributions: number;
  private readonly targetRow: number;
  private target: readonly number[] = [];
  /** The cells that each contribution is part of: a witness changes few, and only their cells are looked at. */
  private readonly cellsOf: readonly (readonly [number, number])[][];
  private readonly unitRowOf: { readonly row: number; readonly below: number; readonly above: number }[] = [];
  /** Linear programs solved so far. */
  solved = 0;

  constructor(
    private readonly model: DisclosureModel,
    solver: LinearProgramSolver,
  ) {
    this.contributions = model.values.length;
    const cells = model.cells.length;
    const columns = 2 * this.contributions + 2 * cells;
    this.cellsOf = model.units.map(() => []);
    model.cells.forEach((cell, position) => {
      for (const [variable, coefficient] of cell.terms) this.cellsOf[variable]?.push([position, coefficient]);
    });
    const entries = model.cells.map((cell, position) => [
      ...cell.terms.flatMap(([variable, coefficient]) => this.riseAndFall(variable, coefficient)),
      [2 * this.contributions + 2 * position, -1] as const,
      [2 * this.contributions + 2 * position + 1, 1] as const,
    ]);
    for (const bounds of model.unitBounds) {
      const variables = model.units.flatMap((unit, variable) => (unit === bounds.unit ? [variable] : []));
      const sum = variables.reduce((total, variable) => total + (model.values[variable] ?? 0), 0);
      this.unitRowOf.push({ row: entries.length, below: bounds.lower - sum, above: bounds.upper - sum });
      entries.push(variables.flatMap((variable) => this.riseAndFall(variable, 1)));
    }
    this.targetRow = entries.length;
    entries.push([]);
    const rows = entries.length;
    this.session = solver.open({
      columnLower: new Float64Array(columns),
      columnUpper: new Float64Array(columns),
      columnCost: new Float64Array(columns),
      rowLower: new Float64Array(rows),
      rowUpper: new Float64Array(rows),
      entries,
    });
  }

  private riseAndFall(variable: number, coefficient: number): (readonly [number, number])[] {
    return [
      [variable, coefficient],
      [this.contributions + variable, -coefficient],
    ];
  }

  /**
   * A witness for the requirement in which nothing the insiders know changes, or undefined when there is none.
   *
   * @param openCells cells that may change freely, the suppressed ones
   * @param costOf what it costs to let a further cell change, or undefined when no further cell may
   */
  find(
    requirement: ProtectionRequirement,
    insiderKnowledge: readonly ReadonlySet<number>[],
    openCells: ReadonlySet<number>,
    costOf?: (cell: number) => number,
  ): Witness | undefined {
    this.prepare(requirement, insiderKnowledge, openCells, costOf);
    const outcome = this.session.minimise();
    this.solved += 1;
    if (outcome.status !== 'OPTIMAL') return undefined;
    return this.verified(requirement, insiderKnowledge, openCells, outcome.columns, costOf === undefined);
  }

  private prepare(
    requirement: ProtectionRequirement,
    insiderKnowledge: readonly ReadonlySet<number>[],
    openCells: ReadonlySet<number>,
    costOf: ((cell: number) => number) | undefined,
  ): void {
    const { values, lower, upper, known } = this.model;
    const columns = 2 * this.contributions + 2 * this.model.cells.length;
    const columnUpper = new Float64Array(columns);
    const cost = new Float64Array(columns);
    const fixed = (variable: number): boolean =>
      known.has(variable) || insiderKnowledge.some((knowledge) => knowledge.has(variable));
    for (let variable = 0; variable < this.contributions; variable += 1) {
      // Moving a contribution costs a little, so that witnesses stay small and leave most insiders out of it.
      cost[variable] = costOf === undefined ? 1 : 1e-3;
      cost[this.contributions + variable] = cost[variable] ?? 0;
      if (fixed(variable)) continue;
      const value = values[variable] ?? 0;
      columnUpper[variable] = Math.min(roomMax, ((upper[variable] ?? 0) - value) / requirement.shift);
      columnUpper[this.contributions + variable] = Math.min(
        roomMax,
        (value - (lower[variable] ?? 0)) / requirement.shift,
      );
    }
    for (let cell = 0; cell < this.model.cells.length; cell += 1) {
      const at = 2 * this.contributions + 2 * cell;
      const open = openCells.has(cell);
      const price = open ? 0 : costOf?.(cell);
      if (price === undefined || price === Infinity) continue;
      columnUpper.fill(Infinity, at, at + 2);
      cost.fill(price, at, at + 2);
    }
    this.session.setColumnBounds(new Float64Array(columns), columnUpper);
    this.session.setColumnCosts(cost);
    for (const { row, below, above } of this.unitRowOf) {
      this.session.setRowBounds(
        row,
        Math.max(-roomMax, below / requirement.shift),
        Math.min(roomMax, above / requirement.shift),
      );
    }
    this.aimAt(requirement);
  }

  private aimAt(requirement: ProtectionRequirement): void {
    for (const variable of this.target) {
      this.session.setCoefficient(this.targetRow, variable, 0);
      this.session.setCoefficient(this.targetRow, this.contributions + variable, 0);
    }
    for (const [variable, coefficient] of requirement.functional) {
      const signed = coefficient * requirement.direction;
      this.session.setCoefficient(this.targetRow, variable, signed);
      this.session.setCoefficient(this.targetRow, this.contributions + variable, -signed);
    }
    this.target = requirement.functional.map(([variable]) => variable);
    this.session.setRowBounds(this.targetRow, 1, Infinity);
  }

  /** The witness checked by plain arithmetic, so that its soundness does not rest on the solver. */
  private verified(
    requirement: ProtectionRequirement,
    insiderKnowledge: readonly ReadonlySet<number>[],
    openCells: ReadonlySet<number>,
    columns: Float64Array,
    mustHold: boolean,
  ): Witness | undefined {
    const changes = new Map<number, number>();
    for (let variable = 0; variable < this.contributions; variable += 1) {
      const change = (columns[variable] ?? 0) - (columns[this.contributions + variable] ?? 0);
      if (Math.abs(change) > tolerance / 1e3) changes.set(variable, change * requirement.shift);
    }
    const witness = { changes, changedCells: this.changedCells(changes, tolerance * requirement.shift) };
    if (mustHold && !holds(this.model, requirement, insiderKnowledge, openCells, witness)) return undefined;
    return witness;
  }

  /** Cells that differ by more than `threshold` under the changes. */
  private changedCells(changes: ReadonlyMap<number, number>, threshold: number): ReadonlySet<number> {
    const changeOf = new Map<number, number>();
    for (const [variable, change] of changes) {
      for (const [cell, coefficient] of this.cellsOf[variable] ?? []) {
        changeOf.set(cell, (changeOf.get(cell) ?? 0) + coefficient * change);
      }
    }
    return new Set([...changeOf].flatMap(([cell, change]) => (Math.abs(change) > threshold ? [cell] : [])));
  }

  dispose(): void {
    this.session.dispose();
  }
}

/**
 * Whether a witness proves a requirement: the target moves far enough, no published cell and nothing known changes, and
 * every public bound still holds.
 * Source: `statistics.md` formulas (when a suppression pattern holds). Guarantees: plain arithmetic within one millionth
 * of the shift; a witness that is not one is refused.
 */
export function holds(
  model: DisclosureModel,
  requirement: ProtectionRequirement,
  insiderKnowledge: readonly ReadonlySet<number>[],
  openCells: ReadonlySet<number>,
  witness: Witness,
): boolean {
  const slack = tolerance * requirement.shift;
  let moved = 0;
  for (const [variable, coefficient] of requirement.functional) {
    moved += coefficient * (witness.changes.get(variable) ?? 0) * requirement.direction;
  }
  if (moved < requirement.shift - slack) return false;
  for (const cell of witness.changedCells) if (!openCells.has(cell)) return false;
  for (const [variable, change] of witness.changes) {
    if (model.known.has(variable) || insiderKnowledge.some((knowledge) => knowledge.has(variable))) return false;
    const value = (model.values[variable] ?? 0) + change;
    if (value < (model.lower[variable] ?? 0) - slack || value > (model.upper[variable] ?? 0) + slack) return false;
  }
  return model.unitBounds.every((bounds) => {
    const sum = model.units.reduce(
      (total, unit, variable) =>
        unit === bounds.unit ? total + (model.values[variable] ?? 0) + (witness.changes.get(variable) ?? 0) : total,
      0,
    );
    return sum >= bounds.lower - slack && sum <= bounds.upper + slack;
  });
}
