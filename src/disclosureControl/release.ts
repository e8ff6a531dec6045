import { profileOf } from './contribution';
import { judgeCell } from './sensitivity/judgement';
import type { CellJudgement } from './sensitivity/judgement';
import type { LinearProgramSolver } from './solver/linearProgramSolver';
import { suppressComplementary } from './suppression/complementarySuppression';
import { disclosureModel, evaluate } from './suppression/disclosureModel';
import type { DisclosureModel, UnitBounds } from './suppression/disclosureModel';
import { auditFeasibility } from './suppression/feasibilityAudit';
import type { AuditReport } from './suppression/feasibilityAudit';
import { cellRequirements, unitRequirements } from './suppression/requirements';
import type { ProtectionRequirement } from './suppression/requirements';
import { buildCells } from './tables/cells';
import type { CellSystem, ElementaryContribution, TableDefinition } from './tables/cells';
import { codeAfterCut, cutHierarchy, heightOf } from './tables/hierarchy';
import type { Hierarchy } from './tables/hierarchy';
import type { Thresholds } from './thresholds';

/** Everything a release of linked tables depends on; the same task always gives the same release. */
export interface ReleaseTask {
  readonly universe: readonly Hierarchy[];
  readonly tables: readonly TableDefinition[];
  readonly contributions: readonly ElementaryContribution[];
  readonly nonNegative: boolean;
  readonly readerMayContribute: boolean;
  readonly colludingInsiders: number;
  /** Groups that know a unit's figures, by unit; a group of the unit's own name where it is missing. */
  readonly knownTo?: ReadonlyMap<string, readonly string[]>;
  /** Units everybody is assumed to know: below standing, unverified, affiliated, published. */
  readonly unprotectedUnits?: ReadonlySet<string>;
  readonly unitBounds?: readonly UnitBounds[];
  /** Keys of cells that must stay closed for reasons outside these tables, such as a linked measure. */
  readonly closedCells?: ReadonlySet<string>;
  readonly thresholds: Thresholds;
  readonly solver: LinearProgramSolver;
  readonly onProgress?: (settled: number, all: number) => void;
}

export type CellStatus = 'PUBLISHED' | 'SUPPRESSED';

/** One cell as decided. `value` and `judgement` are for the trustee; a reader sees `status` and, if published, value. */
export interface ReleasedCell {
  readonly key: string;
  readonly coordinates: readonly string[];
  readonly tables: readonly string[];
  readonly status: CellStatus;
  readonly value: number;
  readonly units: readonly string[];
  readonly judgement: CellJudgement;
}

export interface ProtectedRelease {
  readonly cells: readonly ReleasedCell[];
  readonly publishedShare: number;
  readonly audit: AuditReport;
  /** What the audit ran on, so that others can run it again or attack it. */
  readonly model: DisclosureModel;
  readonly suppressed: ReadonlySet<number>;
  readonly universe: readonly Hierarchy[];
}

/**
 * Protects linked tables together: primary suppression by all sensitivity rules, complementary suppression, and an audit
 * that starts from nothing but the result. Cells shared by tables are one cell throughout.
 *
 * Guarantees, when `audit.passed`: given every published cell exactly, nobody with up to `colludingInsiders` groups'
 * figures can tell any protected unit's part of any cell, published or not, more closely than within 2p percent, nor a
 * sensitive cell more closely than its protection levels. Residual leak: which cells are closed depends on values.
 *
 * Source: SDC Handbook 4.2 to 4.4; Fischetti and Salazar-Gonzalez (2000) for the attacker problems; charter A2 and A5.
 */
export function protectTables(task: ReleaseTask): ProtectedRelease {
  const system = buildCells(task.universe, task.tables, task.contributions);
  const model = disclosureModel(system, {
    nonNegative: task.nonNegative,
    ...(task.unitBounds === undefined ? {} : { unitBounds: task.unitBounds }),
    ...(task.knownTo === undefined ? {} : { knownTo: task.knownTo }),
    ...(task.unprotectedUnits === undefined ? {} : { knownUnits: task.unprotectedUnits }),
  });
  const judgements = judgeCells(system, task);
  const primary = new Set<number>();
  system.cells.forEach((cell, position) => {
    if (judgements.get(position)?.sensitive === true || task.closedCells?.has(cell.key) === true) primary.add(position);
  });
  const requirements: readonly ProtectionRequirement[] = [
    ...cellRequirements(model, judgements, task.thresholds.pPercent),
    ...unitRequirements(model, task.thresholds.pPercent),
  ];
  const common = { model, requirements, colludingInsiders: task.colludingInsiders, solver: task.solver };
  const pattern = suppressComplementary({
    ...common,
    primary,
    ...(task.onProgress === undefined ? {} : { onProgress: task.onProgress }),
  });
  const audit = auditFeasibility(model, pattern.suppressed, requirements, task.colludingInsiders, task.solver);
  return { ...describe(system, model, judgements, pattern.suppressed), audit };
}

