import fc from 'fast-check';
import { profileOf } from '../../../src/disclosureControl/contribution';
import type { Contribution, ContributionProfile } from '../../../src/disclosureControl/contribution';
import { dominanceRule } from '../../../src/disclosureControl/sensitivity/dominance';
import { groupByHolding } from '../../../src/disclosureControl/sensitivity/holdings';
import { judgeCell } from '../../../src/disclosureControl/sensitivity/judgement';
import { minimumFrequencyRule } from '../../../src/disclosureControl/sensitivity/minimumFrequency';
import { pPercentRule } from '../../../src/disclosureControl/sensitivity/pPercent';
import { pqRule } from '../../../src/disclosureControl/sensitivity/pqRule';
import { thresholds } from './support/thresholds';

function contributions(...values: number[]): Contribution[] {
  return values.map((value, position) => ({ unit: `u${position}`, value, weight: 1 }));
}
function cell(...values: number[]): ContributionProfile {
  return profileOf(contributions(...values));
}
const p = (pPercent: number, colludingInsiders = 1) => ({ pPercent, colludingInsiders });

describe('sensitivity rules, known answers of the SDC Handbook (Hundepool et al.), section 4.2', () => {
  it('example 1: the (1,90)-rule passes 50,000 of 100,000 that the second largest estimates to within 2 %', () => {
    const example = cell(50_000, 49_000, 1_000);
    expect(dominanceRule(example, { contributors: 1, percent: 90 }).sensitive).toBe(false);
    expect(pPercentRule(example, p(2.1)).sensitive).toBe(true);
    expect(pPercentRule(example, p(2)).sensitive).toBe(false);
  });

  it('example 2: safe by the p % rule at 10, unsafe by the (2, 90.9)-rule that goes with it', () => {
    const example = cell(52_000, 50_000, 8_000);
    expect(pPercentRule(example, p(10)).sensitive).toBe(false);
    expect(pPercentRule(example, p(15.3)).sensitive).toBe(false);
    expect(pPercentRule(example, p(15.4)).sensitive).toBe(true);
    expect(dominanceRule(example, { contributors: 2, percent: 100 / 1.1 }).sensitive).toBe(true);
  });

  it('example 4: the (1,85)-rule asks the interval of 300 + 20 + 10 to reach 352.94', () => {
    const finding = dominanceRule(cell(300, 20, 10), { contributors: 1, percent: 85 });
    expect(finding.sensitive).toBe(true);
    expect(330 + finding.protectionAbove).toBeCloseTo(352.94, 2);
  });

  it('example 5: the protection level of the p % rule is p/100 x1 - (X - x1 - x2)', () => {
    const finding = pPercentRule(cell(300, 20, 10), p(10));
    expect(finding.protectionAbove).toBeCloseTo(30 - 10, 9);
    expect(pqRule(cell(300, 20, 10), { ...p(10), qPercent: 50 }).protectionAbove).toBeCloseTo(60 - 10, 9);
  });

  it('sampling weights: 100 with weight 4 and 10 with weight 7 make 470, the two largest being 100 and 100', () => {
    const weighted = profileOf([
      { unit: 'a', value: 100, weight: 4 },
      { unit: 'b', value: 10, weight: 7 },
    ]);
    expect(weighted.total).toBe(470);
    expect(weighted.ordered.slice(0, 2).map((entry) => entry.magnitude)).toEqual([100, 100]);
    expect(weighted.ordered).toHaveLength(11);
  });

  it('holdings: three branches of one company are one contributor', () => {
    const branches = contributions(40, 35, 25, 30, 20);
    const holdingOf = (unit: string): string => (['u0', 'u1', 'u2'].includes(unit) ? 'company' : unit);
    expect(pPercentRule(profileOf(branches), p(10)).sensitive).toBe(false);
    const grouped = profileOf(groupByHolding(branches, holdingOf));
    expect(grouped.contributors).toBe(3);
    expect(grouped.ordered[0]?.magnitude).toBe(100);
    expect(dominanceRule(grouped, { contributors: 1, percent: 50 }).sensitive).toBe(true);
  });

  it('waivers: with the largest contributor waived, the second largest is the victim', () => {
    const example = cell(100, 50, 4);
    expect(pPercentRule(example, p(7)).sensitive).toBe(true);
    expect(pPercentRule(example, { ...p(7), waived: new Set(['u0']) }).sensitive).toBe(false);
    expect(pPercentRule(example, { ...p(9), waived: new Set(['u0']) }).sensitive).toBe(true);
  });
});

