import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { assessmentLimits } from './assessmentLimits';

/** How many assessments time has moved. */
export interface TickReport {
  expired: number;
  superseded: number;
  suspended: number;
}

/**
 * The steps that nobody takes (actor SYSTEM): expiry, supersession, overdue corrective actions; as often as one likes.
 * @param today ISO date
 */
export async function tickAssessments(trustee: TrusteeQueries, today: string): Promise<TickReport> {
  const { rows } = await trustee.query<{ expired: number; superseded: number; suspended: number }>(
    'select expired, superseded, suspended from vault.tick_assessments($1::date, $2)',
    [today, assessmentLimits().correctiveActionGraceDays],
  );
  return rows[0] ?? { expired: 0, superseded: 0, suspended: 0 };
}
