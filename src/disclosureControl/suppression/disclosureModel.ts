import { invariant } from '../../kernel/errors';
import type { CellSystem } from '../tables/cells';

/** A sum over elementary contributions: [variable, coefficient], no variable twice. */
export type Functional = readonly (readonly [number, number])[];

/** A cell as a sum of elementary contributions, with what its suppression would cost. */
export interface ModelCell {
  readonly key: string;
  readonly terms: Functional;
  /** Information lost with it; its contributors, its value or 1. */
  readonly informationLoss: number;
}

/** What is publicly known of one unit's sum over all its elementary contributions, such as its size band. */
export interface UnitBounds {
  readonly unit: string;
  readonly lower: number;
  readonly upper: number;
}

/** Somebody who knows some contributions exactly: an ownership group knows its own unit and its joint ventures. */
export interface Insider {
  readonly group: string;
  readonly variables: ReadonlySet<number>;
}

/**
 * What an attacker faces: one variable per elementary contribution, whose existence is public and whose value is not,
 * and every published cell as an equation over them. This is stronger than the table equations alone: relations among
 * cells with the same contributors count too, within one table and across linked ones.
 */
export interface DisclosureModel {
  readonly values: Float64Array;
  readonly units: readonly string[];
  /** Public limits of each contribution: 0 and Infinity for a measure that cannot be negative. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly cells: readonly ModelCell[];
  readonly unitBounds: readonly UnitBounds[];
  readonly insiders: readonly Insider[];
  /** Contributions everybody is assumed to know: published figures, insiders by standing. */
  readonly known: ReadonlySet<number>;
}

export interface ModelOptions {
  /** False for measures that may be negative; nothing is then assumed about any single contribution. */
  readonly nonNegative: boolean;
  readonly unitBounds?: readonly UnitBounds[];
  /** Groups that know a unit's figures, by unit; default: a group of the unit's own name. */
  readonly knownTo?: ReadonlyMap<string, readonly string[]>;
  readonly knownUnits?: ReadonlySet<string>;
  /** Default: the number of contributors, so that a cell many stand behind is kept before one few stand behind. */
  readonly informationLoss?: (contributors: number, value: number) => number;
}

/**
 * The attacker's view of a cell system.
 * Source: SDC Handbook 4.3 (secondary risk), on contributions instead of cells. Guarantees: every figure lies within its
 * own public bounds.
 *
 * @throws InvariantError when a public bound does not hold for the data.
 */
export function disclosureModel(system: CellSystem, options: ModelOptions): DisclosureModel {
  const values = Float64Array.from(system.contributions, (contribution) => contribution.value);
  const units = system.contributions.map((contribution) => contribution.unit);
  const loss = options.informationLoss ?? ((contributors: number) => contributors);
  const known = new Set<number>();
  units.forEach((unit, variable) => {
    if (options.knownUnits?.has(unit) === true) known.add(variable);
  });
  if (options.nonNegative) invariant(!values.some((value) => value < 0), 'no contribution is negative');
  const model: DisclosureModel = {
    values,
    units,
    lower: Float64Array.from(system.contributions, ({ publicBounds }) =>
      Math.max(publicBounds?.lower ?? -Infinity, options.nonNegative ? 0 : -Infinity),
    ),
    upper: Float64Array.from(system.contributions, ({ publicBounds }) => publicBounds?.upper ?? Infinity),
    cells: system.cells.map((cell) => {
      const contributors = new Set(cell.members.map((member) => units[member])).size;
      const value = cell.members.reduce((sum, member) => sum + (values[member] ?? 0), 0);
      return {
        key: cell.key,
        terms: cell.members.map((member) => [member, 1] as const),
        informationLoss: loss(contributors, value),
      };
    }),
    unitBounds: options.unitBounds ?? [],
    insiders: insidersOf(units, options.knownTo),
    known,
  };
  const boundsHold = values.every((value, variable) => {
    const slack = 1e-9 * Math.max(1, Math.abs(value));
    return value >= (model.lower[variable] ?? 0) - slack && value <= (model.upper[variable] ?? 0) + slack;
  });
  invariant(boundsHold, 'a public bound holds for its figure');
  for (const bounds of model.unitBounds) {
    const sum = units.reduce(
      (total, unit, variable) => total + (unit === bounds.unit ? (values[variable] ?? 0) : 0),
      0,
    );
    const slack = 1e-9 * Math.max(1, Math.abs(sum));
    invariant(sum >= bounds.lower - slack && sum <= bounds.upper + slack, 'a size band holds for its unit');
  }
  return model;
}

/**
 * Every group with the variables it knows; a unit nobody is named for is known to a group of its own name.
 * Source: `statistics.md` formulas (any one contributor's own value known). Guarantees: every variable is known to
 * somebody.
 */
export function insidersOf(
  units: readonly string[],
  knownTo: ReadonlyMap<string, readonly string[]> | undefined,
): readonly Insider[] {
  const variablesOf = new Map<string, Set<number>>();
  units.forEach((unit, variable) => {
    for (const group of knownTo?.get(unit) ?? [unit]) {
      const variables = variablesOf.get(group) ?? new Set<number>();
      variables.add(variable);
      variablesOf.set(group, variables);
    }
  });
  return [...variablesOf].map(([group, variables]) => ({ group, variables }));
}

/**
 * The value of a functional at a point.
 * Sum of coefficient x value.
 * Source: definition of a cell. Guarantees: terms are added in their own order, so alike on every run.
 */
export function evaluate(functional: Functional, point: Float64Array): number {
  return functional.reduce((sum, [variable, coefficient]) => sum + coefficient * (point[variable] ?? 0), 0);
}
