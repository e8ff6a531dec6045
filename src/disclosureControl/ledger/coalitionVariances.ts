import { coalitionsOf } from './coalitions';

/** A variance, or a coordinate and a coalition, at which too little is left. */
export interface Shortfall {
  readonly coordinate: number;
  readonly known: readonly number[];
  readonly left: number;
}

/** Which coordinates keep how much, and what groups know. */
export interface LeverageFloors {
  /** Variance that must be left of each coordinate; minus infinity where it is not protected. */
  readonly floor: Float64Array;
  /** A variance below this counts as nothing: what is known already is not learned again. */
  readonly negligible: Float64Array;
  /** Coordinates each group knows as its own. */
  readonly knowledge: readonly (readonly number[])[];
  readonly colludingInsiders: number;
}

/**
 * Pairs of groups whose figures are correlated more closely than this are tried one by one, all others through a bound. Any
 * value in (0, 1) gives the same result; it decides only how many are tried.
 */
const closelyCorrelated = 0.5;

/**
 * The coordinates of which some coalition of insiders leaves less variance than the floor.
 *
 * For coalitions of two not every pair is tried on every coordinate, which would be O(n^3). What a group G explains of a
 * coordinate i is R(i, G), the squared length of its projection on G's figures; with gamma the largest correlation
 * between two groups' figures,
 *
 *     R(i, G and H) <= (R(i, G) + R(i, H)) / (1 - gamma)
 *
 * (write the projection as g + h: its square is <i, g> + <i, h>, by Cauchy and Schwarz at most
 * sqrt(R(i, G) + R(i, H)) sqrt(|g|^2 + |h|^2), and |g|^2 + |h|^2 <= |g + h|^2 / (1 - gamma)). Only where this bound passes what may be explained is
 * the pair computed exactly, so the result is that of trying all.
 *
 * Source: `statistics.md` design 3 (insider set J); the bound is this project's, proved above. Guarantees: none that
 * passes the floor is missed.
 */
export class CoalitionVariances {
  private explained = new Float64Array(0);
  private readonly together: Float64Array;

  constructor(private readonly size: number) {
    this.together = new Float64Array(size);
  }

  *shortfalls(covariance: Float64Array, floors: LeverageFloors): Generator<Shortfall> {
    const { size } = this;
    for (let coordinate = 0; coordinate < size; coordinate += 1) {
      const left = covariance[coordinate * size + coordinate] ?? 0;
      if (!(left >= (floors.floor[coordinate] ?? 0))) yield { coordinate, known: [], left };
    }
    if (floors.colludingInsiders < 1) return;
    const insiders = this.insidersOf(covariance, floors);
    const slack = this.slack(covariance, floors.floor);
    const largest = this.largestExplained(insiders);
    if (slack.some((share, coordinate) => !((largest.one[coordinate] ?? 0) <= share))) {
      for (const insider of insiders) yield* this.beyond(covariance, slack, insider);
    }
    if (floors.colludingInsiders === 2) yield* this.pairs(covariance, floors, slack, insiders, largest);
    if (floors.colludingInsiders > 2) yield* this.larger(covariance, floors);
  }

  /** What each group explains of each coordinate. */
  private insidersOf(covariance: Float64Array, { knowledge, negligible }: LeverageFloors): readonly Insider[] {
    const { size } = this;
    if (this.explained.length < knowledge.length * size) this.explained = new Float64Array(knowledge.length * size);
    return knowledge.map((known, group) => {
      const explained = this.explained.subarray(group * size, (group + 1) * size);
      const [only = -1] = known;
      const variance = covariance[only * size + only] ?? 0;
      if (known.length === 1 && variance > (negligible[only] ?? 0)) {
        const precision = 1 / variance;
        const start = only * size;
        for (let other = 0; other < size; other += 1) {
          const entry = covariance[start + other] ?? 0;
          explained[other] = entry * entry * precision;
        }
        return { known, columns: [], pivots: known, explained, precision };
      }
      return { known, ...this.explain(explained, covariance, negligible, known), precision: 0 };
    });
  }

