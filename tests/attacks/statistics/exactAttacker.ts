/**
 * What follows exactly from a set of answered sums, worked out in one 61-bit prime field with big integers. Shares no code
 * with the ledger it attacks.
 */
const prime = 2n ** 61n - 1n;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % prime, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

export class ExactAttacker {
  private readonly rows: bigint[][] = [];
  private readonly pivots: number[] = [];

  constructor(private readonly size: number) {}

  learn(members: Iterable<number>): void {
    const vector = Array.from({ length: this.size }, () => 0n);
    for (const member of members) vector[member] = 1n;
    this.learnVector(vector);
  }

  private learnVector(vector: bigint[]): void {
    const left = this.reduced(vector);
    const pivot = left.findIndex((entry) => entry !== 0n);
    if (pivot < 0) return;
    const inverse = power(left[pivot] ?? 1n, prime - 2n);
    const row = left.map((entry) => (entry * inverse) % prime);
    for (const earlier of this.rows) {
      const factor = earlier[pivot] ?? 0n;
      if (factor === 0n) continue;
      row.forEach((entry, column) => {
        earlier[column] = ((earlier[column] ?? 0n) + (prime - factor) * entry) % prime;
      });
    }
    this.rows.push(row);
    this.pivots.push(pivot);
  }

  private reduced(vector: readonly bigint[]): bigint[] {
    const left = [...vector];
    this.rows.forEach((row, position) => {
      const factor = left[this.pivots[position] ?? 0] ?? 0n;
      if (factor === 0n) return;
      row.forEach((entry, column) => {
        if (entry !== 0n) left[column] = ((left[column] ?? 0n) + (prime - factor) * entry) % prime;
      });
    });
    return left;
  }

  /** Whether the sum over the members follows from what was learnt. */
  knows(members: readonly number[]): boolean {
    const vector = Array.from({ length: this.size }, () => 0n);
    for (const member of members) vector[member] = 1n;
    return this.reduced(vector).every((entry) => entry === 0n);
  }

  /** The attacker who has these figures of its own as well. */
  withInsider(own: readonly number[]): ExactAttacker {
    const attacker = new ExactAttacker(this.size);
    for (const row of this.rows) attacker.learnVector([...row]);
    for (const figure of own) attacker.learn([figure]);
    return attacker;
  }
}
