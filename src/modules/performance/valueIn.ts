import { DomainError } from '../../kernel/errors';
import { convert } from '../../kernel/units';
import type { MeasurementView } from './measurement.view';

/**
 * The value of a measurement in a unit of the same dimension; the stored unit when none is asked for.
 * @throws DomainError VALIDATION for an unknown unit or one of another dimension, whether or not there is a value
 */
export function valueIn(
  measurement: MeasurementView,
  unit: string | undefined,
): { value: string | null; unit: string | null } {
  const { storedValue, storedUnit, valueCode } = measurement;
  if (unit === undefined || unit === null || storedUnit === null || storedUnit === unit) {
    return { value: storedValue ?? valueCode, unit: storedUnit };
  }
  const converted = convert(storedValue ?? '0', storedUnit, unit);
  if (!converted.ok) {
    const issues = [{ path: ['unit'], rule: converted.error.code, hint: converted.error.hint }];
    throw new DomainError('VALIDATION', 'input not valid', { issues });
  }
  return { value: storedValue === null ? null : converted.value, unit };
}
