/** A set of figures in one written form, so that the same question asked twice is seen to be the same. */
export interface CanonicalFigureSet {
  readonly figures: readonly string[];
  readonly key: string;
}

/**
 * Sorted, without repetitions; the key is injective since it is JSON.
 * Source: `statistics.md` design 3 (canonical unit set). Guarantees: two lists of one set have one key, two sets never.
 */
export function canonicalFigureSet(figures: Iterable<string>): CanonicalFigureSet {
  const sorted = [...new Set(figures)].sort();
  return { figures: sorted, key: JSON.stringify(sorted) };
}
