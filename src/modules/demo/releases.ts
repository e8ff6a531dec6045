import type { Pool } from 'pg';
import { buildReleases, clearRelease, publishRelease, type ReleaseContext } from '../statistics';
import { uuidOf } from './random';

/** Editions of the tables that the demo has, so that a trend can be seen. */
const YEARS = 2;
/** The youngest period that may be an input is some months old, and its tables have been open for a while. */
const PUBLISHED_DAYS_AGO = 10;

/**
 * Freezes, drafts, clears and publishes the registered tables of the last two whole years that are old enough, as the
 * trustee and counsel of the demo would have done ten days ago. Takes up where a start was cut off.
 */
export async function releaseDemoStatistics(context: ReleaseContext): Promise<void> {
  if (await isReleased(context.pool)) return;
  const today = daysBefore(context.today, PUBLISHED_DAYS_AGO);
  const counsel = uuidOf('person counsel');
  const last = lastWholeYear(today, context);
  for (let year = last - YEARS + 1; year <= last; year += 1) {
    const period = { start: `${year}-01-01`, end: `${year + 1}-01-01` };
    await buildReleases({ ...context, today }, { period, dryRun: false, newVintage: false });
  }
  for (const { id, state } of await unpublished(context.pool)) {
    if (state === 'DRAFT') await clearRelease(context.pool, id, counsel);
    await publishRelease({ ...context, today }, id, counsel);
  }
}

/** Nothing to do where something was published and nothing waits. */
async function isReleased(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ done: boolean }>(
    `select coalesce(bool_and(state in ('PUBLISHED', 'WITHDRAWN')), false) as done from trustee.release`,
  );
  return rows[0]?.done === true;
}

async function unpublished(pool: Pool): Promise<{ id: string; state: string }[]> {
  const { rows } = await pool.query<{ id: string; state: string }>(
    `select id, state from trustee.release where state in ('DRAFT', 'CLEARED') order by built_at, table_id`,
  );
  return rows;
}

/** The year whose end lies the asked months back (A3). */
function lastWholeYear(today: string, { registry }: ReleaseContext): number {
  const date = new Date(`${today}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - registry.thresholds.dataAgeMonthsMin);
  return date.getUTCFullYear() - 1;
}

function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - days);
  return date.toISOString().slice(0, 10);
}
