import { PHASES, TIERS, type Age, type Phase, type Tier } from './cells';
import { gatesMask, isCompetitor, type GateCodes } from './decide';
import { EVERY_GROUND, GRANT_GROUNDS, PARTY_GROUNDS, groundMask, type GroundMask } from './grounds';
import type { Masks } from './masks';

/** A lawful way on for somebody who was refused; `until` is a phase or an ISO date. */
export type WayOn =
  | { readonly kind: 'PROPOSE_AGREEMENT'; readonly next: string }
  | { readonly kind: 'ASK_OWNER'; readonly tier: Tier; readonly next: string }
  | { readonly kind: 'CONFIRM_LINK'; readonly next: string }
  | { readonly kind: 'WAIT_FOR_DATE'; readonly until: string | null; readonly next: string }
  | { readonly kind: 'WAIT_FOR_PHASE'; readonly until: Phase; readonly next: string }
  | { readonly kind: 'USE_AGGREGATE'; readonly next: string }
  | { readonly kind: 'ASK_COUNSEL'; readonly next: string };

/** What is asked about: default codes of a field, and when the period in question ended, if it has one. */
export interface WayQuestion {
  /** Grounds towards the owner, sound. */
  readonly pair: GroundMask;
  readonly codes: GateCodes;
  /** ISO date on which the period ended; null for timeless facts. */
  readonly periodEnd: string | null;
  /** A registered statistic covers the field. */
  readonly statistic: boolean;
  /** An agreement may cover the field. */
  readonly grantable: boolean;
  /** False where competition must not be named. */
  readonly competitionDeclared: boolean;
}

/** The way on that is always there. */
export const ASK_COUNSEL: WayOn = { kind: 'ASK_COUNSEL', next: 'ask competition counsel' };

const FREE: GroundMask = EVERY_GROUND & ~(PARTY_GROUNDS | GRANT_GROUNDS);

/** Adds whole months to an ISO date; a day the month does not have becomes its last. */
export function addMonths(date: string, months: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}

function agreementGround(pair: GroundMask): GroundMask {
  return groundMask([isCompetitor(pair) ? 'GRANT_COMPETITOR' : 'GRANT']);
}

function byAgreement(masks: Masks, question: WayQuestion): WayOn[] {
  const ground = agreementGround(question.pair);
  if (!question.grantable || (gatesMask(masks, question.codes) & ground) === 0) return [];
  const cleared =
    question.competitionDeclared && isCompetitor(question.pair) ? ', which competition counsel must clear' : '';
  return [
    {
      kind: 'PROPOSE_AGREEMENT',
      next: `propose a data-sharing agreement that names this field and your purpose${cleared}`,
    },
  ];
}

/** INVARIANT ages-close-in-order: only ages that a period can still reach are tried. */
function byDate(masks: Masks, question: WayQuestion): WayOn[] {
  const { pair, codes, periodEnd } = question;
  const order: readonly Age[] = ['FUTURE', 'RECENT', 'THREE_MONTHS', 'TWELVE_MONTHS'];
  const later = order.slice(order.indexOf(codes.age) + 1);
  const age = later.find((candidate) => (pair & FREE & gatesMask(masks, { ...codes, age: candidate })) !== 0);
  if (age === undefined) return [];
  const months = age === 'TWELVE_MONTHS' ? masks.ageMonths.twelveMonths : masks.ageMonths.threeMonths;
  const until = periodEnd === null || age === 'RECENT' ? periodEnd : addMonths(periodEnd, months);
  const when = age === 'RECENT' ? 'the period has ended' : `the period ended ${months} months ago`;
  return [{ kind: 'WAIT_FOR_DATE', until, next: `wait until ${when}${until === null ? '' : `, on ${until}`}` }];
}

function byPhase(masks: Masks, question: WayQuestion): WayOn[] {
  const { pair, codes } = question;
  const later = PHASES.slice(PHASES.indexOf(codes.phase) + 1);
  const phase = later.find((candidate) => (pair & FREE & gatesMask(masks, { ...codes, phase: candidate })) !== 0);
  if (phase === undefined) return [];
  return [
    { kind: 'WAIT_FOR_PHASE', until: phase, next: `wait until the governing body moves the initiative to ${phase}` },
  ];
}

/** The narrowest tier to which the owner could widen the value so that the reader's ground opens it. */
function byOwner(masks: Masks, question: WayQuestion): WayOn[] {
  const { pair, codes } = question;
  const wider = TIERS.slice(0, TIERS.indexOf(codes.tier)).reverse();
  const tier = wider.find((candidate) => (pair & FREE & gatesMask(masks, { ...codes, tier: candidate })) !== 0);
  if (tier === undefined) return [];
  return [{ kind: 'ASK_OWNER', tier, next: `ask the owner whether it would share this at ${tier}` }];
}

function byLink(masks: Masks, question: WayQuestion): WayOn[] {
  if (isCompetitor(question.pair)) return [];
  if ((gatesMask(masks, question.codes) & groundMask(['CUSTOMER', 'SUPPLIER'])) === 0) return [];
  return [{ kind: 'CONFIRM_LINK', next: 'if you trade with the owner, let both ends confirm the link' }];
}

/**
 * Every lawful way on, found by asking the compiled law what would open the field: never a way the law does not have, and
 * never a word on whether there is anything to read.
 */
export function waysOn(masks: Masks, question: WayQuestion): WayOn[] {
  const ways = [
    ...byAgreement(masks, question),
    ...byDate(masks, question),
    ...byPhase(masks, question),
    ...byOwner(masks, question),
    ...byLink(masks, question),
  ];
  if (question.statistic) ways.push({ kind: 'USE_AGGREGATE', next: 'use the released statistic' });
  return [...ways, ASK_COUNSEL];
}
