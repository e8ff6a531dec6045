import fc from 'fast-check';
import { FingerprintTable } from '../../../src/modules/exchange/fingerprintTable';

test('answers as a plain map of keys to values would, across its growth', () => {
  const pair = fc.tuple(fc.integer({ max: 300, min: 0 }).map(String), fc.constantFrom('1', '2'));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 600 }), (pairs) => {
      const table = new FingerprintTable(4);
      const values = new Map<string, Set<string>>();
      for (const [key, value] of pairs) {
        table.note(key, value);
        values.set(key, (values.get(key) ?? new Set()).add(value));
      }
      const answers = [...values].map(([key]) => [table.isConflicting(key), table.take(key), table.take(key)]);
      expect(answers).toEqual([...values.values()].map((known) => [known.size > 1, true, false]));
      expect(table.isConflicting('never noted')).toBe(false);
      expect([table.take('never noted'), table.take('never noted')]).toEqual([true, false]);
    }),
    { numRuns: 50 },
  );
});

test('two hundred thousand keys are all told apart', () => {
  const table = new FingerprintTable();
  let taken = 0;
  for (let index = 0; index < 200_000; index += 1) if (table.take(`site ${index}|2020`)) taken += 1;
  expect(taken).toBe(200_000);
});
