import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { valueChainSettings } from './settings';

/**
 * The steps of time on links: assertions without an answer and disputes without a settlement lapse.
 * @param today ISO date
 * @returns how many lapsed
 */
export async function tickLinks(trustee: TrusteeQueries, today: string): Promise<number> {
  const { linkAnswerDays, linkSettlementDays } = valueChainSettings();
  const { rows } = await trustee.query<{ lapsed: number }>('select vault.lapse_links($1, $2, $3) as lapsed', [
    today,
    linkAnswerDays,
    linkSettlementDays,
  ]);
  return rows[0]?.lapsed ?? 0;
}
