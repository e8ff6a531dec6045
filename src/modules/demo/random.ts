import { createHash } from 'node:crypto';

/** A small reproducible generator (xorshift, 32 bits): the demo is the same everywhere, and nothing secret hangs on it. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /** In [0, 1). */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.whole(0, list.length - 1)] ?? list[0];
  }

  /** Some of a list, in its order; at most `count`. */
  some<T>(list: readonly T[], count: number): T[] {
    const kept = new Set<number>();
    while (kept.size < Math.min(count, list.length)) kept.add(this.whole(0, list.length - 1));
    return list.filter((_item, index) => kept.has(index));
  }

  /** Lognormal with median 1: sizes of firms and sites are skewed, and so are their figures. */
  lognormal(sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.next()));
  }
}

/** The UUID of a thing of the demo: the same in every copy of it. */
export function uuidOf(key: string): string {
  const hex = createHash('sha256').update(`sluice demo|${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const LEI_MODULUS = 97n;

/** An LEI of the prefix 9999, which no issuer has, with check digits that fit (ISO 7064 MOD 97-10). */
export function leiOf(number: number): string {
  const base = `999900SLUICEDEMO${String(number).padStart(2, '0')}`;
  const digits = [...`${base}00`].map((character) => String(parseInt(character, 36))).join('');
  const pair = 98n - (BigInt(digits) % LEI_MODULUS);
  return `${base}${String(pair).padStart(2, '0')}`;
}
