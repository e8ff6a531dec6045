import { invariant } from '../../kernel/errors';

// Looked up once: in a sandboxed context every use of a global is a slow look-up, and this is the innermost loop.
const { floor } = Math;

/**
 * Arithmetic modulo a prime below 2^26, so that products of two elements are exact in double precision.
 * Source: modular arithmetic, inverses by the extended Euclidean algorithm, textbook. Guarantees: every result is exact.
 */
export class PrimeField {
  private readonly reciprocal: number;

  constructor(readonly prime: number) {
    invariant(prime > 2 && prime < 2 ** 26, 'products of field elements are exact');
    this.reciprocal = 1 / prime;
  }

  times(a: number, b: number): number {
    const product = a * b;
    const rest = product - floor(product * this.reciprocal) * this.prime;
    // The estimated quotient may be one off on either side.
    if (rest < 0) return rest + this.prime;
    return rest >= this.prime ? rest - this.prime : rest;
  }

  plus(a: number, b: number): number {
    const sum = a + b;
    return sum >= this.prime ? sum - this.prime : sum;
  }

  negative(a: number): number {
    return a === 0 ? 0 : this.prime - a;
  }

  inverse(a: number): number {
    invariant(a > 0 && a < this.prime, 'only elements other than zero have an inverse');
    let oldRest = this.prime;
    let rest = a;
    let oldFactor = 0;
    let factor = 1;
    while (rest !== 0) {
      const quotient = floor(oldRest / rest);
      const nextRest = oldRest - quotient * rest;
      const nextFactor = oldFactor - quotient * factor;
      oldRest = rest;
      rest = nextRest;
      oldFactor = factor;
      factor = nextFactor;
    }
    return oldFactor < 0 ? oldFactor + this.prime : oldFactor;
  }

  /** target += multiple * row, in place. */
  addMultiple(target: Float64Array, row: Float64Array, multiple: number): void {
    for (let column = 0; column < target.length; column += 1) {
      const entry = row[column] ?? 0;
      if (entry !== 0) target[column] = this.plus(target[column] ?? 0, this.times(entry, multiple));
    }
  }
}
