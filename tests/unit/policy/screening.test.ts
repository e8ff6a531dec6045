import { parseScreeningRules, screeningRules } from '../../../src/modules/demands/screening';
import { plainForm, screenText } from '../../../src/policy/screening';

const screen = (text: string): string => screenText(text, screeningRules()).join(',');

describe('free text to an audience with competitors', () => {
  test.each([
    ['needed for our 2027 volume of 12 kt at 5 % rebate', 'VOLUME,PRICE'],
    ['at 5 % discount', 'PRICE'],
    ['AT 5% DIS\u0441OUNT', 'PRICE'],
    ['d i s c o u n t as agreed', 'PRICE'],
    ['d.i.s.c.o.u.n.t', 'PRICE'],
    ['con un descuento del 3 por ciento', 'PRICE'],
    ['mit 3 Prozent Nachlass', 'PRICE'],
    ['avec une remise', 'PRICE'],
    ['5 % 折扣', 'PRICE'],
    ['we pay USD 400 more', 'PRICE'],
    ['we need 2,500 tonnes by spring', 'VOLUME'],
    ['for the whole offtake', 'VOLUME'],
    ['you would be our exclusive supplier', 'CONTRACT'],
    ['payment terms net 60', 'CONTRACT'],
    ['we will switch to other suppliers next year', 'FUTURE_INTENT'],
    ['all members should stop buying from them', 'FUTURE_INTENT'],
  ])('%s breaks %s', (text, rules) => expect(screen(text)).toBe(rules));

  test.each([
    'RMAP conformance or an equivalent, with the latest report',
    'reduce scope 1 emissions by 30 % until 2030',
    'report water withdrawn in ML and 12 kt CO2e as absolute emissions',
    'at most 4 t CO2e per tonne of metal, verified by a third party',
    'we will review your answer within 30 days',
    'needed under EU 2023/1542 article 52; our report is due in June',
    'tailings facilities by consequence class',
  ])('%s is a requirement and passes', (text) => expect(screen(text)).toBe(''));

  test.each([...'аеорсухіјѕкмтвнαεορικντυ'].map((letter, index) => [letter, 'aeopcyxijskmtbhaeopikvtu'[index]]))(
    'the letter %s reads as %s',
    (letter, latin) => expect(plainForm(`x${letter}x`)).toBe(`x${latin}x`),
  );

  test('a normal form has neither accents nor outer or double blanks', () => {
    expect(plainForm('  Été \t\n À  propos ')).toBe('ete a propos');
  });

  test('rules are named in the order in which the text breaks them, each by its first place', () => {
    const rules = [
      { name: 'LATE', patterns: [/zzz/, /late/] },
      { name: 'EARLY', patterns: [/first/, /last/] },
    ];
    expect(screenText('first late last', rules)).toEqual(['EARLY', 'LATE']);
    expect(screenText('late first', rules)).toEqual(['LATE', 'EARLY']);
  });

  test('a screening without its normal form misses what only looks different, so the form matters', () => {
    const raw = (text: string): boolean =>
      screeningRules().some(({ patterns }) => patterns.some((each) => each.test(text)));
    expect(raw('d i s c o u n t')).toBe(false);
    expect(raw(plainForm('d i s c o u n t'))).toBe(true);
  });

  test('a file without rules or with a broken pattern stops the start', () => {
    expect(() => parseScreeningRules('source: x')).toThrow('no rules');
    expect(() => parseScreeningRules('rules: { PRICE: [] }')).toThrow('no pattern');
    expect(() => parseScreeningRules('rules: { PRICE: ["("] }')).toThrow(SyntaxError);
  });
});
