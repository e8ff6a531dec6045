import type { PoolClient } from 'pg';
import { oldEnough, type Thresholds } from '../../disclosureControl';
import { DomainError } from '../../kernel/errors';
import type { Period } from '../../kernel/period';
import type { Measure } from './registeredTables';

export interface FreezeRequest {
  readonly measure: Measure;
  readonly unit: string;
  readonly csi: boolean;
  readonly period: Period;
  readonly releaseDay: string;
  readonly vintage: number;
}

/**
 * Freezes what is an input of a measure in a period, as it is now, in one statement of the database: no figure comes here.
 * Nothing changes it afterwards.
 * @returns the snapshot's id
 * @throws DomainError STATE where the period is too young (A3), VALIDATION where the stakes in a site exceed the whole
 */
export async function freezeInputs(
  client: PoolClient,
  { measure, unit, csi, period, releaseDay, vintage }: FreezeRequest,
  thresholds: Thresholds,
): Promise<string> {
  if (!oldEnough(period.end, releaseDay, thresholds.dataAgeMonthsMin)) {
    throw new DomainError('STATE', 'the period is too young for a statistic', {
      rule: 'A3',
      next: `wait until ${thresholds.dataAgeMonthsMin} months after its end`,
    });
  }
  const { standingMonthsMin, jointVentureOwnerPercent } = thresholds;
  const rules = JSON.stringify({ standingMonthsMin, jointVentureOwnerPercent });
  try {
    const { rows } = await client.query<{ id: string }>('select trustee.freeze($1, $2, $3, $4, $5, $6, $7, $8) as id', [
      JSON.stringify(measure),
      rules,
      period.start,
      period.end,
      releaseDay,
      vintage,
      unit,
      csi,
    ]);
    const [row] = rows;
    if (row === undefined) throw new DomainError('STATE', 'the inputs were not stored');
    return row.id;
  } catch (error) {
    if (!exceedsTheWhole(error)) throw error;
    throw new DomainError('VALIDATION', error.message, { rule: 'A1' });
  }
}

const STAKES_EXCEED = 'SL0A1';

function exceedsTheWhole(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === STAKES_EXCEED;
}
