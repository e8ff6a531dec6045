import { bandOf } from '../../../src/modules/statistics/components';

const groups = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ unit: `u${at}`, knownTo: [`g${at}`], isProtected: true }));

test("the reader's own group is left out of the number of contributors, whoever reads (A1)", () => {
  // Five besides the reader take six; ten groups are nine to each of them.
  expect([5, 6, 10, 11, 20, 21, 50, 51].map((count) => bandOf(groups(count)))).toEqual([
    null,
    '5-9',
    '5-9',
    '10-19',
    '10-19',
    '20-49',
    '20-49',
    '50+',
  ]);
});

test('a group with a joint venture is left out with it, and an insider by standing never counted', () => {
  const venture = { unit: 'venture', knownTo: ['g0', 'g1'], isProtected: true };
  expect(bandOf([...groups(5), venture])).toBeNull();
  expect(bandOf([...groups(6), venture])).toBe('5-9');
  expect(bandOf([...groups(5), { unit: 'new', knownTo: ['n'], isProtected: false }])).toBeNull();
});