  /** The same for any figures, by way of uncorrelated columns of unit variance. */
  private explain(
    explained: Float64Array,
    covariance: Float64Array,
    negligible: Float64Array,
    known: readonly number[],
  ): Pick<Insider, 'columns' | 'pivots' | 'explained'> {
    const { size } = this;
    const columns: Float64Array[] = [];
    const pivots: number[] = [];
    explained.fill(0);
    for (const coordinate of known) {
      const column = covariance.slice(coordinate * size, (coordinate + 1) * size);
      for (const earlier of columns) subtract(column, earlier, earlier[coordinate] ?? 0);
      const pivot = column[coordinate] ?? 0;
      if (pivot <= (negligible[coordinate] ?? 0)) continue;
      const scale = 1 / Math.sqrt(pivot);
      for (let other = 0; other < size; other += 1) {
        const entry = (column[other] ?? 0) * scale;
        column[other] = entry;
        explained[other] = (explained[other] ?? 0) + entry * entry;
      }
      columns.push(column);
      pivots.push(coordinate);
    }
    return { columns, pivots, explained };
  }

  /** Coordinates of which a coalition explains more than it may. */
  private *beyond(
    covariance: Float64Array,
    slack: Float64Array,
    { known, explained }: Pick<Insider, 'known' | 'explained'>,
  ): Generator<Shortfall> {
    for (let coordinate = 0; coordinate < this.size; coordinate += 1) {
      if ((explained[coordinate] ?? 0) <= (slack[coordinate] ?? 0) || known.includes(coordinate)) continue;
      const left = (covariance[coordinate * this.size + coordinate] ?? 0) - (explained[coordinate] ?? 0);
      yield { coordinate, known, left };
    }
  }

  private *pairs(
    covariance: Float64Array,
    { floor, negligible }: LeverageFloors,
    slack: Float64Array,
    insiders: readonly Insider[],
    largest: LargestExplained,
  ): Generator<Shortfall> {
    const { size } = this;
    for (const [a, b] of closePairs(insiders)) {
      const known = union(a.known, b.known);
      this.explain(this.together, covariance, negligible, known);
      yield* this.beyond(covariance, slack, { known, explained: this.together });
    }
    for (let coordinate = 0; coordinate < size; coordinate += 1) {
      const allowed = (slack[coordinate] ?? 0) * (1 - closelyCorrelated);
      if ((largest.two[coordinate] ?? 0) <= allowed) continue;
      const rest = allowed - (largest.one[coordinate] ?? 0);
      const candidates = insiders.filter(
        ({ explained, known }) => (explained[coordinate] ?? 0) > rest && !known.includes(coordinate),
      );
      for (const [position, a] of candidates.entries()) {
        for (const b of candidates.slice(position + 1)) {
          const both = (a.explained[coordinate] ?? 0) + (b.explained[coordinate] ?? 0);
          if (both <= allowed) continue;
          const known = union(a.known, b.known);
          const left = varianceGiven(covariance, size, negligible, coordinate, known);
          if (!(left >= (floor[coordinate] ?? 0))) yield { coordinate, known, left };
        }
      }
    }
  }

  /** What the group that explains most of a coordinate explains of it, and the two together that explain most. */
  private largestExplained(insiders: readonly Insider[]): LargestExplained {
    const [one, two] = [new Float64Array(this.size), new Float64Array(this.size)];
    const second = new Float64Array(this.size);
    for (const { explained, known } of insiders) {
      const own = known.map((coordinate) => [coordinate, explained[coordinate] ?? 0] as const);
      // Its own coordinates it explains in full; that is none of the shares looked for.
      for (const [coordinate] of own) explained[coordinate] = 0;
      for (let coordinate = 0; coordinate < this.size; coordinate += 1) {
        const share = explained[coordinate] ?? 0;
        const most = one[coordinate] ?? 0;
        if (!(share <= most)) {
          second[coordinate] = most;
          one[coordinate] = share;
        } else if (share > (second[coordinate] ?? 0)) second[coordinate] = share;
      }
      for (const [coordinate, share] of own) explained[coordinate] = share;
    }
    two.forEach((_, coordinate) => (two[coordinate] = (one[coordinate] ?? 0) + (second[coordinate] ?? 0)));
    return { one, two };
  }

  /** Coalitions of three and more, one by one. */
  private *larger(covariance: Float64Array, floors: LeverageFloors): Generator<Shortfall> {
    for (const known of coalitionsOf(floors.knowledge, floors.colludingInsiders)) {
      for (let coordinate = 0; coordinate < this.size; coordinate += 1) {
        const floor = floors.floor[coordinate] ?? 0;
        if (floor === -Infinity || known.includes(coordinate)) continue;
        const left = varianceGiven(covariance, this.size, floors.negligible, coordinate, known);
        if (!(left >= floor)) yield { coordinate, known, left };
      }
    }
  }

