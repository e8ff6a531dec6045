/** Calendar dates as `YYYY-MM-DD`, UTC. */
export type CalendarDate = string;

/**
 * Whole calendar months from one date to another; negative when `to` lies before `from`. The end of a month counts as a
 * full month after the end of a longer one.
 * 12 x years + months, less one where the day is not reached.
 * Source: charter A3, which counts calendar months. Guarantees: never more than have passed.
 */
export function monthsBetween(from: CalendarDate, to: CalendarDate): number {
  const [fromYear = 0, fromMonth = 0, fromDay = 0] = from.split('-').map(Number);
  const [toYear = 0, toMonth = 0, toDay = 0] = to.split('-').map(Number);
  const months = (toYear - fromYear) * 12 + (toMonth - fromMonth);
  const lastDayOfMonth = new Date(Date.UTC(toYear, toMonth, 0)).getUTCDate();
  return toDay >= Math.min(fromDay, lastDayOfMonth) ? months : months - 1;
}

/**
 * Minimum data age (A3): inputs of a competitively sensitive measure are admitted only when their period ended at least
 * `dataAgeMonthsMin` months before the release. `periodEnd` is the exclusive end of the period. Plans and targets have no
 * past period and are never admitted.
 * Source: charter A3; EU Horizontal Guidelines 2023, chapter 6. Guarantees: nothing that lies ahead is ever admitted.
 */
export function oldEnough(
  periodEnd: CalendarDate | 'FORWARD_LOOKING',
  release: CalendarDate,
  dataAgeMonthsMin: number,
): boolean {
  return periodEnd !== 'FORWARD_LOOKING' && monthsBetween(periodEnd, release) >= dataAgeMonthsMin;
}

/** What the alliance knows of a contributing member at the time of a release. */
export interface MemberStanding {
  readonly memberSince: CalendarDate;
  readonly verified: boolean;
  /** Same ownership group as, or otherwise affiliated with, whoever asks. */
  readonly affiliatedWithAsker: boolean;
}

/**
 * Whether a member's figures count and are protected (A1, `statistics.md` design 6). One who is new, unverified or
 * affiliated with the asker is an insider: it may have been brought in to make up the number.
 * Guarantees: who fails any of the three makes up no number, whatever it sends.
 */
export function countsAsContributor(standing: MemberStanding, asOf: CalendarDate, standingMonthsMin: number): boolean {
  return (
    standing.verified && !standing.affiliatedWithAsker && monthsBetween(standing.memberSince, asOf) >= standingMonthsMin
  );
}

/**
 * tau for data of the given age: what older data may give away is more (`statistics.md` design 3).
 * Guarantees: the smaller share only from `olderDataMonthsMin` on; it looks at ages alone.
 */
export function retainedVarianceShare(
  ageMonths: number,
  thresholds: {
    readonly olderDataMonthsMin: number;
    readonly retainedVarianceShareRecent: number;
    readonly retainedVarianceShareOlder: number;
  },
): number {
  return ageMonths >= thresholds.olderDataMonthsMin
    ? thresholds.retainedVarianceShareOlder
    : thresholds.retainedVarianceShareRecent;
}
