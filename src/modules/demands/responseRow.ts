import type { WriteSession } from '../../database/boundTransaction';
import { notFound, type Operation } from '../graph';

export const RESPONSE_MACHINE = 'DEMAND_RESPONSE';

export interface ResponseRow {
  id: string;
  owner_no: number;
  issuer_no: number;
  demand_id: string;
  state: string;
  alternative: Record<string, string> | null;
  equivalence_id: string | null;
  gaps: string[];
  remediation_until: string | null;
}

/** The answer, held until the end of the transaction; not found for everybody but its two sides. */
export async function lockedResponse(operation: Operation, session: WriteSession, id: string): Promise<ResponseRow> {
  const [row] = await session.query<ResponseRow & Record<string, unknown>>('select * from vault.lock_response($1)', [
    operation.decodeId(id, 'response'),
  ]);
  if (row === undefined) throw notFound(['input', 'response']);
  return row;
}

export async function moveResponseRow(
  session: WriteSession,
  id: string,
  changes: Record<string, unknown>,
): Promise<void> {
  await session.query('select vault.move_response($1, $2)', [id, JSON.stringify(changes)]);
}

/** The part the viewer plays in an answer; both where it asked itself. */
export function partsIn(operation: Operation, row: ResponseRow): string[] {
  const me = operation.viewer.organisationNo;
  return [...(me === row.owner_no ? ['RECIPIENT'] : []), ...(me === row.issuer_no ? ['DEMAND_ISSUER'] : [])];
}
