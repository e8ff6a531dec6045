import { ExactRowSpace } from './exactRank';
import { LedgerFrame } from './ledgerFrame';
import type { LedgerFigure, LedgerUnit } from './ledgerFrame';
import { PosteriorCovariance } from './posteriorCovariance';
import { unitVector } from './primeFieldRowSpace';
import { enoughInside, farFromNested, unitsIn } from './structuralRule';
import type { Membership, StructuralParameters } from './structuralRule';
import { canonicalFigureSet } from './figureSet';
import type { CanonicalFigureSet } from './figureSet';

export interface LedgerPolicy extends StructuralParameters {
  /** tau: share of its prior variance every figure and every unit's total keeps. */
  readonly retainedVarianceShare: number;
  /** c: 1, and 2 for prices. */
  readonly colludingInsiders: number;
}

export type LedgerDecision =
  /** The same set was answered before: the same stored answer is given again. */
  | { readonly kind: 'ANSWERED_BEFORE'; readonly set: CanonicalFigureSet }
  /** The sum follows exactly from answers given: giving it tells nothing new and costs nothing. */
  | { readonly kind: 'DERIVABLE'; readonly set: CanonicalFigureSet; readonly version: number }
  | { readonly kind: 'ALLOWED'; readonly set: CanonicalFigureSet; readonly version: number }
  /** `rule` looks at membership only, so that telling it tells no value either. */
  | { readonly kind: 'REFUSED'; readonly code: 'SMALL_CELL' | 'DIFFERENCING'; readonly rule: 'A1' | 'A6' };

/** Two decisions were taken on the same state and one of them has been recorded: decide again. */
export class StaleDecisionError extends Error {
  override readonly name = 'StaleDecisionError';
}

/**
 * The ledger of everything ever released about one measure family: decides which further sums may be answered.
 *
 * A query is a set of figures. It is refused unless at least k units are inside and it keeps its distance from released
 * sets around it and within it; unless every protected figure and every unit's total keeps the share tau of its prior
 * variance, given all answers and any coalition of c insiders; and unless nobody, alone or as an insider, can work one of
 * them out exactly (rank check, free of rounding).
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
  private readonly frame: LedgerFrame;
  private readonly covariance: PosteriorCovariance;
  private readonly rowSpace: ExactRowSpace;
  private readonly released: Membership[] = [];
  private readonly sets = new Map<string, CanonicalFigureSet>();
  private readonly markedKnown: number[] = [];
  private steps = 0;
  /** False once rounding has moved the covariance away from what the answers make of it: nothing more is allowed then. */
  private isSound = true;

  constructor(
    private readonly units: readonly LedgerUnit[],
    private readonly figures: readonly LedgerFigure[],
    private readonly policy: LedgerPolicy,
  ) {
    this.frame = new LedgerFrame(units, figures);
    this.covariance = new PosteriorCovariance(this.frame.priorDeviations, this.frame.totals);
    // Larger coalitions are held off by the variance they leave, which the exact rank keeps honest (`isSound`).
    const exactInsiders = Math.min(1, policy.colludingInsiders);
    this.rowSpace = new ExactRowSpace(this.frame.dimension, this.frame.coordinatesKnownTo, exactInsiders);
    for (const definition of this.frame.definitions()) this.rowSpace.add(definition);
    this.learnCoordinates(this.frame.unprotectedCoordinates);
  }

  /** A ledger of its own that begins where this one is: for trying what would follow. */
  copy(): LeverageLedger {
    const other = new LeverageLedger(this.units, this.figures, this.policy);
    for (const unit of this.markedKnown) other.frame.unprotect(unit);
    other.markedKnown.push(...this.markedKnown);
    other.covariance.become(this.covariance);
    other.rowSpace.become(this.rowSpace);
    other.released.push(...this.released);
    for (const [key, set] of this.sets) other.sets.set(key, set);
    other.steps = this.steps;
    other.isSound = this.isSound;
    return other;
  }

  /** Number of changes so far; a store that counts fewer than it has answered is behind and must not answer. */
  get version(): number {
    return this.steps;
  }

  /** Sets answered or released, in order. */
  get answered(): readonly CanonicalFigureSet[] {
    return [...this.sets.values()];
  }

  /** Judges a query without changing anything: the decision and the dry run are the same function. */
  decide(query: Iterable<string>): LedgerDecision {
    const set = canonicalFigureSet(query);
    if (this.sets.has(set.key)) return { kind: 'ANSWERED_BEFORE', set };
    const membership = this.membershipOf(set);
    const { unitOfFigure, unitsKnownTo, coordinatesKnownTo } = this.frame;
    if (!enoughInside(unitsIn(membership, unitOfFigure), unitsKnownTo, this.policy)) {
      return { kind: 'REFUSED', code: 'SMALL_CELL', rule: 'A1' };
    }
    const vector = this.vectorOf(membership);
    if (this.rowSpace.contains(vector)) return { kind: 'DERIVABLE', set, version: this.steps };
    const refused =
      !this.isSound ||
      !this.released.every((earlier) => farFromNested(membership, earlier, unitOfFigure, this.policy)) ||
      this.covariance.wouldExpose(vector, {
        retainedVarianceShare: this.policy.retainedVarianceShare,
        colludingInsiders: this.policy.colludingInsiders,
        knowledge: coordinatesKnownTo,
        isProtected: (coordinate) => this.frame.isProtected(coordinate),
      }) ||
      this.rowSpace.wouldExpose(vector, this.frame);
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

  /** Takes in what was released on other grounds: a registered table, a replayed record, a partner hub's statistic. */
  appendReleased(figures: Iterable<string>): void {
    this.take(canonicalFigureSet(figures));
  }

  /** A member published its own figures: everybody knows them, and they need no protection any more. */
  markKnown(unit: string): void {
    const position = this.frame.unit(unit);
    this.learnCoordinates(this.frame.unprotect(position));
    this.markedKnown.push(position);
    this.steps += 1;
    this.checkSoundness();
  }

  /** Share of a figure's prior variance that is left towards an outsider; for reports, and public like all of this. */
  retainedShare(figure: string): number {
    return this.covariance.retainedShare(this.frame.figure(figure));
  }

  private take(set: CanonicalFigureSet): void {
    const membership = this.membershipOf(set);
    const vector = this.vectorOf(membership);
    this.covariance.condition(vector);
    this.rowSpace.add(vector);
    this.released.push(membership);
    this.sets.set(set.key, set);
    this.steps += 1;
    this.checkSoundness();
  }

  /** INVARIANT RoundingOpensNothing: as many independent answers by the covariance as by exact arithmetic. */
  private checkSoundness(): void {
    const exactRank = this.rowSpace.rank - this.frame.totals.length;
    this.isSound &&= this.covariance.answersTaken === exactRank && this.covariance.isAccurate;
  }

  private learnCoordinates(coordinates: readonly number[]): void {
    for (const coordinate of coordinates) {
      const vector = unitVector(this.frame.dimension, coordinate);
      this.covariance.condition(vector);
      this.rowSpace.add(vector);
    }
  }

  /** Figures everybody knows are taken out: with or without them the question is the same. */
  private membershipOf(set: CanonicalFigureSet): Membership {
    const membership = new Uint8Array(this.frame.unitOfFigure.length);
    for (const figure of set.figures) {
      const position = this.frame.figure(figure);
      if (this.frame.isProtected(position)) membership[position] = 1;
    }
    return membership;
  }

  private vectorOf(membership: Membership): Float64Array {
    const vector = new Float64Array(this.frame.dimension);
    vector.set(membership);
    return vector;
  }
}
