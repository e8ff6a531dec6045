import { NO_GROUND, type GroundMask } from '../../policy/grounds';
import { cellMask } from '../../policy/masks';
import { DATA_CLASSES, type DataClass, type Sensitivity, type Tier } from '../../policy/cells';
import type { Operation } from './operation';

/** The bound viewer's grounds towards units; a unit that does not exist gives no ground, like one that is unknown. */
export async function groundsTowards(operation: Operation, unitNo: number): Promise<GroundMask> {
  const grounds = await operation
    .loader<number, number>('policy.grounds', async (unitNos) => {
      const rows = await operation.rows<{ mask: number | null }>(
        'select (select policy.grounds())[unit_no] as mask from unnest($1::int[]) with ordinality as u(unit_no, place) order by place',
        [unitNos],
      );
      return rows.map((row) => row.mask);
    })
    .load(unitNo);
  return grounds ?? NO_GROUND;
}

/** The phase gate of the bound initiative in this snapshot, one mask per data class. */
export async function phaseGates(operation: Operation): Promise<ReadonlyMap<DataClass, GroundMask>> {
  const gates = await operation
    .loader<string, number[]>('policy.gates', async (keys) => {
      const [row] = await operation.rows<{ gates: number[] | null }>('select policy.gates() as gates');
      return keys.map(() => row?.gates ?? []);
    })
    .load('gates');
  return new Map(DATA_CLASSES.map((dataClass, index) => [dataClass, gates?.[index] ?? NO_GROUND]));
}

/**
 * Whether a field of this default classification is open to the viewer: table, default classification and relation only,
 * never a row.
 */
export async function isOpenByDefault(
  operation: Operation,
  unitNo: number,
  cell: { tier: Tier; sensitivity: Sensitivity; dataClass: DataClass },
): Promise<boolean> {
  const { masks } = operation.services;
  const [pair, gates] = await Promise.all([groundsTowards(operation, unitNo), phaseGates(operation)]);
  const tier = cellMask(masks, { gate: 'tier', tier: cell.tier });
  const sensitivity = cellMask(masks, { gate: 'sensitivity', sensitivity: cell.sensitivity, age: 'TWELVE_MONTHS' });
  return (pair & tier & sensitivity & (gates.get(cell.dataClass) ?? NO_GROUND)) !== NO_GROUND;
}
