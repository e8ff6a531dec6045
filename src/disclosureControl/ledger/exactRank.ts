import { coalitionsOf } from './coalitions';
import { PrimeField } from './primeField';
import { PrimeFieldRowSpace } from './primeFieldRowSpace';
import { TiedCoordinates, lanesCompared } from './tiedCoordinates';
import type { CoordinateHolder } from './tiedCoordinates';

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
 * Guarantees: if it reports no exposure, no rational combination of the answers with what any coalition knows gives a
 * further protected coordinate, up to a denominator divisible by all three primes at once.
 */
export class ExactRowSpace {
  private readonly fields: readonly PrimeFieldRowSpace[];

  /**
   * @param knowledge coordinates each group knows as its own, without those that follow from them by definition
   * @param colludingInsiders c, the groups that may pool them
   */
  constructor(
    dimension: number,
    private readonly knowledge: readonly (readonly number[])[],
    private readonly colludingInsiders: number,
  ) {
    const most = knowledge.reduce((size, known) => Math.max(size, known.length), 1);
    const width = most * Math.max(1, colludingInsiders) + lanesCompared;
    this.fields = primes.map((prime) => new PrimeFieldRowSpace(dimension, new PrimeField(prime), width));
  }

  get rank(): number {
    return Math.max(...this.fields.map((field) => field.rank));
  }

  /** Whether the sum follows exactly from the answers. */
  contains(vector: Float64Array): boolean {
    return this.fields.every((field) => field.contains(vector));
  }

  /** Takes over what another row space of the same frame holds. */
  become(other: ExactRowSpace): void {
    this.fields.forEach((field, position) => {
      const source = other.fields[position];
      if (source !== undefined) field.become(source);
    });
  }

  add(vector: Float64Array): void {
    for (const field of this.fields) field.add(vector);
  }

  /** Whether with this answer as well some coalition could work out a protected coordinate exactly. */
  wouldExpose(vector: Float64Array, holder: CoordinateHolder): boolean {
    return this.fields.some((space) => {
      const shadows = space.nullShadowsWith(vector);
      if (shadows === undefined) return false;
      return this.exposedIn(new TiedCoordinates(shadows, space.shadowWidth, space.field, holder));
    });
  }

  private exposedIn(tied: TiedCoordinates): boolean {
    const several = this.knowledge.filter((known) => known.length > 1);
    if (this.colludingInsiders === 0) return tied.givenAway([]);
    // One more single coordinate stands for every group that knows just one, so only the others are tried one by one.
    for (const known of coalitionsOf(this.knowledge, this.colludingInsiders - 1)) {
      if (tied.givenAwayByOneMore(known)) return true;
    }
    for (const known of coalitionsOf(several, this.colludingInsiders)) {
      if (tied.givenAway(known)) return true;
    }
    return false;
  }
}
