import { invariant } from '../../kernel/errors';
import { ExactRowSpace } from './exactRank';
import { PosteriorCovariance } from './posteriorCovariance';
import { unitVector } from './primeFieldRowSpace';
import { enoughInside, farFromNested } from './structuralRule';
import type { Membership, StructuralParameters } from './structuralRule';
import { canonicalUnitSet } from './unitSet';
import type { CanonicalUnitSet } from './unitSet';

/** A unit as the public knows it: that it exists, and about how large it is. Never a confidential value. */
export interface LedgerUnit {
  readonly id: string;
  /** Half the middle of its public size band, in the unit of the measure (`bands.ts`). */
  readonly priorDeviation: number;
  /** Ownership groups that know its figures as their own. */
  readonly knownTo: readonly string[];
  /** False for insiders by standing and for published figures: known to all, neither counted nor protected. */
  readonly isProtected: boolean;
}

export interface LedgerPolicy extends StructuralParameters {
  /** tau: share of the prior variance every unit keeps. */
  readonly retainedVarianceShare: number;
  /** c: 1, and 2 for prices. */
  readonly colludingInsiders: number;
}

export type LedgerDecision =
  /** The same set was answered before: the same stored answer is given again. */
  | { readonly kind: 'ANSWERED_BEFORE'; readonly set: CanonicalUnitSet }
  /** The sum follows exactly from answers given: giving it tells nothing new and costs nothing. */
  | { readonly kind: 'DERIVABLE'; readonly set: CanonicalUnitSet; readonly version: number }
  | { readonly kind: 'ALLOWED'; readonly set: CanonicalUnitSet; readonly version: number }
  /** `rule` is for the record; both look at membership only, so telling it tells no value either. */
  | { readonly kind: 'REFUSED'; readonly code: 'SMALL_CELL' | 'DIFFERENCING'; readonly rule: 'A1' | 'A6' };

/** Two decisions were taken on the same state and one of them has been recorded: decide again. */
export class StaleDecisionError extends Error {
  override readonly name = 'StaleDecisionError';
}

/**
 * The ledger of everything ever released about one measure family: decides which further sums may be answered.
 *
 * A query is a set of units. It is refused unless at least k units are inside and it keeps its distance from released sets
 * around it and within it; unless every protected unit keeps the share tau of its prior variance, given all answers and any
 * coalition of c insiders; and unless no coalition can work out a unit exactly (rank check, free of rounding).
 *
 * Source: Kenthapadi, Mishra, Nissim, Simulatable Auditing (2005); `statistics.md` design 3.
 *
 * Guarantees: the decision is a function of public bands, membership and earlier query sets alone. Nothing in this class
 * ever holds or is given a confidential value, so an answer or a refusal tells nothing that the asker could not have
 * computed, however many ask, in whatever order.
 *
 * It is not persistent and takes no lock: the caller decides, records the set durably, then appends, all under one lock per
 * ledger, and replays the record at start. `append` refuses a decision that was taken on an older state.
 */
export class LeverageLedger {
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly knowledge: readonly (readonly number[])[];
  private readonly unprotected = new Set<number>();
  private readonly covariance: PosteriorCovariance;
  private readonly rowSpace: ExactRowSpace;
  private readonly released: Membership[] = [];
  private readonly sets = new Map<string, CanonicalUnitSet>();
  private steps = 0;

  constructor(
    private readonly units: readonly LedgerUnit[],
    private readonly policy: LedgerPolicy,
  ) {
    this.indexOf = new Map(units.map((unit, position) => [unit.id, position]));
    invariant(this.indexOf.size === units.length, 'every unit is in the ledger once');
    const known = new Map<string, number[]>();
    units.forEach((unit, position) => {
      if (!unit.isProtected) this.unprotected.add(position);
      // Whoever stands behind a unit without a named group still knows its own figure.
      const groups = unit.knownTo.length === 0 ? [unit.id] : unit.knownTo;
      for (const group of groups) known.set(group, [...(known.get(group) ?? []), position]);
    });
    this.knowledge = [...known.values()];
    this.covariance = new PosteriorCovariance(units.map((unit) => unit.priorDeviation));
    this.rowSpace = ExactRowSpace.empty(units.length);
    for (const position of this.unprotected) this.learn(unitVector(units.length, position));
  }

