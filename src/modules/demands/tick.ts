import type { TrusteeQueries } from '../../database/trusteeTransaction';
import { valueChainSettings } from '../valueChain';

/**
 * The steps of time on demands: long overdue ones expire with their answers, and what was met by a proof that ran out lapses.
 * @param today ISO date
 * @returns how many steps were taken
 */
export async function tickDemands(trustee: TrusteeQueries, today: string): Promise<number> {
  const { demandExpiryDays, equivalenceGraceDays } = valueChainSettings();
  const { rows } = await trustee.query<{ steps: number }>('select vault.tick_demands($1, $2, $3) as steps', [
    today,
    demandExpiryDays,
    equivalenceGraceDays,
  ]);
  return rows[0]?.steps ?? 0;
}
