import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { valueChainSettings } from './settings';

/**
 * The steps of time on links: what has its period behind it ends; assertions without an answer
 * and disputes without a settlement lapse.
 * @param today ISO date
 * @returns how many moved
 */
export async function tickLinks(trustee: TrusteeQueries, today: string): Promise<number> {
  const { linkAnswerDays, linkSettlementDays } = valueChainSettings();
  const { rows } = await trustee.query<{ lapsed: number }>('select vault.lapse_links($1, $2, $3) as lapsed', [
    today,
    linkAnswerDays,
    linkSettlementDays,
  ]);
  const ended = await trustee.query<{ ended: number }>('select vault.end_past_links($1) as ended', [today]);
  return (rows[0]?.lapsed ?? 0) + (ended.rows[0]?.ended ?? 0);
}
