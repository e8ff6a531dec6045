import { parseContextHeaders } from '../../../src/identity';
import { rules } from './people';

const parse = (headers: Record<string, string | string[]>): ReturnType<typeof parseContextHeaders> =>
  parseContextHeaders(headers, rules.purposes);

test('headers left out state nothing', () => {
  expect(parse({})).toEqual({ purpose: null, initiative: null, desk: null, locale: null });
});

test('headers that hold are taken as they are', () => {
  const headers = {
    'sluice-purpose': 'OWN_SUPPLY_CHAIN',
    'sluice-initiative': 'initiative_0a1b2c',
    'sluice-desk': 'buying',
    'accept-language': 'es-CL',
  };
  expect(parse(headers)).toEqual({
    purpose: 'OWN_SUPPLY_CHAIN',
    initiative: 'initiative_0a1b2c',
    desk: 'buying',
    locale: 'es-CL',
  });
});

test('every fault is told at once, with the closed list', () => {
  const attempt = (): unknown =>
    parse({ 'sluice-purpose': 'CURIOSITY', 'sluice-initiative': 'a b', 'sluice-desk': '' });
  expect(attempt).toThrow(
    expect.objectContaining({
      code: 'VALIDATION',
      issues: [
        { path: ['headers', 'Sluice-Purpose'], rule: 'CONTEXT.HEADER', hint: expect.stringContaining('DUE_DILIGENCE') },
        { path: ['headers', 'Sluice-Initiative'], rule: 'CONTEXT.HEADER', hint: 'give the id of one initiative' },
        { path: ['headers', 'Sluice-Desk'], rule: 'CONTEXT.HEADER', hint: 'give the key of one desk' },
      ],
    }),
  );
});

test.each([
  ['in other case', 'due_diligence'],
  ['empty', ''],
  ['two by comma', 'DUE_DILIGENCE, RESEARCH'],
  ['two headers', ['DUE_DILIGENCE', 'RESEARCH']],
  ['in a list of one', ['DUE_DILIGENCE']],
  ['a name of every object', 'constructor'],
])('a purpose %s is none', (_name, value) => {
  expect(() => parse({ 'sluice-purpose': value })).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
});

test.each([
  ['de', 'de'],
  ['en;q=0.3, fr-CD;q=0.9, de;q=0.1', 'fr-CD'],
  ['*, es;q=0.5', 'es'],
  ['xx-not-a-tag-at-all, pt', 'pt'],
  ['es;q=0', null],
  ['es;q=abc', null],
  ['', null],
  ['*', null],
  [`${'en,'.repeat(100)}de`, null],
])('of the languages `%s` the hub takes %p', (header, locale) => {
  expect(parse({ 'accept-language': header }).locale).toBe(locale);
});
