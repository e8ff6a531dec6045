/** A published cell in one vintage: who contributed what. Figures of units that left are simply missing. */
export interface VintageCell {
  readonly key: string;
  readonly contributions: ReadonlyMap<string, number>;
}

export interface VintageJudgement {
  readonly publishable: boolean;
  /** Keys of cells in which some units changed, but fewer than asked. For the trustee only. */
  readonly tooFewChanged: readonly string[];
}

/**
 * Contributor change rule (A4): a later vintage may be published only if in every cell either nobody's contribution
 * changed or at least `changedContributorsMin` units' did. A joiner, a leaver and a correction all count as a change; a
 * cell that appears or disappears counts all its contributors.
 *
 * Source: `domain.md` A4. Guarantees: the difference of two vintages of a published cell is a sum of changes of that many
 * units. The decision is about the vintage as a whole, so its absence names no cell. It looks at whether figures changed;
 * that a vintage is withheld tells that somebody's did.
 */
export function judgeVintage(
  earlier: readonly VintageCell[],
  later: readonly VintageCell[],
  changedContributorsMin: number,
): VintageJudgement {
  const laterOf = new Map(later.map((cell) => [cell.key, cell.contributions]));
  const keys = new Set([...earlier.map((cell) => cell.key), ...laterOf.keys()]);
  const earlierOf = new Map(earlier.map((cell) => [cell.key, cell.contributions]));
  const nothing: ReadonlyMap<string, number> = new Map();
  const tooFewChanged = [...keys].filter((key) => {
    const changed = changedUnits(earlierOf.get(key) ?? nothing, laterOf.get(key) ?? nothing);
    return changed > 0 && changed < changedContributorsMin;
  });
  return { publishable: tooFewChanged.length === 0, tooFewChanged: tooFewChanged.sort() };
}

function changedUnits(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const units = new Set([...before.keys(), ...after.keys()]);
  return [...units].filter((unit) => before.get(unit) !== after.get(unit)).length;
}
