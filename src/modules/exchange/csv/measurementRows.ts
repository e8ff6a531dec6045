import { checkDate } from '../../../kernel/period';
import { checkBounds, parseDecimal, parseInteger } from '../../../kernel/quantity';
import { convert, sameDimension, unit as unitOf } from '../../../kernel/units';
import type { IndicatorRow } from '../../reference';
import type { MeasurementRecord, Publication, StagedQuantity } from '../staging';
import { assurances } from './assurances';
import type { Cells } from './cells';
import type { OwnKindContext } from './ownKinds';

/**
 * `measurements`: `domain.md` 1.4. `subject` names a site or member as in `links`; `value` is a decimal with a dot, or
 * NOT_MATERIAL or NOT_AVAILABLE; `unit` any of the indicator's dimension, stored in the indicator's. `sourceUrl` and
 * `publishedAt` come together. The same measurement again (subject, indicator, mineral, product, basis, method and
 * period) is a DUPLICATE; overlapping periods are found when the batch is committed.
 */
export const measurementColumns = {
  required: ['subject', 'indicator', 'period', 'value', 'unit'],
  optional: [
    'mineral',
    'product',
    'basis',
    'method',
    'boundary',
    'verification',
    'uncertainty',
    'sourceUrl',
    'publishedAt',
  ],
} as const;

const bases = ['ORE', 'CONCENTRATE', 'CONTAINED_METAL', 'PRODUCT'] as const;
const absences = ['NOT_MATERIAL', 'NOT_AVAILABLE'] as const;

export function readMeasurement(cells: Cells, { catalogue, today, seen }: OwnKindContext): MeasurementRecord | null {
  const subject = cells.required('subject');
  const indicator = readIndicator(cells, catalogue.indicators);
  const period = cells.closedPeriod('period', today);
  const mineral = cells.optional('mineral');
  if (mineral !== null && !catalogue.minerals.has(mineral)) {
    cells.outcome.reject('UNKNOWN_MINERAL', 'mineral', mineral, 'no mineral of the catalogue');
  }
  const product = cells.optional('product');
  const basis = cells.oneOf('basis', bases);
  const method = cells.optional('method');
  const value = cells.required('value');
  const absence = absences.find((word) => word === value) ?? null;
  const quantity =
    absence !== null || indicator === null || value === '' ? null : readQuantity(cells, indicator, value);
  const verification = cells.oneOf('verification', assurances);
  const percent = cells.checked('uncertainty', 'NOT_A_NUMBER', parseDecimal);
  const uncertainty = cells.checked('uncertainty', 'OUT_OF_BOUNDS', (text) => checkBounds(text, '0', '100'), percent);
  const publication = readPublication(cells, today);
  if (cells.outcome.isRejected || indicator === null || period === null) return null;

  const { indicatorId } = indicator;
  const identity = [subject, indicatorId, mineral, product, basis, method, period.start, period.end].join('\u001f');
  if (!seen.take(identity)) {
    cells.outcome.reject(
      'DUPLICATE',
      'subject',
      subject,
      'an earlier row measures the same; restate it through the API',
    );
    return null;
  }
  return {
    kind: 'measurement',
    subject: { kind: 'REFERENCE', text: subject },
    indicator: indicatorId,
    mineral,
    product,
    basis,
    period,
    quantity,
    absence,
    method,
    boundary: cells.optional('boundary'),
    verification,
    uncertainty,
    publication,
    tier: null,
    sensitivity: null,
  };
}

function readIndicator(cells: Cells, indicators: ReadonlyMap<string, IndicatorRow>): IndicatorRow | null {
  const id = cells.required('indicator');
  const indicator = indicators.get(id) ?? null;
  if (id !== '' && indicator === null) {
    cells.outcome.reject('NOT_IN_LIST', 'indicator', id, 'no indicator of the catalogue');
  }
  return indicator;
}

function readQuantity(cells: Cells, indicator: IndicatorRow, written: string): StagedQuantity | null {
  const unit = cells.required('unit');
  if (unit === '') return null;
  if (!sameDimension(unit, indicator.unit)) {
    const hint = `\`${indicator.indicatorId}\` is measured in \`${indicator.unit}\` or a unit that converts to it`;
    cells.outcome.reject(unitOf(unit) === null ? 'UNKNOWN_UNIT' : 'UNIT_DOES_NOT_FIT', 'unit', unit, hint);
    return null;
  }
  const original = { originalValue: written, originalUnit: unit };
  if (indicator.valueType === 'ENUM') return { value: written, unit, ...original };
  const parse = indicator.valueType === 'INTEGER' ? parseInteger : parseDecimal;
  const number = cells.checked('value', 'NOT_A_NUMBER', parse, written);
  if (number === null) return null;
  const { value, unit: storedUnit } = storedAs(number, unit, indicator.unit);
  const bounded = cells.checked(
    'value',
    'OUT_OF_BOUNDS',
    (text) => checkBounds(text, indicator.minimum, indicator.maximum),
    value,
  );
  return bounded === null ? null : { value: bounded, unit: storedUnit, ...original };
}

/** In the indicator's unit where that is one to convert to; an incident rate keeps its own base. */
function storedAs(value: string, unit: string, indicatorUnit: string): { value: string; unit: string } {
  const converted = convert(value, unit, indicatorUnit);
  return converted.ok ? { value: converted.value, unit: indicatorUnit } : { value, unit };
}

function readPublication(cells: Cells, today: string): Publication | null {
  const sourceUrl = cells.optional('sourceUrl');
  const publishedAt = cells.checked('publishedAt', 'NOT_A_DATE', checkDate);
  if (sourceUrl === null && cells.optional('publishedAt') === null) return null;
  if (sourceUrl === null || publishedAt === null) {
    cells.outcome.reject('MISSING_VALUE', sourceUrl === null ? 'sourceUrl' : 'publishedAt', '', 'give both or neither');
    return null;
  }
  if (!/^https?:\/\/[^\s/]+/.test(sourceUrl)) {
    cells.outcome.reject('INVALID_IDENTIFIER', 'sourceUrl', sourceUrl, 'give a web address');
  }
  if (publishedAt > today) cells.outcome.reject('OUT_OF_BOUNDS', 'publishedAt', publishedAt, 'not yet published');
  return { citation: sourceUrl, sourceUrl, publishedAt };
}
