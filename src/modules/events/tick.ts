import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { valueChainSettings } from '../valueChain';
import { eventSettings } from './settings';

/**
 * Announces certificates that are about to run out, once each, and forgets events past their time.
 * @param today ISO date
 */
export async function tickEvents(trustee: TrusteeQueries, today: string): Promise<void> {
  await trustee.query('select events.announce_expiring($1::date, $2)', [today, valueChainSettings().expiringDays]);
  await trustee.query('select events.forget(make_interval(days => $1))', [eventSettings().retentionDays]);
}
