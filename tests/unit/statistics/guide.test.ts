import { readFileSync } from 'node:fs';
import { guideText, readRegistry, statisticsGuide } from '../../../src/modules/statistics';

test('the text in git is what the numbers in force make of it', () => {
  expect(readFileSync('STATISTICS.md', 'utf8')).toBe(guideText(readRegistry()));
});

test('a number that changes shows in the page, and a table that is registered stands in it', () => {
  const registry = readRegistry();
  const stricter = { ...registry, thresholds: { ...registry.thresholds, minimumContributors: 7, pPercent: 15 } };
  const words = JSON.stringify(statisticsGuide(stricter));
  expect(words).toContain('fewer than 7 ownership groups');
  expect(words).toContain('to within 15 %');
  for (const { title } of registry.tables) expect(words).toContain(title);
});
