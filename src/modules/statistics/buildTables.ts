import {
  judgeVintage,
  protectJointly,
  protectWithRollUp,
  type LinearProgramSolver,
  type ProtectedRelease,
  type ReleaseTask,
  type Thresholds,
  type VintageCell,
} from '../../disclosureControl';
import { InvariantError } from '../../kernel/errors';
import { bandOf, componentsOf, figuresFor, independentUnits, type Component } from './components';
import { coordinatesOf, isWithin, placeOf, universeOf, type Coordinates } from './dimensions';
import type { Figure, Member, Snapshot } from './frozenInputs';
import type { Regions } from './regions';
import type { Measure, RegisteredTable } from './registeredTables';
import { writtenValue } from './writtenValue';

/** A cell of a draft: what a reader will see, and the figures behind it, which nobody but the trustee sees. */
export interface DraftCell {
  readonly coordinates: Coordinates;
  /** Null: suppressed, never by which rule. */
  readonly value: string | null;
  readonly contributors: string | null;
  readonly figures: readonly string[];
}

export interface DraftTable {
  readonly table: RegisteredTable;
  readonly cells: readonly DraftCell[];
  readonly publishedShare: number;
  readonly auditPassed: boolean;
  /** Levels of the roll-up order that were dropped. */
  readonly cuts: number;
}

/** One measure with its frozen inputs and the tables registered for it. */
export interface MeasureInputs {
  readonly measure: Measure;
  readonly snapshot: Snapshot;
  readonly tables: readonly RegisteredTable[];
}

export interface BuildRules {
  readonly thresholds: Thresholds;
  readonly regions: Regions;
}

/**
 * Builds every registered table of a family of measures together (A5): primary and complementary suppression and the
 * feasibility audit over all of them; what one measure of a family closes is closed in the others (A8). The same inputs,
 * rules and solver always give the same draft.
 */
export function buildTables(
  family: readonly MeasureInputs[],
  rules: BuildRules,
  solver: LinearProgramSolver,
  onProgress?: (settled: number, all: number) => void,
): readonly DraftTable[] {
  const jobs = family.flatMap((inputs) => jobsOf(inputs));
  const universe = universeOf(
    family.flatMap((inputs) => inputs.snapshot.figures),
    rules.regions,
  );
  const tasks = jobs.map((job) => taskOf(job, universe, rules.thresholds, solver, onProgress));
  const rollUp = family.flatMap((inputs) => inputs.tables.flatMap((table) => table.rollUp));
  const single = tasks.length === 1 ? tasks[0] : undefined;
  const rolled = single === undefined ? undefined : protectWithRollUp(single, rollUp);
  const releases = rolled === undefined ? protectJointly(tasks) : [rolled];
  const protectedJobs = jobs.map((job, position) => ({ job, release: releases[position] }));
  return family.flatMap((inputs) =>
    inputs.tables.map((table) => {
      const own = protectedJobs.filter(
        ({ job }) => job.inputs === inputs && usesComponent(inputs, table, job.component),
      );
      return describe(
        inputs,
        table,
        own.map(({ release }) => release),
        rules,
        rolled?.cuts ?? 0,
      );
    }),
  );
}

/** One sum to protect: a component of some table of a measure, over all tables of that measure. */
interface Job {
  readonly inputs: MeasureInputs;
  readonly component: Component;
}

function jobsOf(inputs: MeasureInputs): readonly Job[] {
  const byName = new Map<string, Component>();
  for (const table of inputs.tables) {
    // A count tells membership alone, but where it is closed follows the measure itself.
    const name = table.function === 'COUNT' ? 'SUM' : table.function;
    for (const component of componentsOf(inputs.measure, name)) byName.set(component.name, component);
  }
  return [...byName.values()].map((component) => ({ inputs, component }));
}

function usesComponent(inputs: MeasureInputs, table: RegisteredTable, component: Component): boolean {
  const name = table.function === 'COUNT' ? 'SUM' : table.function;
  return componentsOf(inputs.measure, name).some((candidate) => candidate.name === component.name);
}

/** Regions lie right below the world. */
const REGION_DEPTH = 1;

