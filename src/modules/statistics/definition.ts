import type { Thresholds } from '../../disclosureControl';
import type { Period } from '../../kernel/period';
import type { MeasureInputs } from './buildTables';
import type { Measure, RegisteredTable, Registry } from './registeredTables';

/** Everything that decided a release, stored beside it: with the frozen inputs it gives the same release again. */
export interface Definition {
  /** Tables that were protected together, in their order. */
  readonly entries: readonly {
    readonly table: RegisteredTable;
    readonly measure: Measure;
    readonly period: Period;
    readonly snapshotId: string;
  }[];
  readonly thresholds: Thresholds;
  /** Country -> region, of the countries that occur. */
  readonly regions: Readonly<Record<string, string>>;
}

export function definitionOf(inputs: readonly MeasureInputs[], { thresholds, regions }: Registry): Definition {
  const countries = new Set(inputs.flatMap(({ snapshot }) => snapshot.parts.map((part) => part.country)));
  return {
    entries: inputs.flatMap(({ measure, snapshot, tables }) =>
      tables.map((table) => ({ table, measure, period: snapshot.period, snapshotId: snapshot.id })),
    ),
    thresholds,
    regions: Object.fromEntries([...countries].sort().map((country) => [country, regions.regionOf(country)])),
  };
}