  /** What may be explained of each coordinate before it falls under its floor. */
  private slack(covariance: Float64Array, floor: Float64Array): Float64Array {
    return floor.map((least, coordinate) => (covariance[coordinate * this.size + coordinate] ?? 0) - least);
  }
}

interface LargestExplained {
  readonly one: Float64Array;
  readonly two: Float64Array;
}

interface Insider {
  readonly known: readonly number[];
  /** Uncorrelated, of unit variance; left out for a group that knows one figure. */
  readonly columns: readonly Float64Array[];
  /** The coordinate at which each column begins: the earlier columns explain no more of it. */
  readonly pivots: readonly number[];
  readonly explained: Float64Array;
  /** One over the variance of the only figure; 0 for a group that knows several. */
  readonly precision: number;
}

function union(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...a, ...b.filter((coordinate) => !a.includes(coordinate))];
}

function subtract(target: Float64Array, column: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let other = 0; other < target.length; other += 1) {
    target[other] = (target[other] ?? 0) - factor * (column[other] ?? 0);
  }
}

/** Pairs of groups with a correlation of at least `closelyCorrelated` between some sums of their figures, or perhaps so. */
function closePairs(insiders: readonly Insider[]): readonly (readonly [Insider, Insider])[] {
  const limit = closelyCorrelated * closelyCorrelated;
  const only = Int32Array.from(insiders, ({ pivots, precision }) => (precision > 0 ? (pivots[0] ?? -1) : -1));
  const precision = Float64Array.from(insiders, (insider) => insider.precision);
  const close: (readonly [Insider, Insider])[] = [];
  for (const [position, a] of insiders.entries()) {
    const { explained } = a;
    const own = only[position] ?? -1;
    for (let other = position + 1; other < only.length; other += 1) {
      const its = only[other] ?? -1;
      let square: number;
      if (its >= 0) square = (explained[its] ?? 0) * (precision[other] ?? 0);
      else if (own >= 0) square = (insiders[other]?.explained[own] ?? 0) * a.precision;
      else square = crossCorrelation(a, insiders[other]);
      if (square < limit) continue;
      const b = insiders[other];
      if (b !== undefined && !isWithin(a.known, b.known)) close.push([a, b]);
    }
  }
  return close;
}

/** Whether one of two groups knows all that the other knows, so that the pair knows no more than one of them. */
function isWithin(a: readonly number[], b: readonly number[]): boolean {
  return a.every((coordinate) => b.includes(coordinate)) || b.every((coordinate) => a.includes(coordinate));
}

/** Sum of the squared correlations between two groups' columns: at least the square of the largest correlation. */
function crossCorrelation(a: Insider, b: Insider | undefined): number {
  if (b === undefined) return 0;
  let sum = 0;
  for (const column of a.columns) {
    const coefficients: number[] = [];
    b.pivots.forEach((pivot, position) => {
      let entry = column[pivot] ?? 0;
      coefficients.forEach((earlier, at) => (entry -= earlier * (b.columns[at]?.[pivot] ?? 0)));
      const coefficient = entry / (b.columns[position]?.[pivot] ?? 1);
      coefficients.push(coefficient);
      sum += coefficient * coefficient;
    });
  }
  return sum;
}

/**
 * Variance of one coordinate given the others, by elimination in their own small covariance matrix.
 * var(i | K) = C_ii - C_iK C_KK^-1 C_Ki; a pivot at or under its coordinate's `negligible` counts as known already.
 * Source: the conditional variance of a Gaussian (Schur complement), textbook. Guarantees: it looks at no value.
 */
export function varianceGiven(
  covariance: Float64Array,
  size: number,
  negligible: Float64Array,
  coordinate: number,
  known: readonly number[],
): number {
  const of = [...known, coordinate];
  const rows: { readonly pivot: number; readonly row: readonly number[] }[] = [];
  let left = covariance[coordinate * size + coordinate] ?? 0;
  known.forEach((own, position) => {
    const row = of.map((other) => covariance[own * size + other] ?? 0);
    for (const earlier of rows) {
      const factor = (earlier.row[position] ?? 0) / earlier.pivot;
      row.forEach((entry, at) => (row[at] = entry - factor * (earlier.row[at] ?? 0)));
    }
    const pivot = row[position] ?? 0;
    if (pivot <= (negligible[own] ?? 0)) return;
    const last = row[known.length] ?? 0;
    left -= (last * last) / pivot;
    rows.push({ pivot, row });
  });
  return left;
}
