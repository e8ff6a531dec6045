import type { LinearProgramSolver } from './solver/linearProgramSolver';
import { insidersOf } from './suppression/disclosureModel';
import type { DisclosureModel } from './suppression/disclosureModel';
import { auditFeasibility } from './suppression/feasibilityAudit';
import type { AuditReport } from './suppression/feasibilityAudit';
import { unitRequirements } from './suppression/requirements';

/** A confidential figure with what the public knows of it. */
export interface AuditedFigure {
  readonly id: string;
  readonly unit: string;
  readonly value: number;
  readonly publicBounds: { readonly lower: number; readonly upper: number };
}

export interface AnswersAudit {
  readonly figures: readonly AuditedFigure[];
  /** Every set of figures ever answered or released, as ids. */
  readonly answers: readonly (readonly string[])[];
  readonly knownTo: ReadonlyMap<string, readonly string[]>;
  readonly unprotectedUnits: ReadonlySet<string>;
  readonly pPercent: number;
  readonly colludingInsiders: number;
  readonly solver: LinearProgramSolver;
}

/**
 * The independent audit of everything answered: can every unit's part of every answer, and its total, still lie 2p percent
 * of itself apart, given all answers exactly, the public bounds and any insiders' figures?
 *
 * It looks at values, so it never gates an answer: it runs in the background and in CI, and an alarm freezes all further
 * releases (`statistics.md` design 4). It catches what the ledger cannot see by design: sums that happen to lie at the edge
 * of what the bands allow, such as a sum of zeros. Guarantees, when it passes: those of `auditFeasibility` for all answers.
 */
export function auditAnswers(task: AnswersAudit): AuditReport {
  const positionOf = new Map(task.figures.map((figure, position) => [figure.id, position]));
  const units = task.figures.map((figure) => figure.unit);
  const termsOf = (ids: readonly string[]): (readonly [number, number])[] =>
    [...new Set(ids)].flatMap((id) => {
      const position = positionOf.get(id);
      return position === undefined ? [] : [[position, 1] as const];
    });
  const answered = task.answers.map((ids, answer) => ({
    key: `answer ${answer}`,
    terms: termsOf(ids),
    informationLoss: 1,
  }));
  // Nobody published the sum of everything; as an open cell it only brings in every unit's total to be protected.
  const everything = { key: 'everything', terms: termsOf(task.figures.map(({ id }) => id)), informationLoss: 1 };
  const model: DisclosureModel = {
    values: Float64Array.from(task.figures, (figure) => figure.value),
    units,
    lower: Float64Array.from(task.figures, (figure) => figure.publicBounds.lower),
    upper: Float64Array.from(task.figures, (figure) => figure.publicBounds.upper),
    cells: [everything, ...answered],
    unitBounds: [],
    insiders: insidersOf(units, task.knownTo),
    known: new Set(units.flatMap((unit, position) => (task.unprotectedUnits.has(unit) ? [position] : []))),
  };
  const requirements = unitRequirements(model, task.pPercent);
  return auditFeasibility(model, new Set([0]), requirements, task.colludingInsiders, task.solver);
}
