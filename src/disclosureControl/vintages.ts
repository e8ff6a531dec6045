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

export interface VintageRules {
  /** k: how many units have to change together. */
  readonly changedContributorsMin: number;
  /** c: groups that may pool what they know. */
  readonly colludingInsiders: number;
  /** Groups that know a unit's figures, by unit; default: a group of the unit's own name. */
  readonly knownTo?: ReadonlyMap<string, readonly string[]>;
  /** Units whose figures everybody is taken to know: insiders by standing, published figures. */
  readonly known?: ReadonlySet<string>;
}

/**
 * Contributor change rule (A4): a later vintage may be published only if in every cell either no hidden contribution changed
 * or so many units' did that, whichever c groups take out what they know, k - c of them are left. Of units that each belong
 * to one group that is k of them. A joiner, a leaver and a correction all count as a change; a cell that appears or
 * disappears counts all its contributors. What everybody knows does not count: sham members could change with a victim.
 *
 * Source: `domain.md` A4, with k >= c + 2 as in the minimum frequency rule (SDC Handbook 4.2). Guarantees: the difference of
 * two vintages of a published cell, less what c groups know of it, is a sum of changes of at least k - c units. The decision
 * is about the vintage as a whole, so its absence names no cell. It looks at whether figures changed; that a vintage is
 * withheld tells that somebody's did.
 */
export function judgeVintage(
  earlier: readonly VintageCell[],
  later: readonly VintageCell[],
  rules: VintageRules,
): VintageJudgement {
  const laterOf = new Map(later.map((cell) => [cell.key, cell.contributions]));
  const keys = new Set([...earlier.map((cell) => cell.key), ...laterOf.keys()]);
  const earlierOf = new Map(earlier.map((cell) => [cell.key, cell.contributions]));
  const nothing: ReadonlyMap<string, number> = new Map();
  const tooFewChanged = [...keys].filter((key) => {
    const changed = changedUnits(earlierOf.get(key) ?? nothing, laterOf.get(key) ?? nothing, rules);
    const left = changed.length - mostKnown(changed, rules);
    return changed.length > 0 && left < rules.changedContributorsMin - rules.colludingInsiders;
  });
  return { publishable: tooFewChanged.length === 0, tooFewChanged: tooFewChanged.sort() };
}

function changedUnits(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  { known }: VintageRules,
): readonly string[] {
  const units = new Set([...before.keys(), ...after.keys()]);
  return [...units].filter((unit) => before.get(unit) !== after.get(unit) && known?.has(unit) !== true);
}

/** The most of these units that c groups can know between them: never less than they do know. */
function mostKnown(units: readonly string[], { knownTo, colludingInsiders }: VintageRules): number {
  const byGroup = new Map<string, number>();
  for (const unit of units) {
    for (const group of knownTo?.get(unit) ?? [unit]) byGroup.set(group, (byGroup.get(group) ?? 0) + 1);
  }
  const most = [...byGroup.values()].sort((a, b) => b - a).slice(0, colludingInsiders);
  return most.reduce((sum, count) => sum + count, 0);
}
