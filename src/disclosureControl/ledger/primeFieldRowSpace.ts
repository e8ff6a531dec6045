import { invariant } from '../../kernel/errors';

/**
 * The row space of 0/1 query vectors over one prime field, kept in reduced row-echelon form. The prime is below 2^26, so
 * that products are exact in double precision.
 */
export class PrimeFieldRowSpace {
  private readonly rows: Float64Array[] = [];
  private readonly pivots: number[] = [];

  constructor(
    readonly dimension: number,
    private readonly prime: number,
  ) {
    invariant(prime > 2 && prime < 2 ** 26, 'products of field elements are exact');
  }

  get rank(): number {
    return this.rows.length;
  }

  private times(a: number, b: number): number {
    const product = a * b;
    const rest = product - Math.floor(product / this.prime) * this.prime;
    // The quotient of two doubles may round up to the next whole number.
    return rest < 0 ? rest + this.prime : rest;
  }

  private inverse(a: number): number {
    let [oldRest, rest, oldFactor, factor] = [this.prime, a, 0, 1];
    while (rest !== 0) {
      const quotient = Math.floor(oldRest / rest);
      [oldRest, rest] = [rest, oldRest - quotient * rest];
      [oldFactor, factor] = [factor, oldFactor - quotient * factor];
    }
    return oldFactor < 0 ? oldFactor + this.prime : oldFactor;
  }

  /** target -= multiple * row. */
  private subtract(target: Float64Array, row: Float64Array, multiple: number): void {
    const negative = this.prime - multiple;
    for (let column = 0; column < target.length; column += 1) {
      const entry = row[column] ?? 0;
      if (entry === 0) continue;
      const sum = (target[column] ?? 0) + this.times(entry, negative);
      target[column] = sum >= this.prime ? sum - this.prime : sum;
    }
  }

  /** What is left of a vector once everything in the row space is taken out, scaled to a leading one; undefined if nothing. */
  private residue(vector: Float64Array): { readonly row: Float64Array; readonly pivot: number } | undefined {
    const row = Float64Array.from(vector);
    this.rows.forEach((basis, position) => {
      const multiple = row[this.pivots[position] ?? 0] ?? 0;
      if (multiple !== 0) this.subtract(row, basis, multiple);
    });
    const pivot = row.findIndex((entry) => entry !== 0);
    if (pivot < 0) return undefined;
    const scale = this.inverse(row[pivot] ?? 1);
    for (let column = pivot; column < row.length; column += 1) row[column] = this.times(row[column] ?? 0, scale);
    return { row, pivot };
  }

  contains(vector: Float64Array): boolean {
    return this.residue(vector) === undefined;
  }

  /** Adds a vector; returns false when it was in the row space already. */
  add(vector: Float64Array): boolean {
    const residue = this.residue(vector);
    if (residue === undefined) return false;
    this.rows.forEach((basis) => {
      const multiple = basis[residue.pivot] ?? 0;
      if (multiple !== 0) this.subtract(basis, residue.row, multiple);
    });
    this.rows.push(residue.row);
    this.pivots.push(residue.pivot);
    return true;
  }

  copy(): PrimeFieldRowSpace {
    const copy = new PrimeFieldRowSpace(this.dimension, this.prime);
    for (const row of this.rows) copy.rows.push(Float64Array.from(row));
    copy.pivots.push(...this.pivots);
    return copy;
  }

  /**
   * Whether some combination of the answers and of the figures in `known` gives a coordinate that matters exactly: alone
   * (`others` 0, a unit vector in the row space), or once any one further coordinate is known (`others` 1, a vector with
   * two coordinates in it).
   */
  pins(known: readonly number[], others: 0 | 1, isProtected: (coordinate: number) => boolean): boolean {
    const knownSet = new Set(known);
    const matters = (coordinate: number): boolean => isProtected(coordinate) && !knownSet.has(coordinate);
    const space = known.length === 0 ? undefined : this.copy();
    for (const coordinate of known) space?.add(unitVector(this.dimension, coordinate));
    const extended = space ?? this;
    return others === 0 ? extended.hasUnitVector(matters) : extended.hasPair(matters);
  }

  private hasUnitVector(matters: (coordinate: number) => boolean): boolean {
    return this.rows.some((row, position) => {
      if (!matters(this.pivots[position] ?? 0)) return false;
      return nonZeros(row, 2).length === 1;
    });
  }

  /**
   * Whether knowing one more coordinate gives another one: two coordinates are so tied exactly when their rows in a basis
   * of the null space are parallel. In reduced form the null-space row of a pivot is the rest of its basis row, and that
   * of a free coordinate a unit vector.
   */
  private hasPair(matters: (coordinate: number) => boolean): boolean {
    const seen = new Map<string, { readonly pivot: number; readonly mattered: boolean }>();
    for (const [position, row] of this.rows.entries()) {
      const pivot = this.pivots[position] ?? 0;
      const support = nonZeros(row, 3);
      const free = support.filter((column) => column !== pivot);
      const first = free[0];
      if (first === undefined) {
        if (matters(pivot)) return true;
        continue;
      }
      if (free.length === 1 && (matters(pivot) || matters(first))) return true;
      const key = this.normalised(row, pivot, first);
      const twin = seen.get(key);
      if (twin !== undefined && (twin.mattered || matters(pivot))) return true;
      seen.set(key, { pivot, mattered: (twin?.mattered ?? false) || matters(pivot) });
    }
    return false;
  }

  /** A fingerprint that parallel rows share; different rows share it with a chance of about 2^-52, and are then refused. */
  private normalised(row: Float64Array, pivot: number, first: number): string {
    const scale = this.inverse(row[first] ?? 1);
    let a = 1;
    let b = 1;
    for (let column = 0; column < row.length; column += 1) {
      const entry = column === pivot ? 0 : (row[column] ?? 0);
      if (entry === 0) continue;
      const scaled = this.times(entry, scale);
      a = (this.times(a, 31_643_231) + this.times(scaled, (column * 7_919 + 104_729) % this.prime)) % this.prime;
      b = (this.times(b, 15_485_863) + this.times(scaled, (column * 6_101 + 611_953) % this.prime) + 1) % this.prime;
    }
    return `${a}:${b}`;
  }
}

export function unitVector(dimension: number, coordinate: number): Float64Array {
  const vector = new Float64Array(dimension);
  vector[coordinate] = 1;
  return vector;
}

/** The first `most` columns that are not zero. */
function nonZeros(row: Float64Array, most: number): readonly number[] {
  const columns: number[] = [];
  for (let column = 0; column < row.length && columns.length < most; column += 1) {
    if (row[column] !== 0) columns.push(column);
  }
  return columns;
}