function taskOf(
  { inputs, component }: Job,
  universe: ReleaseTask['universe'],
  thresholds: Thresholds,
  solver: LinearProgramSolver,
  onProgress?: (settled: number, all: number) => void,
): ReleaseTask {
  const { figures } = inputs.snapshot;
  const isShare = inputs.measure.standard !== null;
  return {
    universe,
    tables: inputs.tables.map(({ id, dimensions, placesDownTo }) => ({
      id,
      dimensions,
      ...(placesDownTo === undefined ? {} : { depthMax: { place: REGION_DEPTH } }),
    })),
    contributions: figures.flatMap((figure) => {
      const value = component.valueOf(figure);
      if (value === null) return [];
      const bounds = isShare ? { publicBounds: { lower: 0, upper: 1 } } : {};
      return [{ unit: figure.unit, coordinates: placeOf(figure), value, ...bounds }];
    }),
    nonNegative: figures.every((figure) => figure.value >= 0),
    readerMayContribute: true,
    colludingInsiders: thresholds.colludingInsiders,
    knownTo: new Map(figures.map((figure) => [figure.unit, figure.knownTo])),
    unprotectedUnits: new Set(figures.filter((figure) => !figure.isProtected).map((figure) => figure.unit)),
    thresholds,
    solver,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

function describe(
  inputs: MeasureInputs,
  table: RegisteredTable,
  releases: readonly (ProtectedRelease | undefined)[],
  rules: BuildRules,
  cuts: number,
): DraftTable {
  const [first, ...others] = releases.map((release) => {
    if (release === undefined) throw new InvariantError('every sum of a table was protected');
    return release;
  });
  if (first === undefined) throw new InvariantError('every table has a sum');
  const closed = new Set(
    [first, ...others].flatMap((release) =>
      release.cells.filter((cell) => cell.status === 'SUPPRESSED').map((cell) => cell.key),
    ),
  );
  const cells = first.cells
    .filter((cell) => cell.tables.includes(table.id))
    .map((cell) => {
      const coordinates = coordinatesOf(cell.coordinates, table.dimensions);
      return draftCell(inputs, table, coordinates, closed.has(cell.key), rules);
    });
  const published = cells.filter((cell) => cell.value !== null).length;
  return {
    table,
    cells,
    publishedShare: cells.length === 0 ? 0 : published / cells.length,
    auditPassed: [first, ...others].every((release) => release.audit.passed),
    cuts,
  };
}

function draftCell(
  { measure, snapshot }: MeasureInputs,
  table: RegisteredTable,
  coordinates: Coordinates,
  isClosed: boolean,
  { thresholds, regions }: BuildRules,
): DraftCell {
  const components = componentsOf(measure, table.function);
  const inside = snapshot.figures.filter((figure) => isWithin(figure, coordinates, regions));
  const figures = figuresFor(components, inside);
  const names = figures.map(({ figure }) => figure);
  const contributors = isClosed ? null : bandOf(figures);
  const value =
    contributors === null || table.function === 'COUNT'
      ? contributors
      : writtenValue(table.function, components, figures, thresholds);
  return { coordinates, value, contributors: value === null ? null : contributors, figures: names };
}

/**
 * Whether a later vintage may be published (A4): in every cell of every table nobody's contribution changed, or enough
 * units' did. All cells count, published or not, so that the answer does not depend on what was suppressed.
 */
export function mayFollow(
  earlier: Snapshot,
  later: Snapshot,
  tables: readonly RegisteredTable[],
  { thresholds, regions }: BuildRules,
): boolean {
  const universe = [...earlier.figures, ...later.figures];
  return tables.every((table) => {
    const codes = new Map(
      universe.flatMap((figure) =>
        cellsAbove(figure, table, regions).map((cell) => [JSON.stringify(cell), cell] as const),
      ),
    );
    // The weights of a weighted mean are figures of their own.
    return [(figure: Figure) => figure.value, (figure: Figure) => figure.weight ?? 0].every((pick) => {
      const cellsOf = (snapshot: Snapshot): VintageCell[] =>
        [...codes].map(([key, cell]) => ({ key, contributions: contributionsIn(snapshot, cell, regions, pick) }));
      return judgeVintage(cellsOf(earlier), cellsOf(later), thresholds.vintageChangedContributorsMin).publishable;
    });
  });
}

/** Every cell of a table that a figure belongs to. */
function cellsAbove(figure: Figure, table: RegisteredTable, regions: Regions): readonly Coordinates[] {
  const hierarchies = universeOf([figure], regions);
  return hierarchies.reduce<readonly Coordinates[]>(
    (cells, hierarchy) => {
      const dimension = table.dimensions.find((candidate) => candidate === hierarchy.name);
      if (dimension === undefined) return cells;
      return cells.flatMap((cell) => [...hierarchy.depthOf.keys()].map((code) => ({ ...cell, [dimension]: code })));
    },
    [{}],
  );
}

function contributionsIn(
  snapshot: Snapshot,
  cell: Coordinates,
  regions: Regions,
  pick: (figure: Figure) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const figure of snapshot.figures) {
    if (isWithin(figure, cell, regions)) sums.set(figure.unit, (sums.get(figure.unit) ?? 0) + pick(figure));
  }
  return sums;
}

/** Whether enough independent units stand behind the figures for anything to be told of them (A1). */
export function hasEnough(figures: readonly Member[], thresholds: Thresholds): boolean {
  return independentUnits(figures) >= thresholds.minimumContributors;
}
