import { coalitionsOf } from './coalitions';
import { PrimeFieldRowSpace } from './primeFieldRowSpace';

/** The three largest primes below 2^26; their product exceeds 2^77, wider than one 61-bit field and far quicker. */
const primes = [67_108_859, 67_108_837, 67_108_819] as const;

/**
 * The exact side of the ledger: which sums follow exactly from the answers given, free of rounding.
 *
 * The row space over the rationals is represented in three prime fields. A sum that follows over the rationals follows in
 * every field whose prime divides no denominator of the combination, so exposure is assumed as soon as one field shows it,
 * and that a sum follows is believed only when all three agree.
 *
 * Source: Kenthapadi, Mishra, Nissim, Simulatable Auditing (2005), sum queries; Chin and Ozsoyoglu (1982), Audit Expert.
 * Guarantees: if it reports no exposure, no rational combination of the answers with any `colludingInsiders` coordinates
 * gives a further protected coordinate, up to a denominator divisible by all three primes at once.
 */
export class ExactRowSpace {
  private constructor(private readonly fields: readonly PrimeFieldRowSpace[]) {}

  static empty(dimension: number): ExactRowSpace {
    return new ExactRowSpace(primes.map((prime) => new PrimeFieldRowSpace(dimension, prime)));
  }

  get rank(): number {
    return Math.max(...this.fields.map((field) => field.rank));
  }

  /** Whether the sum follows exactly from the answers. */
  contains(vector: Float64Array): boolean {
    return this.fields.every((field) => field.contains(vector));
  }

  add(vector: Float64Array): void {
    for (const field of this.fields) field.add(vector);
  }

  /** The row space with one more answer; this one stays as it is. */
  with(vector: Float64Array): ExactRowSpace {
    const extended = new ExactRowSpace(this.fields.map((field) => field.copy()));
    extended.add(vector);
    return extended;
  }

  /**
   * Whether any coalition can work out a protected coordinate exactly.
   *
   * @param knowledge coordinates each group knows; a coordinate nobody is listed for still counts as one insider's own
   */
  exposes(
    knowledge: readonly (readonly number[])[],
    colludingInsiders: number,
    isProtected: (coordinate: number) => boolean,
  ): boolean {
    const several = knowledge.filter((coordinates) => coordinates.length > 1);
    return this.fields.some((field) => {
      if (colludingInsiders === 0) return field.pins([], 0, isProtected);
      if (colludingInsiders === 1) {
        return field.pins([], 1, isProtected) || several.some((known) => field.pins(known, 0, isProtected));
      }
      return (
        [...coalitionsOf(knowledge, colludingInsiders - 1)].some((known) => field.pins(known, 1, isProtected)) ||
        [...coalitionsOf(several, colludingInsiders)].some((known) => field.pins(known, 0, isProtected))
      );
    });
  }
}
