import { invariant } from '../../kernel/errors';
import { CoalitionVariances, varianceGiven } from './coalitionVariances';
import type { LeverageFloors } from './coalitionVariances';

/** A refusal threshold: unit `unit` keeps less than `share` of its prior variance. */
export interface LeverageCheck {
  readonly retainedVarianceShare: number;
  readonly colludingInsiders: number;
  /** Units each group knows as its own. */
  readonly knowledge: readonly (readonly number[])[];
  readonly isProtected: (unit: number) => boolean;
}

/** Relative to the prior variance: below this a variance counts as unchanged. */
const unchanged = 1e-9;

/** Share of one figure's prior variance by which rounding may have moved the covariance, on average over figures. */
const accuracy = 1e-7;

/**
 * The covariance of all units' figures given the answers, under independent priors: what anybody can know without
 * looking at a single value, since the posterior covariance of a Gaussian depends on which sums were answered, not on
 * what the answers were.
 *
 * One answer with vector a: v = C a, C' = C - v v' / (a' v). n x n doubles.
 *
 * Source: the recursive least squares update (Plackett 1950); `statistics.md` design 3.
 *
 * Guarantees: no value is ever given to it.
 */
export class PosteriorCovariance {
  private readonly covariance: Float64Array;
  private readonly priorVariance: Float64Array;
  /** Where the covariance after an answer is computed, for every decision anew. */
  private readonly after: Float64Array;
  private readonly coalitions: CoalitionVariances;
  private readonly figures: number;
  private independent = 0;

  /**
   * @param priorDeviations one per figure, all positive
   * @param totals sums of figures that are protected as well, as positions of figures; each becomes a further coordinate
   * @throws InvariantError when a deviation is no positive number
   */
  constructor(priorDeviations: readonly number[], totals: readonly (readonly number[])[] = []) {
    invariant(
      priorDeviations.every((deviation) => deviation > 0 && Number.isFinite(deviation)),
      'every prior is proper',
    );
    const figures = priorDeviations.length;
    const size = figures + totals.length;
    this.figures = figures;
    this.covariance = new Float64Array(size * size);
    this.after = new Float64Array(size * size);
    this.coalitions = new CoalitionVariances(size);
    this.priorVariance = new Float64Array(size);
    priorDeviations.forEach((deviation, figure) => (this.priorVariance[figure] = deviation * deviation));
    totals.forEach((parts, position) => {
      const total = figures + position;
      for (const part of parts) {
        const variance = this.priorVariance[part] ?? 0;
        this.priorVariance[total] = (this.priorVariance[total] ?? 0) + variance;
        this.covariance[part * size + total] = variance;
        this.covariance[total * size + part] = variance;
      }
    });
    this.priorVariance.forEach((variance, coordinate) => (this.covariance[coordinate * size + coordinate] = variance));
  }

  get size(): number {
    return this.priorVariance.length;
  }

  /** Answers that told something new. */
  get answersTaken(): number {
    return this.independent;
  }

  /** Share of the prior variance a unit keeps towards an outsider. */
  retainedShare(unit: number): number {
    return (this.covariance[unit * this.size + unit] ?? 0) / (this.priorVariance[unit] ?? 1);
  }

  /** v = C a and a' v. */
  private direction(vector: Float64Array): { readonly v: Float64Array; readonly variance: number } {
    const size = this.size;
    const v = new Float64Array(size);
    for (let column = 0; column < size; column += 1) {
      const weight = vector[column] ?? 0;
      if (weight === 0) continue;
      // C is symmetric, so its rows serve as columns and stay contiguous in memory.
      for (let row = 0; row < size; row += 1) {
        v[row] = (v[row] ?? 0) + weight * (this.covariance[column * size + row] ?? 0);
      }
    }
    let variance = 0;
    for (let unit = 0; unit < size; unit += 1) variance += (vector[unit] ?? 0) * (v[unit] ?? 0);
    return { v, variance };
  }

  /** Whether next to nothing is unknown about a sum any more, so that dividing by its variance would be noise. */
  private exhausted(vector: Float64Array, variance: number): boolean {
    let prior = 0;
    for (let unit = 0; unit < this.size; unit += 1) prior += (vector[unit] ?? 0) ** 2 * (this.priorVariance[unit] ?? 0);
    return variance <= unchanged * prior;
  }

  /**
   * Whether answering the sum would leave some protected unit with too little variance towards some coalition, or take
   * anything more from a unit that has too little already.
   */
  wouldExpose(vector: Float64Array, check: LeverageCheck): boolean {
    const { v, variance } = this.direction(vector);
    if (this.exhausted(vector, variance)) return true;
    this.downdate(this.after, v, variance);
    const floors = this.floorsOf(check);
    for (const { coordinate, known, left } of this.coalitions.shortfalls(this.after, floors)) {
      if (this.lowered(coordinate, known, left, floors)) return true;
    }
    return false;
  }

  private floorsOf(check: LeverageCheck): LeverageFloors {
    const { knowledge, colludingInsiders } = check;
    return {
      floor: this.priorVariance.map((variance, unit) =>
        check.isProtected(unit) ? check.retainedVarianceShare * variance : -Infinity,
      ),
      negligible: this.priorVariance.map((variance) => unchanged * variance),
      knowledge,
      colludingInsiders,
    };
  }

  /** Whether a unit that is under the floor now was above it, or had more left, before. */
  private lowered(
    unit: number,
    known: readonly number[],
    left: number,
    { floor, negligible }: LeverageFloors,
  ): boolean {
    const had = varianceGiven(this.covariance, this.size, negligible, unit, known);
    return had >= (floor[unit] ?? 0) || had - left > (negligible[unit] ?? 0) || Number.isNaN(left);
  }

  private downdate(target: Float64Array, v: Float64Array, variance: number): void {
    const { size, covariance } = this;
    for (let row = 0; row < size; row += 1) {
      const factor = (v[row] ?? 0) / variance;
      const start = row * size;
      for (let column = 0; column < size; column += 1) {
        target[start + column] = (covariance[start + column] ?? 0) - factor * (v[column] ?? 0);
      }
    }
  }

  /** Takes over the state of another covariance with the same priors. */
  become(other: PosteriorCovariance): void {
    this.covariance.set(other.covariance);
    this.independent = other.independent;
  }

  /** Takes an answer in. An answer that tells nothing new changes nothing. */
  condition(vector: Float64Array): void {
    const { v, variance } = this.direction(vector);
    if (this.exhausted(vector, variance)) return;
    this.downdate(this.covariance, v, variance);
    this.independent += 1;
  }

  /**
   * Whether the covariance still is what the answers make of the priors. Scaled by the prior deviations it is a projection
   * whose trace is the number of figures less the number of independent answers, and so is its squared length; rounding
   * shows in either.
   */
  get isAccurate(): boolean {
    const expected = this.figures - this.independent;
    const precision = this.priorVariance.map((variance) => 1 / variance);
    let [trace, length] = [0, 0];
    for (let row = 0; row < this.figures; row += 1) {
      const start = row * this.size;
      let sum = 0;
      for (let column = 0; column < this.figures; column += 1) {
        const entry = this.covariance[start + column] ?? 0;
        sum += entry * entry * (precision[column] ?? 0);
      }
      trace += (this.covariance[start + row] ?? 0) * (precision[row] ?? 0);
      length += sum * (precision[row] ?? 0);
    }
    const drift = Math.max(Math.abs(trace - expected), Math.abs(length - expected));
    return drift <= accuracy * Math.max(1, this.figures);
  }
}
