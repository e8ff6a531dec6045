import type { LinearProgramSolver } from '../solver/linearProgramSolver';
import { Certifier } from './certifier';
import type { Exposure } from './certifier';
import { evaluate } from './disclosureModel';
import type { DisclosureModel, Functional } from './disclosureModel';
import type { ProtectionRequirement } from './requirements';

/** What an attacker can say of a sum: it lies between these, infinities included. */
export interface FeasibleInterval {
  readonly lower: number;
  readonly upper: number;
}

export interface AuditReport {
  readonly passed: boolean;
  readonly requirements: number;
  /** Requirements no witness was found for, with the insiders they fail against. */
  readonly exposures: readonly Exposure[];
  readonly linearPrograms: number;
}

/**
 * Feasibility audit of a release: every requirement must have a witness against every coalition of up to
 * `colludingInsiders` insiders, given that all cells but the suppressed ones are published exactly.
 *
 * Source: the attacker problems of Fischetti and Salazar-Gonzalez (2000); singletons and insiders as in Cox (2001).
 * Guarantees: a passed audit holds whatever the solver's faults, since witnesses are checked by arithmetic; a failed one
 * may be too strict by the solver's tolerance, never too lenient.
 */
export function auditFeasibility(
  model: DisclosureModel,
  suppressed: ReadonlySet<number>,
  requirements: readonly ProtectionRequirement[],
  colludingInsiders: number,
  solver: LinearProgramSolver,
): AuditReport {
  const certifier = new Certifier(model, solver, colludingInsiders);
  try {
    const exposures: Exposure[] = [];
    for (const requirement of requirements) {
      const outcome = certifier.certify(requirement, suppressed);
      if ('exposure' in outcome) exposures.push(outcome.exposure);
    }
    return {
      passed: exposures.length === 0,
      requirements: requirements.length,
      exposures,
      linearPrograms: certifier.linearPrograms,
    };
  } finally {
    certifier.dispose();
  }
}

/** An attacker's linear program over one release, kept open for many questions. */
export interface AttackerProblem {
  interval(functional: Functional): FeasibleInterval;
  dispose(): void;
}

/**
 * The attacker problem itself: the least and the largest value a sum can have given all published cells, the public
 * bounds and the contributions the attacker knows.
 * min and max of f(y) over all y >= lower, <= upper with every published equation and the known figures.
 * Source: Fischetti and Salazar-Gonzalez (2000); SDC Handbook 4.3 (feasibility interval). Guarantees: a failed solve gives the true value, so
 * that it never looks like a wide interval.
 */
export function attackerProblem(
  model: DisclosureModel,
  suppressed: ReadonlySet<number>,
  knowledge: ReadonlySet<number>,
  solver: LinearProgramSolver,
): AttackerProblem {
  const count = model.values.length;
  // Everything in units of the largest figure, so that the solver's absolute tolerances mean the same everywhere.
  const scale = Math.max(1e-300, ...[...model.values].map(Math.abs));
  const fixed = (variable: number): boolean => model.known.has(variable) || knowledge.has(variable);
  const limit = (bounds: Float64Array): Float64Array =>
    bounds.map((bound, variable) => (fixed(variable) ? (model.values[variable] ?? 0) : bound) / scale);
  const published = model.cells.filter((_, position) => !suppressed.has(position));
  const totals = published.map((cell) => evaluate(cell.terms, model.values) / scale);
  const unitTerms = model.unitBounds.map(({ unit }) =>
    model.units.flatMap((name, variable) => (name === unit ? [[variable, 1] as const] : [])),
  );
  const session = solver.open({
    columnLower: limit(model.lower),
    columnUpper: limit(model.upper),
    columnCost: new Float64Array(count),
    rowLower: Float64Array.from([...totals, ...model.unitBounds.map((bounds) => bounds.lower / scale)]),
    rowUpper: Float64Array.from([...totals, ...model.unitBounds.map((bounds) => bounds.upper / scale)]),
    entries: [...published.map((cell) => cell.terms), ...unitTerms],
  });
  const extreme = (functional: Functional, direction: 1 | -1): number => {
    const cost = new Float64Array(count);
    for (const [variable, coefficient] of functional) cost[variable] = -direction * coefficient;
    session.setColumnCosts(cost);
    const outcome = session.minimise();
    // Anything but an optimum tells the attacker nothing, except that a failed solve must never look like a wide one.
    if (outcome.status === 'UNBOUNDED') return direction * Infinity;
    return outcome.status === 'OPTIMAL' ? -direction * outcome.objective * scale : evaluate(functional, model.values);
  };
  return {
    interval: (functional) => ({ lower: extreme(functional, -1), upper: extreme(functional, 1) }),
    dispose: () => session.dispose(),
  };
}
