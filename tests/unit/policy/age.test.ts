import { ageAt } from '../../../src/policy/age';

const months = { threeMonths: 3, twelveMonths: 12 };

test.each([
  ['2026-07-02', 'FUTURE'],
  ['2026-07-01', 'RECENT'],
  ['2026-04-02', 'RECENT'],
  ['2026-04-01', 'THREE_MONTHS'],
  ['2025-07-02', 'THREE_MONTHS'],
  ['2025-07-01', 'TWELVE_MONTHS'],
  ['2020-01-01', 'TWELVE_MONTHS'],
])('a period that ended before %s is %s on the first of July', (periodEnd, age) => {
  expect(ageAt(periodEnd, '2026-07-01', months)).toBe(age);
});

test('the ages begin at the months of the law', () => {
  const law = { threeMonths: 1, twelveMonths: 2 };
  expect(['2026-06-02', '2026-06-01', '2026-05-01'].map((end) => ageAt(end, '2026-07-01', law))).toEqual([
    'RECENT',
    'THREE_MONTHS',
    'TWELVE_MONTHS',
  ]);
});
