import type { Affiliation, RoleTenure, Tenure } from './directory';
import { isCommercial, isOffice } from './roles';
import type { IdentityThresholds } from './thresholds';

/** Whether a stretch of time, half-open, holds the moment. */
export function isLive(tenure: Tenure, now: Date): boolean {
  return tenure.from <= now && (tenure.to === null || now < tenure.to);
}

/**
 * The roles of a person that count now. Those outside their time do not, nor do those that the charter bars:
 * CLEAN_TEAM without an end, with a term over two years, or within two years of a commercial role (`domain.md` 1.6);
 * SECRETARIAT beside a live commercial role, since its staff is not seconded from the trade (`domain.md` 0.5).
 */
export function countingRoles(
  roles: readonly RoleTenure[],
  now: Date,
  thresholds: Pick<IdentityThresholds, 'cleanTeamTermMonthsMax' | 'cleanTeamCoolingMonths'>,
): RoleTenure[] {
  const commercial = roles.filter((role) => isCommercial(role.name) && role.from <= now);
  const coolingFrom = plusMonths(now, -thresholds.cleanTeamCoolingMonths);
  const isCool = commercial.every((role) => role.to !== null && role.to <= coolingFrom);
  const isOutOfTrade = !commercial.some((role) => isLive(role, now));
  return roles.filter((role) => {
    if (!isLive(role, now)) return false;
    if (role.name === 'CLEAN_TEAM') return isCool && isTermWithin(role, thresholds.cleanTeamTermMonthsMax);
    return role.name !== 'SECRETARIAT' || isOutOfTrade;
  });
}

/**
 * Whether a role counts at one affiliation and in one initiative. An office given by a member is none, or a member could
 * name its own analyst or counsel; a role in an initiative counts for reads in its name only.
 */
export function countsAt(role: RoleTenure, affiliation: Affiliation, initiativeId: string | null): boolean {
  switch (role.scope.kind) {
    case 'ALLIANCE':
      return true;
    case 'MEMBER':
      return role.scope.organisationId === affiliation.organisationId && !isOffice(role.name);
    case 'INITIATIVE':
      return role.scope.initiativeId === initiativeId;
  }
}

function isTermWithin(role: RoleTenure, months: number): boolean {
  return role.to !== null && role.to <= plusMonths(role.from, months);
}

/** The same day and time so many months later or, where that month is shorter, on its last day (UTC). */
export function plusMonths(date: Date, months: number): Date {
  const moved = new Date(date);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return moved;
}
