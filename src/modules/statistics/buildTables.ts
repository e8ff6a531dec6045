import {
  protectJointly,
  protectWithRollUp,
  type LinearProgramSolver,
  type ProtectedRelease,
  type ReleaseTask,
  type Thresholds,
} from '../../disclosureControl';
import { InvariantError } from '../../kernel/errors';
import { certificateTables } from './certificates';
import {
  bandOf,
  componentsOf,
  independentUnits,
  knowersOf,
  membersFor,
  totalsOfParts,
  type Component,
} from './components';
import { cellsAbove, coordinatesOf, placeOf, universeOf, type Coordinates } from './dimensions';
import type { Held } from './frozenInputs';
import type { FrozenParts, Part } from './frozenParts';
import type { Regions } from './regions';
import type { Measure, RegisteredTable } from './registeredTables';
import { writtenValue } from './writtenValue';

/** A cell of a draft: what a reader will see. */
export interface DraftCell {
  readonly coordinates: Coordinates;
  /** Null: suppressed, never by which rule. */
  readonly value: string | null;
  readonly contributors: string | null;
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
  readonly snapshot: FrozenParts;
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
  if (family.some(({ measure }) => measure.standard !== null)) {
    return family.flatMap((inputs) => certificateTables(inputs, rules));
  }
  const jobs = family.flatMap((inputs) => jobsOf(inputs));
  const universe = universeOf(
    family.flatMap((inputs) => inputs.snapshot.parts),
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
  const { parts } = inputs.snapshot;
  return {
    universe,
    tables: inputs.tables.map(({ id, dimensions, placesDownTo }) => ({
      id,
      dimensions,
      ...(placesDownTo === undefined ? {} : { depthMax: { place: REGION_DEPTH } }),
    })),
    contributions: parts.flatMap((part) => {
      const value = component.sumOf(part);
      if (value === null) return [];
      return [{ unit: part.unit, coordinates: placeOf(part), value }];
    }),
    nonNegative: parts.every((part) => !part.hasNegative),
    readerMayContribute: true,
    colludingInsiders: thresholds.colludingInsiders,
    knownTo: knowersOf(parts),
    unprotectedUnits: new Set(parts.filter((part) => !part.isProtected).map((part) => part.unit)),
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
  const inside = partsByCell(inputs, table, rules.regions);
  const cells = first.cells
    .filter((cell) => cell.tables.includes(table.id))
    .map((cell) => {
      const coordinates = coordinatesOf(cell.coordinates, table.dimensions);
      const parts = inside.get(JSON.stringify(coordinates)) ?? [];
      return draftCell(inputs.measure, table, { coordinates, parts, isClosed: closed.has(cell.key) }, rules);
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

function partsByCell(
  { snapshot }: MeasureInputs,
  table: RegisteredTable,
  regions: Regions,
): ReadonlyMap<string, readonly Part[]> {
  const inside = new Map<string, Part[]>();
  for (const part of snapshot.parts) {
    for (const key of cellsAbove(part, table.dimensions, regions).keys()) {
      const known = inside.get(key);
      if (known === undefined) inside.set(key, [part]);
      else known.push(part);
    }
  }
  return inside;
}

interface DecidedCell {
  readonly coordinates: Coordinates;
  readonly parts: readonly Part[];
  readonly isClosed: boolean;
}

function draftCell(
  measure: Measure,
  table: RegisteredTable,
  { coordinates, parts, isClosed }: DecidedCell,
  { thresholds }: BuildRules,
): DraftCell {
  const components = componentsOf(measure, table.function);
  const told = membersFor(components, parts);
  const contributors = isClosed ? null : bandOf(told);
  const value =
    contributors === null || table.function === 'COUNT' || table.function === 'SHARE'
      ? contributors
      : writtenValue(table.function, totalsOfParts(components, told), thresholds);
  return { coordinates, value, contributors: value === null ? null : contributors };
}

/** Whether enough independent units stand behind the figures for anything to be told of them (A1). */
export function hasEnough(figures: readonly Held[], thresholds: Thresholds): boolean {
  return independentUnits(figures) >= thresholds.minimumContributors;
}
