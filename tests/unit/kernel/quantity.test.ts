import fc from 'fast-check';
import {
  add,
  checkBounds,
  compare,
  divide,
  multiply,
  parseDecimal,
  parseInteger,
  roundToDecimalPlaces,
  roundToSignificantDigits,
  scaleBy,
  subtract,
} from '../../../src/kernel/quantity';

const CANONICAL = /^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/;

/** Any admitted decimal: up to 24 digits on either side of the dot. */
const anyDecimal = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^\d{1,24}$/), fc.stringMatching(/^\d{0,24}$/))
  .map(([sign, whole, fraction]) => sign + whole + (fraction === '' ? '' : `.${fraction}`));

const anyCanonical = anyDecimal.map((text) => {
  const parsed = parseDecimal(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.code}`);
  return parsed.value;
});

/** Exact comparison by whole numbers, sharing nothing with the code it judges. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(60, '0'));
  return text.startsWith('-') ? -digits : digits;
}

describe('decimal text', () => {
  it.each([
    ['1250.4', '1250.4'],
    ['1250.40', '1250.4'],
    ['007', '7'],
    ['+3', '3'],
    ['-0', '0'],
    ['0.000', '0'],
    ['-0.50', '-0.5'],
    ['1e3', '1000'],
    ['1.25E-3', '0.00125'],
    ['0.1', '0.1'],
    ['123456789012345678901234.5', '123456789012345678901234.5'],
  ])('%s reads as %s', (text, value) => {
    expect(parseDecimal(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['1,250', 'SEPARATOR'],
    ['1 250', 'SEPARATOR'],
    ['1\u202f250', 'SEPARATOR'],
    ["1'250", 'SEPARATOR'],
    ['1_250', 'SEPARATOR'],
    ['1.250.000', 'SEPARATOR'],
    ['1.250,5', 'SEPARATOR'],
    ['NaN', 'FORMAT'],
    ['Infinity', 'FORMAT'],
    ['-Infinity', 'FORMAT'],
    ['0x1F', 'FORMAT'],
    ['0b11', 'FORMAT'],
    ['', 'FORMAT'],
    [' ', 'FORMAT'],
    ['.5', 'FORMAT'],
    ['--1', 'FORMAT'],
    ['1-', 'FORMAT'],
    ['12 t', 'FORMAT'],
    ['١٢', 'FORMAT'],
    ['1e400', 'FORMAT'],
    ['1e16', 'RANGE'],
    ['1e-16', 'RANGE'],
    ['1234567890123456789012345', 'RANGE'],
    ['0.1234567890123456789012345', 'RANGE'],
    ['1'.repeat(1_000_000), 'RANGE'],
  ])('%.40s is %s', (text, code) => {
    expect(parseDecimal(text)).toMatchObject({ ok: false, error: { code } });
  });

  it('5. reads nothing into a dot without digits', () => {
    expect(parseDecimal('5.').ok).toBe(false);
  });

  it('is canonical, keeps the value, and reads again as itself', () => {
    fc.assert(
      fc.property(anyDecimal, (text) => {
        const parsed = parseDecimal(text);
        if (!parsed.ok) throw new Error(parsed.error.code);
        expect(parsed.value).toMatch(CANONICAL);
        expect(scaled(parsed.value)).toBe(scaled(text));
        expect(parseDecimal(parsed.value)).toEqual(parsed);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => typeof parseDecimal(text).ok === 'boolean'));
  });
});

describe('counts and bounds', () => {
  it('counts are whole', () => {
    expect(parseInteger('3.0')).toEqual({ ok: true, value: '3' });
    expect(parseInteger('3.5')).toMatchObject({ error: { code: 'NOT_INTEGER' } });
    expect(parseInteger('three')).toMatchObject({ error: { code: 'FORMAT' } });
  });

  it('bounds are inclusive and may be open', () => {
    expect(checkBounds('0', '0', '100').ok).toBe(true);
    expect(checkBounds('100', '0', '100').ok).toBe(true);
    expect(checkBounds('-0.0001', '0', null)).toMatchObject({ error: { code: 'BOUNDS' } });
    expect(checkBounds('100.0000000000000000000001', '0', '100')).toMatchObject({ error: { code: 'BOUNDS' } });
    expect(checkBounds('99999999', null, null).ok).toBe(true);
  });
});

describe('arithmetic', () => {
  it('has no binary fractions', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(multiply('1.1', '1.1')).toBe('1.21');
    expect(subtract('0.3', '0.1')).toBe('0.2');
  });

  it('adds, subtracts, multiplies and compares exactly', () => {
    fc.assert(
      fc.property(anyCanonical, anyCanonical, (a, b) => {
        expect(scaled(add(a, b))).toBe(scaled(a) + scaled(b));
        expect(subtract(add(a, b), b)).toBe(a);
        expect(multiply(a, b)).toBe(multiply(b, a));
        expect(compare(a, b)).toBe(scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0);
        expect(scaleBy(multiply(a, '8'), '1', '8')).toBe(a);
      }),
    );
  });

  it('divides exactly where the quotient ends, else to 34 digits', () => {
    expect(divide('1', '8')).toBe('0.125');
    expect(divide('1', '3')).toBe(`0.${'3'.repeat(34)}`);
    expect(divide('2', '3')).toBe(`0.${'6'.repeat(33)}7`);
    expect(divide('1', '7')).toBe('0.1428571428571428571428571428571429');
    expect(() => divide('1', '0')).toThrow(RangeError);
  });

  it('rounds to significant digits and places, half away from zero', () => {
    expect(roundToSignificantDigits('123456', 3)).toBe('123000');
    expect(roundToSignificantDigits('0.0012345', 3)).toBe('0.00123');
    expect(roundToSignificantDigits('0.8351', 2)).toBe('0.84');
    expect(roundToSignificantDigits('-2.5', 1)).toBe('-3');
    expect(roundToDecimalPlaces('-22.28', 1)).toBe('-22.3');
    expect(roundToDecimalPlaces('-0.04', 1)).toBe('0');
  });
});
