import fc from 'fast-check';
import { unitOfSpelling } from '../../../src/kernel/unitSpelling';
import { allUnits, convert, sameDimension, unit } from '../../../src/kernel/units';
import { loadCatalogue } from '../../../src/modules/reference';

const convertible = allUnits().filter((each) => each.inBaseUnits !== null);
const valueOf = (value: string, from: string, to: string) => {
  const converted = convert(value, from, to);
  return converted.ok ? converted.value : converted.error.code;
};

describe('units', () => {
  it('know every unit of the indicators', () => {
    const unknown = loadCatalogue().indicators.filter((row) => unit(row.unit) === null);
    expect(unknown).toEqual([]);
  });

  it('are spelt exactly: a megatonne is no millitonne', () => {
    expect(unit('Mt')?.dimension).toBe('MASS');
    expect(unit('mt')).toBeNull();
    expect(unit('constructor')).toBeNull();
    expect(new Set(allUnits().map((each) => each.code)).size).toBe(allUnits().length);
  });

  it.each([
    ['1', 't', 'kg', '1000'],
    ['1', 'lb', 'kg', '0.45359237'],
    ['2204.62', 'lb', 't', '0.9999988107494'],
    ['1000', 'ozt', 'kg', '31.1034768'],
    ['1', 'koz', 't', '0.0311034768'],
    ['5', 'carat', 'g', '1'],
    ['1', 'MWh', 'GJ', '3.6'],
    ['1250.4', 'ML', 'm3', '1250400'],
    ['1', 'GL', 'ML', '1000'],
    ['1', 'km2', 'ha', '100'],
    ['2', 'day', 'h', '48'],
    ['45', '%', 'ratio', '0.45'],
    ['3.5', 't CO2e/t', 'kg CO2e/kg', '3.5'],
    ['5200', 'g CO2e/declared unit', 'kg CO2e/declared unit', '5.2'],
    ['1', 'kt CO2e', 't CO2e', '1000'],
    ['0.84', 'per 200000 h', 'per 1000000 h', '4.2'],
    ['4.2', 'per 1000000 h', 'per 200000 h', '0.84'],
    ['31.1034768', 'kg CO2e/ozt', 't CO2e/t', '1000'],
  ])('%s %s in %s is %s', (value, from, to, expected) => {
    expect(valueOf(value, from, to)).toBe(expected);
  });

  it.each([
    ['t', 't CO2e'],
    ['t', 't wet'],
    ['ML', 't'],
    ['USD', 'count'],
    ['t CO2e/t', 'kg CO2e/declared unit'],
    ['%', 'count'],
  ])('%s and %s are of different dimensions', (from, to) => {
    expect(sameDimension(from, to)).toBe(false);
    expect(valueOf('1', from, to)).toBe('DIMENSION');
  });

  it('an incident rate without its base converts to nothing', () => {
    expect(sameDimension('per base hours', 'per 200000 h')).toBe(true);
    expect(valueOf('1', 'per base hours', 'per 200000 h')).toBe('BASE_MISSING');
    expect(valueOf('1', 'per 200000 h', 'per base hours')).toBe('BASE_MISSING');
  });

  it('a unit nobody knows is named', () => {
    expect(convert('1', 't', 'stone')).toMatchObject({
      error: { code: 'UNKNOWN_UNIT', hint: 'no such unit as `stone`' },
    });
    expect(sameDimension('stone', 'stone')).toBe(false);
  });

  it('a conversion and back gives the value, and factors multiply along the way', () => {
    const anyUnit = fc.constantFrom(...convertible);
    const anyValue = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => String(thousandths / 1000));
    fc.assert(
      fc.property(anyUnit, anyUnit, anyValue, (from, to, value) => {
        fc.pre(from.dimension === to.dimension);
        const there = valueOf(value, from.code, to.code);
        const back = Number(valueOf(there, to.code, from.code));
        expect(Math.abs(back - Number(value))).toBeLessThanOrEqual(Math.abs(Number(value)) * 1e-12);
      }),
    );
  });
});

describe('spellings in public registers', () => {
  const code = (text: string, assumptions = {}) => {
    const found = unitOfSpelling(text, assumptions);
    return found.ok ? found.value.code : found.error.code;
  };

  it.each([
    ['kt', 'kt'],
    ['Kt', 'kt'],
    ['ktonnes', 'kt'],
    ['thousand tonnes', 'kt'],
    ['000s tonnes', 'kt'],
    ['000 metric tons', 'kt'],
    ['thousand metric tons', 'kt'],
    ['million tonnes', 'Mt'],
    ['million metric tons', 'Mt'],
    ['tonnes', 't'],
    ['Tonnes', 't'],
    ['metric tonnes', 't'],
    ['metric tons', 't'],
    ['DMT', 't'],
    ['kwmt', 'kt wet'],
    ['wet metric tonnes', 't wet'],
    ['thousand wet metric tonnes', 'kt wet'],
    ['kilograms', 'kg'],
    ['Kg', 'kg'],
    ['million pounds', 'Mlb'],
    ['millions of pounds', 'Mlb'],
    ['millions lbs', 'Mlb'],
    ['million recoverable pounds', 'Mlb'],
    ['billion pounds', 'Blb'],
    ['000 lbs', 'klb'],
    ['Klbs', 'klb'],
    ['thousands of pounds', 'klb'],
    ['pounds', 'lb'],
    ['troy ounces', 'ozt'],
    ['troy oz', 'ozt'],
    ['fine ounces', 'ozt'],
    ['000 troy oz', 'koz'],
    ['kozt', 'koz'],
    ['Kozt', 'koz'],
    ['million troy ounces', 'Moz'],
    ['000 carats', 'kcarat'],
  ])('%s is %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it.each([
    ['ounces', 'ozt', { ouncesAreTroy: true }],
    ['oz', 'ozt', { ouncesAreTroy: true }],
    ['000 ounces', 'koz', { ouncesAreTroy: true }],
    ['Koz', 'koz', { ouncesAreTroy: true }],
    ['thousand recoverable ounces', 'koz', { ouncesAreTroy: true }],
    ['tons', 't', { tonsAreMetric: true }],
    ['million dry tons', 'Mt', { tonsAreMetric: true }],
  ])('%s could be two units, and is %s only if the reader says so', (text, expected, assumptions) => {
    expect(code(text)).toBe('AMBIGUOUS_UNIT');
    expect(code(text, assumptions)).toBe(expected);
  });

  it('mt is read as tonne and as megatonne, whoever asks', () => {
    expect(code('mt', { tonsAreMetric: true, ouncesAreTroy: true })).toBe('AMBIGUOUS_UNIT');
  });

  it.each(['', 'thousand', 'bags', 'million', 'k', 'billion tonnes', 'constructor'])('`%s` is no unit', (text) => {
    expect(code(text)).toBe('UNKNOWN_UNIT');
  });
});
