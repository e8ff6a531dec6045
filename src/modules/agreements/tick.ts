import type { TrusteeQueries } from '../../database/trusteeTransaction';

/**
 * Agreements whose end has come expire.
 * @param today ISO date
 * @returns how many
 */
export async function tickAgreements(trustee: TrusteeQueries, today: string): Promise<number> {
  const { rows } = await trustee.query<{ steps: number }>('select vault.expire_agreements($1::date) as steps', [today]);
  return rows[0]?.steps ?? 0;
}
