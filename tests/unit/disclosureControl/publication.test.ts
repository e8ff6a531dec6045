import fc from 'fast-check';
import { bandMiddle, priorDeviation, publicBand } from '../../../src/disclosureControl/bands';
import { clusterFloor } from '../../../src/disclosureControl/clusterFloor';
import { countRange } from '../../../src/disclosureControl/countBands';
import { countsAsContributor, monthsBetween, oldEnough } from '../../../src/disclosureControl/eligibility';
import { contributorBand, roundSignificant } from '../../../src/disclosureControl/rounding';
import { thresholdsFrom } from '../../../src/disclosureControl/thresholds';
import { judgeVintage, type VintageRules } from '../../../src/disclosureControl/vintages';
import { thresholds } from './support/thresholds';

describe('rounding and bands (A11)', () => {
  it.each([
    [0, 0],
    [1234.5, 1230],
    [0.00123456, 0.00123],
    [-98_765, -98_800],
    [999.6, 1000],
    [1.005, 1.01],
    [2.675, 2.68],
  ])('publishes %p as %p', (value, published) => {
    expect(roundSignificant(value, thresholds.significantFigures)).toBe(published);
  });

  it('publishes contributor counts in bands and nothing below five', () => {
    expect([4, 5, 9, 10, 19, 20, 49, 50, 500].map(contributorBand)).toEqual([
      undefined,
      '5-9',
      '5-9',
      '10-19',
      '10-19',
      '20-49',
      '20-49',
      '50+',
      '50+',
    ]);
  });

  it('takes the widest band where no public source is cited, and half its middle as the deviation', () => {
    const bands = [
      { lower: 0, upper: 10 },
      { lower: 10, upper: 100 },
      { lower: 100, upper: 1000 },
    ];
    expect(publicBand(bands, 1)).toEqual({ lower: 10, upper: 100 });
    expect(publicBand(bands, undefined)).toEqual({ lower: 0, upper: 1000 });
    expect(bandMiddle({ lower: 10, upper: 100 })).toBe(55);
    expect(priorDeviation({ lower: 10, upper: 100 })).toBe(27.5);
  });

  it('never publishes a count that says of anybody whether the attribute holds', () => {
    const population = fc.integer({ min: 0, max: 400 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size)));
    fc.assert(
      fc.property(population, ([size, count]) => {
        const range = countRange(count, size, 5);
        if (range === undefined) {
          expect(size).toBeLessThan(9);
          return;
        }
        expect(range.from).toBeLessThanOrEqual(count);
        expect(range.to).toBeGreaterThanOrEqual(count);
        expect(range.to - range.from + 1).toBeGreaterThanOrEqual(5);
        expect(range.to).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('thresholds', () => {
  it('names every threshold that is missing or no number, and has no defaults', () => {
    const attempt = (): unknown => thresholdsFrom({ statistics: { pPercent: { value: 'ten' } } });
    expect(attempt).toThrow('input not valid');
    expect(() => thresholdsFrom(null)).toThrow('input not valid');
  });
});

describe('who and what is admitted', () => {
  it('counts whole calendar months', () => {
    expect(monthsBetween('2026-01-15', '2026-04-14')).toBe(2);
    expect(monthsBetween('2026-01-15', '2026-04-15')).toBe(3);
    expect(monthsBetween('2025-11-30', '2026-02-28')).toBe(3);
    expect(monthsBetween('2026-05-01', '2026-04-01')).toBe(-1);
  });

  it('admits inputs three months after their period and plans never', () => {
    expect(oldEnough('2026-01-01', '2026-04-01', thresholds.dataAgeMonthsMin)).toBe(true);
    expect(oldEnough('2026-01-01', '2026-03-31', thresholds.dataAgeMonthsMin)).toBe(false);
    expect(oldEnough('FORWARD_LOOKING', '2026-04-01', thresholds.dataAgeMonthsMin)).toBe(false);
  });

  it('takes new, unverified and affiliated members for insiders', () => {
    const member = { memberSince: '2025-04-01', verified: true, affiliatedWithAsker: false };
    expect(countsAsContributor(member, '2026-04-01', 12)).toBe(true);
    expect(countsAsContributor(member, '2026-03-31', 12)).toBe(false);
    expect(countsAsContributor({ ...member, verified: false }, '2026-04-01', 12)).toBe(false);
    expect(countsAsContributor({ ...member, affiliatedWithAsker: true }, '2026-04-01', 12)).toBe(false);
  });
});

describe('vintages (A4)', () => {
  const cell = (key: string, entries: [string, number][]) => ({ key, contributions: new Map(entries) });
  const base = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((unit): [string, number] => [unit, 10]);
  const rules = { changedContributorsMin: 5, colludingInsiders: 2 };
  const withChanged = (count: number): [string, number][] =>
    base.map(([unit, value], position) => [unit, position < count ? value + 1 : value]);

  it.each([
    [0, true],
    [1, false],
    [4, false],
    [5, true],
    [7, true],
  ])('with %i units changed, publishable is %p', (changed, publishable) => {
    const verdict = judgeVintage([cell('x', base)], [cell('x', withChanged(changed))], rules);
    expect(verdict.publishable).toBe(publishable);
  });

  it('counts a joiner and a leaver, and withholds the vintage as a whole', () => {
    const later = [cell('x', withChanged(6)), cell('y', [...base, ['new', 3]])];
    expect(judgeVintage([cell('x', base), cell('y', base)], later, rules)).toEqual({
      publishable: false,
      tooFewChanged: ['y'],
    });
    expect(judgeVintage([cell('x', base)], [cell('x', base.slice(1))], rules).publishable).toBe(false);
    expect(judgeVintage([cell('x', base)], [], rules).publishable).toBe(true);
  });
});

describe('whose changes count for a vintage (A4)', () => {
  const cell = (contributions: ReadonlyMap<string, number>) => [{ key: 'x', contributions }];
  const units = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const earlier = cell(new Map(units.map((unit) => [unit, 10])));
  const later = (changed: string) => cell(new Map(units.map((unit) => [unit, changed.includes(unit) ? 11 : 10])));
  const publishable = (changed: string, more: Partial<VintageRules>): boolean =>
    judgeVintage(earlier, later(changed), { changedContributorsMin: 5, colludingInsiders: 2, ...more }).publishable;

  it('not those of units that everybody knows', () => {
    expect(publishable('abcde', { known: new Set(['a']) })).toBe(false);
    expect(publishable('abcdef', { known: new Set(['a']) })).toBe(true);
    expect(publishable('a', { known: new Set(['a']) })).toBe(true);
  });

  it('not those that the two best informed groups know between them, beyond one each', () => {
    const knownTo = new Map(['a', 'b', 'c'].map((unit) => [unit, [unit, 'partner']]));
    expect(publishable('abcde', { knownTo })).toBe(false);
    expect(publishable('abcdef', { knownTo })).toBe(false);
    expect(publishable('abcdefg', { knownTo })).toBe(true);
    expect(publishable('cdefg', { knownTo })).toBe(true);
    expect(publishable('abcdef', { knownTo, colludingInsiders: 1 })).toBe(false);
  });
});

describe('floor and ceiling of a demand cluster', () => {
  const parameters = { minimumContributors: 5, limitIssuersMin: 3 };
  const demands = [1, 1, 1, 2, 2, 3, 3, 3, 4].map((level, position) => ({ issuerGroup: `g${position}`, level }));

  it('gives the lowest and highest level three groups ask for', () => {
    expect(clusterFloor(demands, new Set(), parameters)).toEqual({ issuerBand: '5-9', floor: 1, ceiling: 3 });
  });

  it('does not count the reader nor the issuers in its own inbox', () => {
    expect(clusterFloor(demands, new Set(['g0', 'g7']), parameters)).toEqual({
      issuerBand: '5-9',
      floor: null,
      ceiling: null,
    });
    expect(clusterFloor(demands, new Set(['g0', 'g1', 'g2', 'g3', 'g4']), parameters)).toBeUndefined();
  });

  it('counts a group with many demands once', () => {
    const loud = [1, 1, 1, 1, 1, 1].map((level) => ({ issuerGroup: 'loud', level }));
    expect(clusterFloor(loud, new Set(), parameters)).toBeUndefined();
  });
});
