import { invariant } from '../../kernel/errors';
import { codeAndAncestors, codeSeparator } from './hierarchy';
import type { Hierarchy } from './hierarchy';

/** A registered table: the dimensions it crosses; along all others it is a total. */
export interface TableDefinition {
  readonly id: string;
  readonly dimensions: readonly string[];
  /** Levels below the root at most, by dimension; all of them where it is missing. */
  readonly depthMax?: Readonly<Record<string, number>>;
}

/** One ownership unit's figure in one elementary cell: one code per dimension of the universe, in its order. */
export interface ElementaryContribution {
  readonly unit: string;
  readonly coordinates: readonly string[];
  readonly value: number;
  /** What the public knows of this figure beforehand, such as its size band. */
  readonly publicBounds?: { readonly lower: number; readonly upper: number };
}

/** A cell of one or more tables: tables that cross the same dimensions or meet in a margin share it. */
export interface Cell {
  readonly key: string;
  readonly coordinates: readonly string[];
  readonly tables: readonly string[];
  /** Positions in `CellSystem.contributions` whose sum is the cell. */
  readonly members: readonly number[];
}

/** All cells of all linked tables over one frozen data set; protected together or not at all. */
export interface CellSystem {
  readonly universe: readonly Hierarchy[];
  readonly contributions: readonly ElementaryContribution[];
  readonly cells: readonly Cell[];
  readonly cellAt: ReadonlyMap<string, number>;
}

/**
 * The coordinates joined by the separator, which no code contains.
 * Source: SDC Handbook 4.3 (a cell is named by its codes). Guarantees: two cells never have one key.
 */
export function cellKey(coordinates: readonly string[]): string {
  return coordinates.join(codeSeparator);
}

function downTo({ depthMax }: TableDefinition, hierarchy: Hierarchy, path: readonly string[]): readonly string[] {
  const deepest = depthMax?.[hierarchy.name] ?? Number.POSITIVE_INFINITY;
  return path.filter((code) => (hierarchy.depthOf.get(code) ?? 0) <= deepest);
}

/**
 * Lays out every non-empty cell of every table. Cells are named by their coordinates in the whole universe (a table's
 * missing dimensions stand at their root), so that shared cells and shared margins of linked tables are one cell.
 *
 * A cell without contributors is left out: membership is public, so that it is empty is known.
 *
 * Source: SDC Handbook 4.3 (hierarchical and linked tables). Guarantees: one cell for one set of coordinates, whichever
 * tables show it.
 *
 * @throws DomainError VALIDATION for a code outside its dimension.
 */
export function buildCells(
  universe: readonly Hierarchy[],
  tables: readonly TableDefinition[],
  contributions: readonly ElementaryContribution[],
): CellSystem {
  const merged = mergeContributions(contributions);
  const drafts = new Map<string, { coordinates: readonly string[]; tables: Set<string>; members: number[] }>();
  merged.forEach((contribution, position) => {
    const paths = universe.map((hierarchy, axis) => {
      const code = contribution.coordinates[axis];
      invariant(code !== undefined, `a contribution has a code for dimension ${hierarchy.name}`);
      return codeAndAncestors(hierarchy, code);
    });
    for (const table of tables) {
      const axes = universe.map((hierarchy, axis) =>
        table.dimensions.includes(hierarchy.name) ? downTo(table, hierarchy, paths[axis] ?? []) : [hierarchy.root],
      );
      for (const coordinates of crossed(axes)) {
        const key = cellKey(coordinates);
        const draft = drafts.get(key) ?? { coordinates, tables: new Set<string>(), members: [] };
        draft.tables.add(table.id);
        if (draft.members[draft.members.length - 1] !== position) draft.members.push(position);
        drafts.set(key, draft);
      }
    }
  });
  const cells = [...drafts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, draft]) => ({
      key,
      coordinates: draft.coordinates,
      tables: [...draft.tables].sort(),
      members: draft.members,
    }));
  return {
    universe,
    contributions: merged,
    cells,
    cellAt: new Map(cells.map((cell, position) => [cell.key, position])),
  };
}

function mergeContributions(contributions: readonly ElementaryContribution[]): readonly ElementaryContribution[] {
  const merged = new Map<string, ElementaryContribution>();
  for (const contribution of contributions) {
    // Kept apart: a bound on one part of a sum would be lost with a part that has none.
    const bounded = contribution.publicBounds === undefined ? 'open' : 'bounded';
    const key = cellKey([contribution.unit, ...contribution.coordinates, bounded]);
    const earlier = merged.get(key);
    merged.set(key, earlier === undefined ? contribution : sumOf(earlier, contribution));
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contribution]) => contribution);
}

function sumOf(a: ElementaryContribution, b: ElementaryContribution): ElementaryContribution {
  const sum = { unit: a.unit, coordinates: a.coordinates, value: a.value + b.value };
  if (a.publicBounds === undefined || b.publicBounds === undefined) return sum;
  return {
    ...sum,
    publicBounds: {
      lower: a.publicBounds.lower + b.publicBounds.lower,
      upper: a.publicBounds.upper + b.publicBounds.upper,
    },
  };
}

function crossed(axes: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return axes.reduce<readonly (readonly string[])[]>(
    (prefixes, codes) => prefixes.flatMap((prefix) => codes.map((code) => [...prefix, code])),
    [[]],
  );
}

/** `total` equals the sum of `parts`; positions of cells. */
export interface SubtotalEquation {
  readonly total: number;
  readonly parts: readonly number[];
}

/**
 * The sub-total equations a reader sees: along every dimension each cell is the sum of its parts there.
 * cell = sum of its parts along one dimension.
 * Source: SDC Handbook 4.3. Guarantees: all equations that the layout implies, none that it does not.
 */
export function subtotalEquations(system: CellSystem): readonly SubtotalEquation[] {
  const equations: SubtotalEquation[] = [];
  system.cells.forEach((cell, total) => {
    system.universe.forEach((hierarchy, axis) => {
      const parts = (hierarchy.partsOf.get(cell.coordinates[axis] ?? '') ?? [])
        .map((code) => system.cellAt.get(cellKey(cell.coordinates.with(axis, code))))
        .filter((position) => position !== undefined);
      // Equations a reader cannot see (no table crosses this dimension) have no parts among the cells.
      const covered = parts.reduce((count, part) => count + (system.cells[part]?.members.length ?? 0), 0);
      if (parts.length > 0 && covered === cell.members.length) equations.push({ total, parts });
    });
  });
  return equations;
}
