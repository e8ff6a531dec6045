/** What becomes of a set of figures whose yes-or-no attribute is to be counted. */
export type CountedSetDecision = 'NEW' | 'COUNTED_BEFORE' | 'OVERLAPPING';

/**
 * Whether a set may be counted, given all sets counted before: it is one of them, or shares no figure with any of them.
 * Counts of 0 and of all pin down everybody, and ranges of sets that overlap can be subtracted until they meet in such a
 * count: with P = 5-10 and a part of it = 10-14, the rest of P is 0. No rule that sees no value can allow overlaps.
 *
 * Guarantees: every figure is in one counted set at most, so that no two counts say anything of the same figure; several
 * attributes that include one another (at this level or above) may be counted over one set, since their ranges have the same
 * edges and so none narrows another. Looks at sets alone, so a refusal says nothing of values.
 * Source: Denning (1982) 6.3, partitioning the database so that queries are over disjoint atomic sets.
 */
export function judgeCountedSet(
  asked: ReadonlySet<string>,
  counted: readonly (readonly string[])[],
): CountedSetDecision {
  for (const set of counted) {
    const shared = set.filter((figure) => asked.has(figure)).length;
    if (shared === 0) continue;
    return shared === asked.size && shared === set.length ? 'COUNTED_BEFORE' : 'OVERLAPPING';
  }
  return 'NEW';
}
