import { invariant } from '../../kernel/errors';
import type { LinearProgramSolver } from '../solver/linearProgramSolver';
import { Certifier } from './certifier';
import type { Certificate } from './certifier';
import type { DisclosureModel } from './disclosureModel';
import type { ProtectionRequirement } from './requirements';

export interface SuppressionPattern {
  /** Positions of cells not published, sensitive and complementary. */
  readonly suppressed: ReadonlySet<number>;
  readonly complementary: ReadonlySet<number>;
  /** Linear programs solved, for the record. */
  readonly linearPrograms: number;
}

export interface SuppressionTask {
  readonly model: DisclosureModel;
  /** Positions of the sensitive cells. */
  readonly primary: ReadonlySet<number>;
  readonly requirements: readonly ProtectionRequirement[];
  readonly colludingInsiders: number;
  readonly solver: LinearProgramSolver;
  /** Told how many of how many requirements are settled. */
  readonly onProgress?: (settled: number, all: number) => void;
}

/**
 * Complementary (secondary) suppression with small information loss.
 *
 * Each requirement in turn, widest first, gets the cheapest world that would prove it: a linear program over changes to
 * contributions in which a published cell may change at a cost, its information loss, and a suppressed one for nothing.
 * The published cells that change in it are suppressed. Afterwards every complementary suppression is taken back if all
 * requirements still hold without it. Since requirements speak of single units and of what each insider knows, the
 * singleton and the coalition conditions are part of every step and need no rule of their own.
 *
 * Source: the linear programming heuristic of Kelly, Golden, Assad (1992) and Zayatz (1992, Census RR-92/02) with the
 * clean-up step of the Census programs (Massell 2001, RR2001/01), on contributions instead of cells; the attacker
 * problems are those of Fischetti and Salazar-Gonzalez (2000). Heuristic: the loss is small, not proved minimal.
 *
 * Guarantees: every requirement holds against every coalition of insiders for the pattern returned, each proved by a
 * witness that was checked in plain arithmetic. Values are looked at; which cells are suppressed may tell one bit a cell.
 */
export function suppressComplementary(task: SuppressionTask): SuppressionPattern {
  const { model, primary } = task;
  const certifier = new Certifier(model, task.solver, task.colludingInsiders);
  try {
    const suppressed = new Set(primary);
    const certificates = protectAll(task, certifier, suppressed);
    takeBack(task, certifier, suppressed, certificates);
    return {
      suppressed,
      complementary: new Set([...suppressed].filter((cell) => !primary.has(cell))),
      linearPrograms: certifier.linearPrograms,
    };
  } finally {
    certifier.dispose();
  }
}

function protectAll(
  task: SuppressionTask,
  certifier: Certifier,
  suppressed: Set<number>,
): Map<ProtectionRequirement, Certificate> {
  const costOf = (cell: number): number => 1 + (task.model.cells[cell]?.informationLoss ?? 0);
  const open = (requirement: ProtectionRequirement, knowledge: readonly ReadonlySet<number>[]): boolean => {
    const needed = certifier.cheapestOpening(requirement, knowledge, suppressed, costOf);
    if (needed === undefined) return false;
    const before = suppressed.size;
    for (const cell of needed) suppressed.add(cell);
    return suppressed.size > before;
  };
  const certificates = new Map<ProtectionRequirement, Certificate>();
  const widestFirst = [...task.requirements].sort(
    (a, b) => Number(a.kind === 'UNIT') - Number(b.kind === 'UNIT') || b.shift - a.shift,
  );
  widestFirst.forEach((requirement, settled) => {
    let outcome = certifier.certify(requirement, suppressed, open);
    if ('exposure' in outcome) {
      // Rounding of the solver at an awkward scale: give up the cells around the figure rather than the figure.
      for (const cell of cellsTouching(task.model, requirement)) suppressed.add(cell);
      outcome = certifier.certify(requirement, suppressed, open);
    }
    invariant('certificate' in outcome, 'suppressing every cell around a figure protects it');
    certificates.set(requirement, outcome.certificate);
    task.onProgress?.(settled + 1, widestFirst.length);
  });
  return certificates;
}

function cellsTouching(model: DisclosureModel, requirement: ProtectionRequirement): readonly number[] {
  const own = new Set(requirement.functional.map(([variable]) => variable));
  return model.cells.flatMap((cell, position) =>
    cell.terms.some(([variable]) => own.has(variable)) ? [position] : [],
  );
}

function takeBack(
  task: SuppressionTask,
  certifier: Certifier,
  suppressed: Set<number>,
  certificates: Map<ProtectionRequirement, Certificate>,
): void {
  const dearestFirst = [...suppressed]
    .filter((cell) => !task.primary.has(cell))
    .sort((a, b) => (task.model.cells[b]?.informationLoss ?? 0) - (task.model.cells[a]?.informationLoss ?? 0));
  for (const cell of dearestFirst) {
    suppressed.delete(cell);
    const renewed = new Map<ProtectionRequirement, Certificate>();
    let allHold = true;
    for (const [requirement, certificate] of certificates) {
      if (!certificate.some((witness) => witness.changedCells.has(cell))) continue;
      const outcome = certifier.certify(requirement, suppressed);
      if ('exposure' in outcome) {
        allHold = false;
        break;
      }
      renewed.set(requirement, outcome.certificate);
    }
    if (allHold) for (const [requirement, certificate] of renewed) certificates.set(requirement, certificate);
    else suppressed.add(cell);
  }
}
