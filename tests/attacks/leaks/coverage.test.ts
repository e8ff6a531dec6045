import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channels } from './coverage';

test('every known way to leak stands in the table once', () => {
  expect(channels.map((each) => each.number)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
});

test('each has a test, or says what it waits for and which issue brings it', () => {
  const bare = channels.filter(({ tests, waits }) => tests.length === 0 && !/issue [2-5]/.test(waits ?? ''));
  expect(bare).toEqual([]);
});

test.each(channels.flatMap(({ number, tests }) => tests.map(([file, title]) => [number, file, title] as const)))(
  'way %i: %s has the test `%s`',
  (_number, file, title) => {
    // titles may be broken over lines
    const text = readFileSync(join('tests', file), 'utf8').replace(/\s+/g, ' ');
    expect(text.includes(title) || text.replaceAll('\\', '').includes(title)).toBe(true);
  },
);
