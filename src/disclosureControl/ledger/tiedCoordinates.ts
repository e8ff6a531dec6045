import type { PrimeField } from './primeField';

/** Whose figure a coordinate is, and whether it is to be protected. */
export interface CoordinateHolder {
  unitOf(coordinate: number): number;
  isProtected(coordinate: number): boolean;
}

/** Three lanes leave two ratios of 26 bits each: other rows look parallel with a chance of about 2^-52. */
export const lanesCompared = 3;

/**
 * Reads off null-space rows (as shadows of `width` entries each) which coordinates give each other away.
 * i is tied to K when its row lies in the span of the rows of K.
 * Source: as `PrimeFieldRowSpace`. Guarantees: as there, none is missed.
 */
export class TiedCoordinates {
  constructor(
    private readonly shadows: Float64Array,
    private readonly width: number,
    private readonly field: PrimeField,
    private readonly holder: CoordinateHolder,
  ) {}

  private get dimension(): number {
    return this.shadows.length / this.width;
  }

  /** Whether the coordinates in `known` give a protected one of another unit. */
  givenAway(known: readonly number[]): boolean {
    const { basis, pivots } = this.spanOf(known);
    const sieve = this.sieveOf(basis, pivots);
    for (let coordinate = 0; coordinate < this.dimension; coordinate += 1) {
      if (!this.passes(sieve, coordinate)) continue;
      if (!this.holder.isProtected(coordinate) || this.isOwn(coordinate, known)) continue;
      if (this.inSpan(coordinate, basis, pivots)) return true;
    }
    return false;
  }

  /** Whoever knows a unit's figures knows its total as well. */
  private isOwn(coordinate: number, known: readonly number[]): boolean {
    const unit = this.holder.unitOf(coordinate);
    return known.some((own) => this.holder.unitOf(own) === unit);
  }

  /** A functional that is zero on the span: it rules out nearly every coordinate at the price of a few products. */
  private sieveOf(basis: readonly Float64Array[], pivots: readonly number[]): Float64Array {
    const sieve = new Float64Array(this.width);
    const lane = sieve.findIndex((_, candidate) => !pivots.includes(candidate));
    if (lane < 0) return sieve;
    sieve[lane] = 1;
    pivots.forEach((pivot, position) => (sieve[pivot] = this.field.negative(basis[position]?.[lane] ?? 0)));
    return sieve;
  }

  private passes(sieve: Float64Array, coordinate: number): boolean {
    const start = coordinate * this.width;
    let sum = 0;
    for (let lane = 0; lane < sieve.length; lane += 1) {
      const factor = sieve[lane] ?? 0;
      if (factor !== 0) sum = this.field.plus(sum, this.field.times(factor, this.shadows[start + lane] ?? 0));
    }
    return sum === 0;
  }

  /**
   * Whether the coordinates in `known` together with any single further one give a protected one of another unit: two
   * coordinates do when their rows are parallel in what the span of the known ones leaves.
   */
  givenAwayByOneMore(known: readonly number[]): boolean {
    const { basis, pivots } = this.spanOf(known);
    const classes = new Map<string, { readonly unit: number; readonly mattered: boolean }>();
    for (let coordinate = 0; coordinate < this.dimension; coordinate += 1) {
      if (this.isOwn(coordinate, known)) continue;
      const matters = this.holder.isProtected(coordinate);
      const key = this.directionOf(coordinate, basis, pivots);
      if (key === undefined) {
        if (matters) return true;
        continue;
      }
      const unit = this.holder.unitOf(coordinate);
      const tied = classes.get(key);
      // Figures of one unit may well give each other away: whoever knows one of them knows them all.
      if (tied !== undefined && tied.unit !== unit && (tied.mattered || matters)) return true;
      classes.set(key, { unit: tied?.unit ?? unit, mattered: (tied?.mattered ?? false) || matters });
    }
    return false;
  }

  /** A reduced basis of the known coordinates' rows. */
  private spanOf(known: readonly number[]): {
    readonly basis: readonly Float64Array[];
    readonly pivots: readonly number[];
  } {
    const basis: Float64Array[] = [];
    const pivots: number[] = [];
    for (const coordinate of known) {
      const row = this.shadows.slice(coordinate * this.width, (coordinate + 1) * this.width);
      basis.forEach((earlier, position) => {
        const multiple = row[pivots[position] ?? 0] ?? 0;
        if (multiple !== 0) this.field.addMultiple(row, earlier, this.field.negative(multiple));
      });
      const pivot = row.findIndex((entry) => entry !== 0);
      if (pivot < 0) continue;
      const scale = this.field.inverse(row[pivot] ?? 1);
      row.forEach((entry, lane) => (row[lane] = this.field.times(entry, scale)));
      for (const earlier of basis) {
        const multiple = earlier[pivot] ?? 0;
        if (multiple !== 0) this.field.addMultiple(earlier, row, this.field.negative(multiple));
      }
      basis.push(row);
      pivots.push(pivot);
    }
    return { basis, pivots };
  }

  /** One entry of a coordinate's row after the span is taken out. */
  private left(coordinate: number, lane: number, basis: readonly Float64Array[], pivots: readonly number[]): number {
    let entry = this.shadows[coordinate * this.width + lane] ?? 0;
    for (let position = 0; position < basis.length; position += 1) {
      const multiple = this.shadows[coordinate * this.width + (pivots[position] ?? 0)] ?? 0;
      const taken = this.field.times(multiple, basis[position]?.[lane] ?? 0);
      entry = this.field.plus(entry, this.field.negative(taken));
    }
    return entry;
  }

  private inSpan(coordinate: number, basis: readonly Float64Array[], pivots: readonly number[]): boolean {
    for (let lane = 0; lane < this.width; lane += 1) {
      if (!pivots.includes(lane) && this.left(coordinate, lane, basis, pivots) !== 0) return false;
    }
    return true;
  }

  /** The direction of what is left of a row, the same for parallel rows; undefined when nothing is left. */
  private directionOf(
    coordinate: number,
    basis: readonly Float64Array[],
    pivots: readonly number[],
  ): string | undefined {
    let scale = 0;
    let direction = '';
    let lanes = 0;
    for (let lane = 0; lane < this.width && lanes < lanesCompared; lane += 1) {
      if (pivots.includes(lane)) continue;
      lanes += 1;
      const entry = this.left(coordinate, lane, basis, pivots);
      if (scale === 0 && entry !== 0) scale = this.field.inverse(entry);
      direction += `${scale === 0 ? 0 : this.field.times(entry, scale)} `;
    }
    return scale === 0 ? undefined : direction;
  }
}
