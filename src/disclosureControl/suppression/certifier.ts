import type { LinearProgramSolver } from '../solver/linearProgramSolver';
import type { DisclosureModel, Insider } from './disclosureModel';
import { ExchangeProof } from './exchange';
import type { ProtectionRequirement } from './requirements';
import { WitnessSearch, holds } from './witness';
import type { Witness } from './witness';

/** The witnesses that together prove one requirement against every coalition of insiders. */
export type Certificate = readonly Witness[];

/** Names a coalition no witness was found against. */
export interface Exposure {
  readonly requirement: ProtectionRequirement;
  readonly insiders: readonly string[];
}

/**
 * Proves requirements against every coalition of up to c insiders without trying every coalition: a witness that changes
 * nothing an insider knows holds against that insider too. So one witness is found for no insider, then one for each
 * insider who would notice it, and so on up to c deep; usually two or three linear programs instead of one per insider.
 * Source: attacker problems of Fischetti and Salazar-Gonzalez (2000); the search over coalitions is this project's.
 * Guarantees: a certificate covers every coalition of that size, each witness checked by arithmetic.
 */
export class Certifier {
  private readonly exchange: ExchangeProof;
  private readonly search: WitnessSearch;
  private readonly pool: Witness[] = [];
  private readonly poolOf = new Map<number, Witness[]>();

  constructor(
    private readonly model: DisclosureModel,
    solver: LinearProgramSolver,
    private readonly colludingInsiders: number,
  ) {
    this.exchange = new ExchangeProof(model);
    this.search = new WitnessSearch(model, solver);
  }

  get linearPrograms(): number {
    return this.search.solved;
  }

  /**
   * The certificate of a requirement, or the coalition it fails against.
   *
   * @param openCells the suppressed cells
   * @param open when given, called where no witness exists under the suppressed cells alone: suppresses more cells and
   * returns them, or undefined when nothing helps
   */
  certify(
    requirement: ProtectionRequirement,
    openCells: ReadonlySet<number>,
    open?: (requirement: ProtectionRequirement, knowledge: readonly ReadonlySet<number>[]) => boolean,
  ): { readonly certificate: Certificate } | { readonly exposure: Exposure } {
    if (this.exchange.proves(requirement, this.colludingInsiders)) return { certificate: [] };
    const witnesses: Witness[] = [];
    const own = new Set(requirement.functional.map(([variable]) => variable));
    // Who knows the protected figure itself is no attacker of it.
    const attackers =
      requirement.kind === 'CELL' ? [] : this.model.insiders.filter((insider) => !intersects(insider.variables, own));
    const visit = (coalition: readonly Insider[]): Exposure | undefined => {
      const knowledge = coalition.map((insider) => insider.variables);
      let witness = this.witnessFor(requirement, knowledge, openCells);
      if (witness === undefined && open?.(requirement, knowledge) === true) {
        witness = this.witnessFor(requirement, knowledge, openCells);
      }
      if (witness === undefined) return { requirement, insiders: coalition.map((insider) => insider.group) };
      witnesses.push(witness);
      if (coalition.length >= this.colludingInsiders) return undefined;
      for (const insider of attackers) {
        if (coalition.includes(insider) || !noticed(insider, witness)) continue;
        const exposure = visit([...coalition, insider]);
        if (exposure !== undefined) return exposure;
      }
      return undefined;
    };
    const exposure = visit([]);
    return exposure === undefined ? { certificate: witnesses } : { exposure };
  }

  private witnessFor(
    requirement: ProtectionRequirement,
    knowledge: readonly ReadonlySet<number>[],
    openCells: ReadonlySet<number>,
  ): Witness | undefined {
    const first = requirement.functional[0]?.[0];
    const reusable = (first === undefined ? [] : (this.poolOf.get(first) ?? [])).find((witness) =>
      holds(this.model, requirement, knowledge, openCells, witness),
    );
    if (reusable !== undefined) return reusable;
    const witness = this.search.find(requirement, knowledge, openCells);
    if (witness !== undefined) {
      this.pool.push(witness);
      for (const variable of witness.changes.keys()) {
        const known = this.poolOf.get(variable) ?? [];
        known.push(witness);
        this.poolOf.set(variable, known);
      }
    }
    return witness;
  }

  /** The cells whose suppression at least cost gives the requirement a witness; undefined when nothing does. */
  cheapestOpening(
    requirement: ProtectionRequirement,
    knowledge: readonly ReadonlySet<number>[],
    openCells: ReadonlySet<number>,
    costOf: (cell: number) => number,
  ): ReadonlySet<number> | undefined {
    return this.search.find(requirement, knowledge, openCells, costOf)?.changedCells;
  }

  dispose(): void {
    this.search.dispose();
  }
}

function noticed(insider: Insider, witness: Witness): boolean {
  for (const variable of witness.changes.keys()) if (insider.variables.has(variable)) return true;
  return false;
}

function intersects(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
