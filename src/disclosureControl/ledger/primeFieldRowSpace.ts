import type { PrimeField } from './primeField';

/** A vector that is not in the row space, reduced and scaled to a leading one. */
interface Residue {
  readonly row: Float64Array;
  readonly pivot: number;
}

/**
 * The row space of the answers over one prime field, in reduced row-echelon form, with what is needed to tell quickly
 * whether a further answer would tie coordinates together.
 *
 * Coordinate i follows from the answers and the coordinates K exactly when row i of a basis of the null space lies in the
 * span of the rows K. In reduced form the null-space row of a pivot is the negated rest of its basis row, and that of a free
 * coordinate a unit vector. Only a few fixed combinations of the columns of that basis are kept (`shadowWidth` of them):
 * what lies in a span lies in it there too, so nothing is missed; what does not appears to with a chance of about one in
 * the prime, and is then refused.
 *
 * Source: `statistics.md` design 3 (exact rank check); the shadows are random projections in the manner of Freivalds
 * (1977). Guarantees: no tie is missed, a false one refuses.
 */
export class PrimeFieldRowSpace {
  private readonly rows: Float64Array[] = [];
  private readonly pivots: number[] = [];
  /** Fixed combinations: `shadowWidth` weights for every coordinate. */
  private readonly weights: Float64Array;
  /** For every row, its free entries combined with the weights. */
  private readonly shadows: Float64Array[] = [];

  constructor(
    readonly dimension: number,
    readonly field: PrimeField,
    readonly shadowWidth: number,
  ) {
    this.weights = new Float64Array(dimension * shadowWidth);
    let state = 104_729;
    this.weights.forEach((_, position) => {
      state = (state * 48_271) % 2_147_483_647;
      this.weights[position] = 1 + (state % (field.prime - 1));
    });
  }

  get rank(): number {
    return this.rows.length;
  }

  /** Takes over the rows of another space over the same field. */
  become(other: PrimeFieldRowSpace): void {
    this.rows.splice(0, this.rows.length, ...other.rows.map((row) => row.slice()));
    this.pivots.splice(0, this.pivots.length, ...other.pivots);
    this.shadows.splice(0, this.shadows.length, ...other.shadows.map((shadow) => shadow.slice()));
  }

  private residue(vector: Float64Array): Residue | undefined {
    const row = Float64Array.from(vector, (entry) => (entry < 0 ? entry + this.field.prime : entry));
    this.rows.forEach((basis, position) => {
      const multiple = row[this.pivots[position] ?? 0] ?? 0;
      if (multiple !== 0) this.field.addMultiple(row, basis, this.field.negative(multiple));
    });
    const pivot = row.findIndex((entry) => entry !== 0);
    if (pivot < 0) return undefined;
    const scale = this.field.inverse(row[pivot] ?? 1);
    for (let column = pivot; column < row.length; column += 1) row[column] = this.field.times(row[column] ?? 0, scale);
    return { row, pivot };
  }

  /** Whether a vector of small whole numbers is a combination of the answers. */
  contains(vector: Float64Array): boolean {
    return this.residue(vector) === undefined;
  }

  /** Adds a vector; what was in the row space already changes nothing. */
  add(vector: Float64Array): void {
    const residue = this.residue(vector);
    if (residue === undefined) return;
    const { shadows, own } = this.shadowsWith(residue);
    this.rows.forEach((basis, position) => {
      const multiple = basis[residue.pivot] ?? 0;
      if (multiple !== 0) this.field.addMultiple(basis, residue.row, this.field.negative(multiple));
      this.shadows[position] = shadows[position] ?? own;
    });
    this.rows.push(residue.row);
    this.pivots.push(residue.pivot);
    this.shadows.push(own);
  }

  /** The rows' shadows once the residue is a row too and its pivot is free no more. */
  private shadowsWith(residue: Residue): { readonly shadows: readonly Float64Array[]; readonly own: Float64Array } {
    const { field, shadowWidth } = this;
    const own = new Float64Array(shadowWidth);
    residue.row.forEach((entry, column) => {
      if (entry === 0 || column === residue.pivot) return;
      for (let lane = 0; lane < shadowWidth; lane += 1) {
        own[lane] = field.plus(own[lane] ?? 0, field.times(entry, this.weight(column, lane)));
      }
    });
    const shadows = this.shadows.map((shadow, position) => {
      const multiple = this.rows[position]?.[residue.pivot] ?? 0;
      if (multiple === 0) return shadow;
      const taken = field.negative(multiple);
      return shadow.map((entry, lane) => {
        const lost = field.plus(this.weight(residue.pivot, lane), own[lane] ?? 0);
        return field.plus(entry, field.times(taken, lost));
      });
    });
    return { shadows, own };
  }

  private weight(column: number, lane: number): number {
    return this.weights[column * this.shadowWidth + lane] ?? 0;
  }

  /**
   * Shadows of the null-space rows of all coordinates, once the vector is answered too: `shadowWidth` entries each.
   * Undefined when the vector follows already.
   */
  nullShadowsWith(vector: Float64Array): Float64Array | undefined {
    const residue = this.residue(vector);
    if (residue === undefined) return undefined;
    const { shadows, own } = this.shadowsWith(residue);
    const all = Float64Array.from(this.weights);
    const put = (coordinate: number, shadow: Float64Array): void => {
      shadow.forEach((entry, lane) => (all[coordinate * this.shadowWidth + lane] = this.field.negative(entry)));
    };
    shadows.forEach((shadow, position) => put(this.pivots[position] ?? 0, shadow));
    put(residue.pivot, own);
    return all;
  }
}

/**
 * 1 at the coordinate, 0 elsewhere.
 * Source: `statistics.md` design 3 (no unit vector in the row space). Guarantees: exact.
 */
export function unitVector(dimension: number, coordinate: number): Float64Array {
  const vector = new Float64Array(dimension);
  vector[coordinate] = 1;
  return vector;
}
