import type { WriteSession } from '../../database/boundTransaction';
import { refuseInterested, type Operation } from '../graph';

/** INVARIANT ConflictsFirst, for what concerns an initiative: the register is looked at before anything else. */
export async function refuseInterestedInInitiative(
  operation: Operation,
  session: WriteSession,
  initiative: string,
): Promise<void> {
  const sql = 'select vault.initiative_parties($1) as parties';
  const [row] = await session.query<{ parties: number[] }>(sql, [initiative]);
  await refuseInterested(operation, session, row?.parties ?? []);
}
