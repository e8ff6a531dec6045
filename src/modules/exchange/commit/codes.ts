import { DATA_CLASSES, SENSITIVITIES, TIERS, type DataClass, type Sensitivity, type Tier } from '../../../policy/cells';

/** `tier, sensitivity, data_class` of a fact as SQL values; the codes are ours, never a file's. */
export function classOf(tier: Tier, sensitivity: Sensitivity, dataClass: DataClass): string {
  return [TIERS.indexOf(tier), SENSITIVITIES.indexOf(sensitivity), DATA_CLASSES.indexOf(dataClass)].join(', ');
}

/** The stored number of a tier named by an SQL expression. */
export function tierNumber(expression: string): string {
  return `array_position('{${TIERS.join(',')}}'::text[], ${expression}) - 1`;
}

/** An insert that answers with the number of its rows alone, however many there are. */
export function counted(insert: string, before = ''): string {
  return `with ${before === '' ? '' : `${before}, `}stored as (${insert} returning 1) select count(*)::int as rows from stored`;
}

/** The importer; every fact of an import has it as its contributor. */
export const ME = '(select policy.organisation_no())';
