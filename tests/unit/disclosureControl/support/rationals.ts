/** Exact rationals as reduced pairs of big integers: shares nothing with the ledger's arithmetic. */
type Rational = readonly [bigint, bigint];
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));
function rational(numerator: bigint, denominator: bigint): Rational {
  const common = gcd(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return common === 0n ? [0n, 1n] : [numerator / common, denominator / common];
}
const minus = (a: Rational, b: Rational): Rational => rational(a[0] * b[1] - b[0] * a[1], a[1] * b[1]);
const times = (a: Rational, b: Rational): Rational => rational(a[0] * b[0], a[1] * b[1]);
const over = (a: Rational, b: Rational): Rational => rational(a[0] * b[1], a[1] * b[0]);

/** Rank of whole-number vectors over the rationals, by elimination without any rounding. */
export function rankOf(vectors: readonly (readonly number[])[]): number {
  const rows = vectors.map((vector) => vector.map((entry): Rational => [BigInt(entry), 1n]));
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0) && rank < rows.length; column += 1) {
    const found = rows.findIndex((row, position) => position >= rank && row[column]?.[0] !== 0n);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found] ?? [], rows[rank] ?? []];
    const lead = rows[rank] ?? [];
    for (let below = rank + 1; below < rows.length; below += 1) {
      const factor = over(rows[below]?.[column] ?? [0n, 1n], lead[column] ?? [1n, 1n]);
      if (factor[0] === 0n) continue;
      rows[below] = (rows[below] ?? []).map((entry, at) => minus(entry, times(factor, lead[at] ?? [0n, 1n])));
    }
    rank += 1;
  }
  return rank;
}
