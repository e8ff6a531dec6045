import type { Fault } from './fault';
import { scaleBy, type DecimalText } from './quantity';
import { err, ok, type Result } from './result';

/** What may be converted into what. Wet mass is no mass: the moisture is not known. */
export type Dimension =
  | 'MASS'
  | 'WET_MASS'
  | 'CO2E_MASS'
  | 'CO2E_PER_MASS'
  | 'CO2E_PER_DECLARED_UNIT'
  | 'ENERGY'
  | 'VOLUME'
  | 'AREA'
  | 'TIME'
  | 'FRACTION'
  | 'COUNT'
  | 'INCIDENT_RATE'
  | 'MONEY_USD'
  | 'ENUM';

export interface Unit {
  /** As written in `reference/indicators.csv`. */
  readonly code: string;
  readonly dimension: Dimension;
  /**
   * How many of the dimension's base unit one of this is, exactly, as a fraction of two decimals. Null when it cannot
   * be converted: `per base hours` names no base, `enum` is no number.
   */
  readonly inBaseUnits: { readonly numerator: DecimalText; readonly denominator: DecimalText } | null;
}

export type UnitFaultCode = 'UNKNOWN_UNIT' | 'DIMENSION' | 'BASE_MISSING';
export type UnitFault = Fault<UnitFaultCode>;

type Row = readonly [code: string, numerator: DecimalText | null, denominator?: DecimalText];

/**
 * Code and factor to the base unit, per dimension. Exact by definition: the pound is 0.45359237 kg (1959 agreement),
 * the troy ounce 31.1034768 g, the metric carat 0.2 g, the kilowatt hour 3.6 MJ.
 */
const table: readonly (readonly [Dimension, readonly Row[]])[] = [
  [
    'MASS',
    [
      ['kg', '1'],
      ['g', '0.001'],
      ['t', '1000'],
      ['kt', '1000000'],
      ['Mt', '1000000000'],
      ['lb', '0.45359237'],
      ['klb', '453.59237'],
      ['Mlb', '453592.37'],
      ['Blb', '453592370'],
      ['ozt', '0.0311034768'],
      ['koz', '31.1034768'],
      ['Moz', '31103.4768'],
      ['carat', '0.0002'],
      ['kcarat', '0.2'],
      ['Mcarat', '200'],
    ],
  ],
  [
    'WET_MASS',
    [
      ['t wet', '1'],
      ['kt wet', '1000'],
      ['Mt wet', '1000000'],
    ],
  ],
  [
    'CO2E_MASS',
    [
      ['t CO2e', '1'],
      ['g CO2e', '0.000001'],
      ['kg CO2e', '0.001'],
      ['kt CO2e', '1000'],
      ['Mt CO2e', '1000000'],
    ],
  ],
  [
    'CO2E_PER_MASS',
    [
      ['t CO2e/t', '1'],
      ['kg CO2e/kg', '1'],
      ['g CO2e/g', '1'],
      ['kg CO2e/t', '0.001'],
      ['g CO2e/kg', '0.001'],
      ['t CO2e/kt', '0.001'],
      ['kg CO2e/ozt', '1', '0.0311034768'],
      ['t CO2e/ozt', '1000', '0.0311034768'],
      ['kg CO2e/lb', '1', '0.45359237'],
    ],
  ],
  [
    'CO2E_PER_DECLARED_UNIT',
    [
      ['kg CO2e/declared unit', '1'],
      ['g CO2e/declared unit', '0.001'],
      ['t CO2e/declared unit', '1000'],
    ],
  ],
  [
    'ENERGY',
    [
      ['GJ', '1'],
      ['kJ', '0.000001'],
      ['MJ', '0.001'],
      ['TJ', '1000'],
      ['PJ', '1000000'],
      ['kWh', '0.0036'],
      ['MWh', '3.6'],
      ['GWh', '3600'],
      ['TWh', '3600000'],
    ],
  ],
  [
    'VOLUME',
    [
      ['m3', '1'],
      ['L', '0.001'],
      ['kL', '1'],
      ['ML', '1000'],
      ['GL', '1000000'],
    ],
  ],
  [
    'AREA',
    [
      ['ha', '1'],
      ['m2', '0.0001'],
      ['km2', '100'],
    ],
  ],
  [
    'TIME',
    [
      ['h', '1'],
      ['day', '24'],
    ],
  ],
  [
    'FRACTION',
    [
      ['ratio', '1'],
      ['%', '0.01'],
    ],
  ],
  ['COUNT', [['count', '1']]],
  [
    'INCIDENT_RATE',
    [
      ['per base hours', null],
      ['per 200000 h', '1', '200000'],
      ['per 1000000 h', '1', '1000000'],
    ],
  ],
  ['MONEY_USD', [['USD', '1']]],
  ['ENUM', [['enum', null]]],
];

const unitsByCode: ReadonlyMap<string, Unit> = new Map(
  table.flatMap(([dimension, rows]) =>
    rows.map(([code, numerator, denominator = '1']): [string, Unit] => [
      code,
      { code, dimension, inBaseUnits: numerator === null ? null : { numerator, denominator } },
    ]),
  ),
);

/** Exact spelling only: `mt` is no `Mt`. Null when there is no such unit. */
export function unit(code: string): Unit | null {
  return unitsByCode.get(code) ?? null;
}

/** Every unit known, for hints and tests. */
export function allUnits(): readonly Unit[] {
  return [...unitsByCode.values()];
}

/** False also when either unit is not known. */
export function sameDimension(a: string, b: string): boolean {
  const dimension = unit(a)?.dimension;
  return dimension !== undefined && dimension === unit(b)?.dimension;
}

/**
 * Converts within one dimension; the caller keeps the original value and unit (`domain.md` 1).
 * @returns canonical decimal text, exact where the quotient ends, else 34 significant digits; UNKNOWN_UNIT, DIMENSION,
 * or BASE_MISSING for an incident rate that does not say per how many hours.
 */
export function convert(value: DecimalText, from: string, to: string): Result<DecimalText, UnitFault> {
  const [source, target] = [unit(from), unit(to)];
  if (source === null || target === null) {
    return err({ code: 'UNKNOWN_UNIT', hint: `no such unit as \`${source === null ? from : to}\`` });
  }
  if (source.dimension !== target.dimension) {
    return err({ code: 'DIMENSION', hint: `\`${from}\` cannot be converted to \`${to}\`` });
  }
  if (from === to) return ok(value);
  if (source.inBaseUnits === null || target.inBaseUnits === null) {
    return err({ code: 'BASE_MISSING', hint: 'say per how many hours: `per 200000 h` or `per 1000000 h`' });
  }
  const numerator = scaleBy(source.inBaseUnits.numerator, target.inBaseUnits.denominator, '1');
  const denominator = scaleBy(source.inBaseUnits.denominator, target.inBaseUnits.numerator, '1');
  return ok(scaleBy(value, numerator, denominator));
}