  /** The ledger after everything in the record, in its order. */
  static replay(
    units: readonly LedgerUnit[],
    policy: LedgerPolicy,
    record: readonly (readonly string[])[],
  ): LeverageLedger {
    const ledger = new LeverageLedger(units, policy);
    for (const set of record) ledger.appendReleased(set);
    return ledger;
  }

  /** Number of changes so far; a store that counts fewer than it has answered is behind and must not answer. */
  get version(): number {
    return this.steps;
  }

  /** Sets answered or released, in order. */
  get answered(): readonly CanonicalUnitSet[] {
    return [...this.sets.values()];
  }

  /** Judges a query without changing anything: the decision and the dry run are the same function. */
  decide(query: Iterable<string>): LedgerDecision {
    const set = canonicalUnitSet(query);
    if (this.sets.has(set.key)) return { kind: 'ANSWERED_BEFORE', set };
    const membership = this.membershipOf(set);
    if (!enoughInside(membership, this.knowledge, this.policy)) {
      return { kind: 'REFUSED', code: 'SMALL_CELL', rule: 'A1' };
    }
    const vector = Float64Array.from(membership);
    if (this.rowSpace.contains(vector)) return { kind: 'DERIVABLE', set, version: this.steps };
    const refused =
      !this.released.every((earlier) => farFromNested(membership, earlier, this.policy)) ||
      this.covariance.wouldExpose(vector, {
        retainedVarianceShare: this.policy.retainedVarianceShare,
        colludingInsiders: this.policy.colludingInsiders,
        knowledge: this.knowledge,
        isProtected: this.isProtected,
      }) ||
      this.rowSpace.with(vector).exposes(this.knowledge, this.policy.colludingInsiders, this.isProtected);
    return refused
      ? { kind: 'REFUSED', code: 'DIFFERENCING', rule: 'A6' }
      : { kind: 'ALLOWED', set, version: this.steps };
  }

  /**
   * Takes a decision to answer into the ledger.
   *
   * @throws StaleDecisionError when the ledger has moved on since the decision: two askers raced, and the second must be
   * judged against the first one's answer.
   */
  append(decision: LedgerDecision & { readonly kind: 'ALLOWED' | 'DERIVABLE' }): void {
    if (decision.version !== this.steps) throw new StaleDecisionError('the ledger has moved on since this decision');
    this.take(decision.set);
  }

  /** Takes in what was released on other grounds, such as a registered table or a partner hub's statistic. */
  appendReleased(units: Iterable<string>): void {
    this.take(canonicalUnitSet(units));
  }

  /** A member published its own figure: everybody knows it, and it needs no protection any more. */
  markKnown(unit: string): void {
    const position = this.positionOf(unit);
    this.unprotected.add(position);
    this.learn(unitVector(this.units.length, position));
    this.steps += 1;
  }

  /** Share of a unit's prior variance that is left towards an outsider; for reports, and public like all of this. */
  retainedShare(unit: string): number {
    return this.covariance.retainedShare(this.positionOf(unit));
  }

  private readonly isProtected = (position: number): boolean => !this.unprotected.has(position);

  private take(set: CanonicalUnitSet): void {
    const membership = this.membershipOf(set);
    this.learn(Float64Array.from(membership));
    this.released.push(membership);
    this.sets.set(set.key, set);
    this.steps += 1;
  }

  private learn(vector: Float64Array): void {
    this.covariance.condition(vector);
    this.rowSpace.add(vector);
  }

  /** Units everybody knows are taken out: with or without them the question is the same. */
  private membershipOf(set: CanonicalUnitSet): Membership {
    const membership = new Uint8Array(this.units.length);
    for (const unit of set.units) {
      const position = this.positionOf(unit);
      if (this.isProtected(position)) membership[position] = 1;
    }
    return membership;
  }

  private positionOf(unit: string): number {
    const position = this.indexOf.get(unit);
    invariant(position !== undefined, 'a query names units of its ledger only');
    return position;
  }
}