function judgeCells(system: CellSystem, task: ReleaseTask): ReadonlyMap<number, CellJudgement> {
  const context = {
    readerMayContribute: task.readerMayContribute,
    colludingInsiders: task.colludingInsiders,
    ...(task.unprotectedUnits === undefined ? {} : { unprotected: task.unprotectedUnits }),
    ...(task.knownTo === undefined ? {} : { knownTo: task.knownTo }),
  };
  return new Map(
    system.cells.map((cell, position) => {
      const contributions = cell.members.flatMap((member) => {
        const contribution = system.contributions[member];
        return contribution === undefined ? [] : [{ unit: contribution.unit, value: contribution.value, weight: 1 }];
      });
      return [position, judgeCell(profileOf(contributions), task.thresholds, context)] as const;
    }),
  );
}

function describe(
  system: CellSystem,
  model: DisclosureModel,
  judgements: ReadonlyMap<number, CellJudgement>,
  suppressed: ReadonlySet<number>,
): Omit<ProtectedRelease, 'audit'> {
  const cells = system.cells.flatMap((cell, position) => {
    const judgement = judgements.get(position);
    if (judgement === undefined) return [];
    const status: CellStatus = suppressed.has(position) ? 'SUPPRESSED' : 'PUBLISHED';
    return [
      {
        key: cell.key,
        coordinates: cell.coordinates,
        tables: cell.tables,
        status,
        value: evaluate(
          cell.members.map((member) => [member, 1] as const),
          model.values,
        ),
        units: [...new Set(cell.members.map((member) => model.units[member] ?? ''))].sort(),
        judgement,
      },
    ];
  });
  const publishedShare = cells.length === 0 ? 0 : 1 - suppressed.size / cells.length;
  return { cells, publishedShare, model, suppressed, universe: system.universe };
}

/**
 * Rolls up a fixed order of dimensions, one level at a time, until at least `publishedCellShareMin` of the cells survive.
 * The order is registered with the table, so the data decide only how far it is followed.
 * Source: `statistics.md` design 2 (roll up a fixed hierarchy). Guarantees: those of `protectTables` for the release
 * returned; how far it was cut depends on values.
 *
 * @param rollUpOrder names of dimensions; each occurrence cuts that dimension's deepest level
 * @returns the first release that is useful enough, or the coarsest, with the number of cuts made
 */
export function protectWithRollUp(
  task: ReleaseTask,
  rollUpOrder: readonly string[],
): ProtectedRelease & { readonly cuts: number } {
  let current = task;
  let release = protectTables(current);
  let cuts = 0;
  for (const dimension of rollUpOrder) {
    if (release.publishedShare >= task.thresholds.publishedCellShareMin) break;
    current = rolledUp(current, dimension);
    release = protectTables(current);
    cuts += 1;
  }
  return { ...release, cuts };
}

function rolledUp(task: ReleaseTask, dimension: string): ReleaseTask {
  const axis = task.universe.findIndex((hierarchy) => hierarchy.name === dimension);
  const original = task.universe[axis];
  if (original === undefined || heightOf(original) === 0) return task;
  const cut = cutHierarchy(original, heightOf(original) - 1);
  return {
    ...task,
    universe: task.universe.with(axis, cut),
    contributions: task.contributions.map((contribution) => ({
      ...contribution,
      coordinates: contribution.coordinates.with(
        axis,
        codeAfterCut(original, cut, contribution.coordinates[axis] ?? cut.root),
      ),
    })),
  };
}

/**
 * Protects several measures over the same tables whose cells open or close together, such as the numerator and the
 * denominator of a weighted mean: what one measure closes is closed for all, until nothing more closes.
 *
 * Guarantees: each measure's release satisfies `protectTables`, and the sets of published cells are equal.
 *
 * Source: charter A8; linked tables after SDC Handbook 4.4.
 */
export function protectJointly(tasks: readonly ReleaseTask[]): readonly ProtectedRelease[] {
  let closed: ReadonlySet<string> = new Set<string>();
  for (;;) {
    const releases = tasks.map((task) =>
      protectTables({ ...task, closedCells: new Set([...closed, ...(task.closedCells ?? [])]) }),
    );
    const closedNow = new Set(
      releases.flatMap((release) =>
        release.cells.filter((cell) => cell.status === 'SUPPRESSED').map((cell) => cell.key),
      ),
    );
    if (closedNow.size === closed.size) return releases;
    closed = closedNow;
  }
}
