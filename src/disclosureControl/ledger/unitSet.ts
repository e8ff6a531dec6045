/** A set of ownership units in one written form, so that the same question asked twice is seen to be the same. */
export interface CanonicalUnitSet {
  readonly units: readonly string[];
  readonly key: string;
}

/** Sorted, without repetitions; the key is injective since it is JSON. */
export function canonicalUnitSet(units: Iterable<string>): CanonicalUnitSet {
  const sorted = [...new Set(units)].sort();
  return { units: sorted, key: JSON.stringify(sorted) };
}
