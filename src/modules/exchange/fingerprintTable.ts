/**
 * Remembers which keys an import has seen, and whether they came with one value or several, in 13 bytes a slot instead
 * of the text: a million measurements take some 30 MB. Keys are told apart by 64 bits, so among ten million of them two
 * collide with a chance of 3 in a million, and then a row is refused as a repetition, never taken twice.
 */
export class FingerprintTable {
  private high: Uint32Array;
  private low: Uint32Array;
  private values: Uint32Array;
  private states: Uint8Array;
  private used = 0;

  constructor(private slots = 1 << 12) {
    this.high = new Uint32Array(slots);
    this.low = new Uint32Array(slots);
    this.values = new Uint32Array(slots);
    this.states = new Uint8Array(slots);
  }

  /** Notes that the key occurs with this value; a second value makes the key conflicting for good. */
  note(key: string, value: string): void {
    const valueHash = hash(value, valueSeed);
    const slot = this.slotOf(key);
    if (this.states[slot] === empty) this.occupy(slot, key, valueHash);
    else if (this.values[slot] !== valueHash) this.states[slot] = (this.states[slot] ?? 0) | conflicting;
  }

  isConflicting(key: string): boolean {
    return ((this.states[this.slotOf(key)] ?? 0) & conflicting) !== 0;
  }

  /** True the first time it is asked for this key, false ever after. */
  take(key: string): boolean {
    const slot = this.slotOf(key);
    const state = this.states[slot] ?? 0;
    if ((state & taken) !== 0) return false;
    if (state === empty) this.occupy(slot, key, 0, taken);
    else this.states[slot] = state | taken;
    return true;
  }

  private occupy(slot: number, key: string, valueHash: number, flags = 0): void {
    this.high[slot] = hash(key, highSeed);
    this.low[slot] = hash(key, lowSeed);
    this.values[slot] = valueHash;
    this.states[slot] = present | flags;
    this.used += 1;
    if (this.used * 4 > this.slots * 3) this.grow();
  }

  private slotOf(key: string): number {
    return this.find(hash(key, highSeed), hash(key, lowSeed));
  }

  /** The slot that holds the fingerprint, or the empty one where it belongs. */
  private find(high: number, low: number): number {
    let slot = (low ^ imul(high, 0x9e3779b1)) & (this.slots - 1);
    while (this.states[slot] !== empty && (this.high[slot] !== high || this.low[slot] !== low)) {
      slot = (slot + 1) & (this.slots - 1);
    }
    return slot;
  }

  private grow(): void {
    const { high, low, values, states } = this;
    this.slots *= 2;
    this.high = new Uint32Array(this.slots);
    this.low = new Uint32Array(this.slots);
    this.values = new Uint32Array(this.slots);
    this.states = new Uint8Array(this.slots);
    for (const [index, state] of states.entries()) {
      if (state === empty) continue;
      const slot = this.find(high[index] ?? 0, low[index] ?? 0);
      this.high[slot] = high[index] ?? 0;
      this.low[slot] = low[index] ?? 0;
      this.values[slot] = values[index] ?? 0;
      this.states[slot] = state;
    }
  }
}

const { imul } = Math;
const empty = 0;
const present = 1;
const conflicting = 2;
const taken = 4;
const highSeed = 0x2545f491;
const lowSeed = 0x8da6b343;
const valueSeed = 0xd8163841;

/** MurmurHash3, 32 bits, over UTF-16 code units. */
function hash(text: string, seed: number): number {
  let state = seed;
  for (let index = 0; index < text.length; index += 1) {
    let block = imul(text.charCodeAt(index), 0xcc9e2d51);
    block = imul((block << 15) | (block >>> 17), 0x1b873593);
    state ^= block;
    state = (imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
  }
  state ^= text.length;
  state = imul(state ^ (state >>> 16), 0x85ebca6b);
  state = imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