describe('sensitivity rules', () => {
  const frequency = { minimumContributors: 5, colludingInsiders: 1, readerMayContribute: false };

  it('counts six contributors where a contributor may read, five elsewhere', () => {
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1), frequency).sensitive).toBe(false);
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1), { ...frequency, readerMayContribute: true }).sensitive).toBe(true);
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1, 1), { ...frequency, readerMayContribute: true }).sensitive).toBe(
      false,
    );
  });

  it('needs c + 2 contributors against c insiders', () => {
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1), { ...frequency, colludingInsiders: 4 }).sensitive).toBe(true);
  });

  it('does not take two partners and their venture for three independent contributors', () => {
    const knownTo = new Map([['u2', ['u0', 'u1']]]);
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1), { ...frequency, knownTo }).sensitive).toBe(true);
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1, 1), { ...frequency, knownTo }).sensitive).toBe(false);
  });

  it('counts neither zeros nor members without standing', () => {
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 0), frequency).sensitive).toBe(true);
    expect(minimumFrequencyRule(cell(0, 0, 0, 0, 0, 0), frequency).sensitive).toBe(true);
    expect(minimumFrequencyRule(cell(1, 1, 1, 1, 1), { ...frequency, notCounted: new Set(['u1']) }).sensitive).toBe(
      true,
    );
  });

  it('judges negative figures by magnitude, or refuses them', () => {
    const signed = cell(100, -95, -3, 1, 1, 1);
    expect(signed.hasNegative).toBe(true);
    expect(signed.total).toBe(201);
    const finding = dominanceRule(signed, { contributors: 1, percent: 25 });
    expect(finding.sensitive).toBe(true);
    expect(finding.protectionBelow).toBe(finding.protectionAbove);
    expect(() => profileOf(contributions(1, -1), 'REFUSE')).toThrow(/negative/);
  });

  it('lets no coalition below the size judged for estimate anybody too closely', () => {
    const values = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 50 }), (figures, c, percent) => {
        const finding = pPercentRule(cell(...figures), p(percent, c));
        const total = figures.reduce((sum, value) => sum + value, 0);
        const tooClose = figures.some((victim, at) => {
          const others = figures.filter((_, other) => other !== at).sort((a, b) => b - a);
          const known = others.slice(0, c).reduce((sum, value) => sum + value, 0);
          return total - known - victim < (percent / 100) * victim;
        });
        expect(finding.sensitive).toBe(tooClose);
      }),
    );
  });

  it('composes all rules and takes the widest protection level', () => {
    const context = { readerMayContribute: true, colludingInsiders: 1 };
    const judged = judgeCell(cell(300, 20, 10, 5, 5, 5), thresholds, context);
    expect(judged.sensitive).toBe(true);
    expect(judged.findings.filter((finding) => finding.sensitive).map((finding) => finding.rule)).toEqual([
      'DOMINANCE',
      'P_PERCENT',
      'PQ',
    ]);
    expect(judged.protectionAbove).toBeCloseTo(4 * 300 - 345, 9);
    expect(judged.protectionBelow).toBe(345);
    expect(judgeCell(cell(5, 4, 4, 4, 4, 4), thresholds, context).sensitive).toBe(false);
  });
});
