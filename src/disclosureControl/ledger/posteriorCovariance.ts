import { invariant } from '../../kernel/errors';
import { coalitionsOf } from './coalitions';

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

/**
 * The covariance of all units' figures given the answers, under independent priors: what anybody can know without
 * looking at a single value, since the posterior covariance of a Gaussian depends on which sums were answered, not on
 * what the answers were.
 *
 * One answer with vector a: v = C a, C' = C - v v' / (a' v). n x n doubles.
 *
 * Source: the recursive least squares update (Plackett 1950); `statistics.md` design 3.
 */
export class PosteriorCovariance {
  private readonly covariance: Float64Array;
  private readonly priorVariance: Float64Array;

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
    this.covariance = new Float64Array(size * size);
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
    const after = this.downdated(v, variance);
    const conditioned = new ConditionedVariances(this.size);
    for (const known of coalitionsOf(check.knowledge, check.colludingInsiders)) {
      const left = conditioned.given(after, this.priorVariance, known);
      for (let unit = 0; unit < this.size; unit += 1) {
        const floor = check.retainedVarianceShare * (this.priorVariance[unit] ?? 0);
        if ((left[unit] ?? 0) >= floor || known.includes(unit) || !check.isProtected(unit)) continue;
        if (this.lowered(unit, known, left[unit] ?? 0, floor)) return true;
      }
    }
    return false;
  }

  /** Whether a unit that is under the floor now was above it, or had more left, before. */
  private lowered(unit: number, known: readonly number[], left: number, floor: number): boolean {
    const had = new ConditionedVariances(this.size).given(this.covariance, this.priorVariance, known)[unit] ?? 0;
    return had >= floor || had - left > unchanged * (this.priorVariance[unit] ?? 0) || Number.isNaN(left);
  }

  private downdated(v: Float64Array, variance: number): Float64Array {
    const size = this.size;
    const after = new Float64Array(size * size);
    for (let row = 0; row < size; row += 1) {
      const factor = (v[row] ?? 0) / variance;
      const start = row * size;
      for (let column = 0; column < size; column += 1) {
        after[start + column] = (this.covariance[start + column] ?? 0) - factor * (v[column] ?? 0);
      }
    }
    return after;
  }

  /** Takes over the state of another covariance with the same priors. */
  become(other: PosteriorCovariance): void {
    this.covariance.set(other.covariance);
  }

  /** Takes an answer in. An answer that tells nothing new changes nothing. */
  condition(vector: Float64Array): void {
    const { v, variance } = this.direction(vector);
    if (this.exhausted(vector, variance)) return;
    this.covariance.set(this.downdated(v, variance));
  }
}

/** Variances of all units given the figures of some, computed in scratch memory that is reused. */
class ConditionedVariances {
  private readonly columns: Float64Array[] = [];
  private readonly variances: Float64Array;

  constructor(private readonly size: number) {
    this.variances = new Float64Array(size);
  }

  given(covariance: Float64Array, priorVariance: Float64Array, known: readonly number[]): Float64Array {
    const { size, variances } = this;
    for (let unit = 0; unit < size; unit += 1) variances[unit] = covariance[unit * size + unit] ?? 0;
    let used = 0;
    for (const unit of known) {
      const column = (this.columns[used] ??= new Float64Array(size));
      const start = unit * size;
      for (let other = 0; other < size; other += 1) column[other] = covariance[start + other] ?? 0;
      for (let earlier = 0; earlier < used; earlier += 1) subtractKnown(column, this.columns[earlier], unit);
      const pivot = column[unit] ?? 0;
      // Known already: learning it again says nothing, and dividing by it would be noise.
      if (pivot <= unchanged * (priorVariance[unit] ?? 0)) continue;
      const scale = 1 / Math.sqrt(pivot);
      for (let other = 0; other < size; other += 1) {
        const entry = (column[other] ?? 0) * scale;
        column[other] = entry;
        variances[other] = (variances[other] ?? 0) - entry * entry;
      }
      used += 1;
    }
    return variances;
  }
}

function subtractKnown(column: Float64Array, earlier: Float64Array | undefined, unit: number): void {
  if (earlier === undefined) return;
  const factor = earlier[unit] ?? 0;
  for (let other = 0; other < column.length; other += 1) {
    column[other] = (column[other] ?? 0) - factor * (earlier[other] ?? 0);
  }
}
