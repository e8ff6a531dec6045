import type { TrusteeQueries } from '../../database/trusteeTransaction';

/**
 * Equivalences of versions whose transition is over become outdated.
 * @param today ISO date
 * @returns how many
 */
export async function tickClaims(trustee: TrusteeQueries, today: string): Promise<number> {
  const { rows } = await trustee.query<{ steps: number }>('select vault.outdate_claims($1) as steps', [today]);
  return rows[0]?.steps ?? 0;
}
