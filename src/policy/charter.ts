import type { DataClass, Sensitivity, Tier } from './cells';
import { TIER_WORDS, groundWords } from './words';
import { GRANT_GROUNDS, PARTY_GROUNDS, ROLE_GROUNDS, groundMask, groundNames, type GroundMask } from './grounds';
import { cellMask, type Masks } from './masks';

/** What members are asked to report, with the class it has where its owner says nothing. */
export interface CharterIndicator {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly tier: Tier;
  readonly sensitivity: Sensitivity;
  readonly dataClass: DataClass;
  /** Tables registered over it, each in words with its audience. */
  readonly statistics: readonly string[];
}

export interface CharterEntry {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly tier: Tier;
  /** Who sees a figure that is a year old, while the alliance cooperates, in words. */
  readonly seenBy: readonly string[];
  /** What of it leaves the alliance: who outside reads a figure itself, and the statistics that are made over it. */
  readonly usedOutside: readonly string[];
}

export interface CharterRule {
  readonly id: string;
  readonly opens: boolean;
  readonly reason: string;
  readonly basis: string;
}

/** The information charter (`domain.md` 1.1), generated from the files that decide, so that it cannot say otherwise. */
export interface Charter {
  /** The law it was made from; the version that members sign. */
  readonly version: string;
  readonly expected: readonly CharterEntry[];
  readonly tiers: readonly { tier: Tier; words: string }[];
  readonly rules: readonly CharterRule[];
}

/** Grounds that speak of one row or of an office are left out: the charter says which kinds of readers there are. */
const SPECIAL = PARTY_GROUNDS | GRANT_GROUNDS | ROLE_GROUNDS | groundMask(['MEMBER', 'MEMBER_COMPETITOR']);

/** Readers who are no members and hold no office of the alliance. */
const OUTSIDE = groundMask(['ANYONE', 'PARTNER', 'POLICY_MAKER']);

/** The grounds that open a figure of this class by default, once it is a year old and the alliance cooperates. */
function openGrounds(masks: Masks, tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): GroundMask {
  return (
    cellMask(masks, { gate: 'tier', tier }) &
    cellMask(masks, { gate: 'sensitivity', sensitivity, age: 'TWELVE_MONTHS' }) &
    cellMask(masks, { gate: 'phase', phase: 'COOPERATION', dataClass })
  );
}

/** Who reads a figure of this class by default, in words. */
export function readersOf(masks: Masks, tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): string[] {
  const open = openGrounds(masks, tier, sensitivity, dataClass);
  if ((open & groundMask(['ANYONE'])) !== 0) return [groundWords('ANYONE')];
  return groundNames(open & ~SPECIAL).map(groundWords);
}

/** Who outside the alliance reads a figure of this class itself, in words; nobody: the list is empty. */
export function readersOutside(masks: Masks, tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): string[] {
  const open = openGrounds(masks, tier, sensitivity, dataClass) & OUTSIDE;
  const who = (open & groundMask(['ANYONE'])) !== 0 ? groundMask(['ANYONE']) : open;
  return groundNames(who).map((ground) => `the figure itself: ${groundWords(ground)}`);
}

/** The charter of this law. Pure: catalogue and masks in, document out. */
export function charterOf(masks: Masks, indicators: readonly CharterIndicator[], tiers: readonly Tier[]): Charter {
  return {
    version: masks.lawHash,
    expected: indicators.map(({ code, name, unit, tier, sensitivity, dataClass, statistics }) => ({
      code,
      name,
      unit,
      tier,
      seenBy: readersOf(masks, tier, sensitivity, dataClass),
      usedOutside: [...readersOutside(masks, tier, sensitivity, dataClass), ...statistics],
    })),
    tiers: tiers.map((tier) => ({ tier, words: TIER_WORDS[tier] })),
    rules: [...masks.policies].map(([id, { effect, reason, basis }]) => ({
      id,
      opens: effect === 'permit',
      reason,
      basis,
    })),
  };
}
