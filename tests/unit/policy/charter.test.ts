import { TIERS } from '../../../src/policy/cells';
import { charterOf, readersOf, readersOutside, type CharterIndicator } from '../../../src/policy/charter';
import { groundMask, type GroundName } from '../../../src/policy/grounds';
import type { Masks } from '../../../src/policy/masks';
import { masks } from './world';

const water: CharterIndicator = {
  code: 'WATER_WITHDRAWN',
  name: 'Water withdrawn',
  unit: 'ML',
  tier: 'ALLIANCE',
  sensitivity: 'NONE',
  dataClass: 'PERFORMANCE',
  statistics: ['a statistic over many members'],
};

describe('who sees a figure where its owner says nothing', () => {
  it('is everyone, and nobody besides, where everyone does', () => {
    expect(readersOf(masks, 'PUBLIC', 'NONE', 'PERFORMANCE')).toEqual(['everyone, without login']);
  });

  it('is named by kinds of readers, competitors apart, without offices and without those that one row names', () => {
    const readers = readersOf(masks, 'ALLIANCE', 'NONE', 'PERFORMANCE');
    expect(readers).toEqual([
      'the owner itself',
      "the owner's group",
      "the owner's customers",
      "the owner's suppliers",
      'members of the same alliance',
      "the owner's customers, while competitors",
      "the owner's suppliers, while competitors",
      'members of the same alliance, while competitors',
    ]);
    expect(readersOf(masks, 'ALLIANCE', 'DERIVED', 'PERFORMANCE')).toEqual(
      readers.filter((who) => !who.includes('compet')),
    );
    expect(readersOf(masks, 'OWNER_ONLY', 'VOLUME', 'CSI_CORE')).toEqual(['the owner itself']);
  });

  it.each([
    ['tier', 'tier/ALLIANCE'],
    ['law', 'sensitivity/NONE/TWELVE_MONTHS'],
    ['phase', 'phase/COOPERATION/PERFORMANCE'],
  ])('depends on the %s', (_what, cell) => {
    const shut: Masks = {
      ...masks,
      cells: new Map(masks.cells).set(cell, { mask: groundMask(['SELF']), opens: new Map(), closes: new Map() }),
    };
    expect(readersOf(shut, 'ALLIANCE', 'NONE', 'PERFORMANCE')).toEqual(['the owner itself']);
  });
});

describe('who outside the alliance reads a figure itself', () => {
  it('is everyone where everyone does, and nobody where it stays inside', () => {
    expect(readersOutside(masks, 'PUBLIC', 'NONE', 'PERFORMANCE')).toEqual([
      'the figure itself: everyone, without login',
    ]);
    expect(readersOutside(masks, 'ALLIANCE', 'NONE', 'PERFORMANCE')).toEqual([]);
  });

  it('is each kind by name where the law lets one of them in, and members are none of them', () => {
    const cell = (grounds: GroundName[]) => ({ mask: groundMask(grounds), opens: new Map(), closes: new Map() });
    const law = (grounds: GroundName[]): Masks => ({
      ...masks,
      cells: new Map(masks.cells)
        .set('tier/ALLIANCE', cell(grounds))
        .set('sensitivity/NONE/TWELVE_MONTHS', cell(grounds))
        .set('phase/COOPERATION/PERFORMANCE', cell(grounds)),
    });
    expect(readersOutside(law(['PARTNER', 'POLICY_MAKER', 'CO_MEMBER']), 'ALLIANCE', 'NONE', 'PERFORMANCE')).toEqual([
      'the figure itself: partner alliances',
      'the figure itself: policy makers',
    ]);
    expect(
      readersOf(
        law(['PARTNER', 'BODY', 'MEMBER', 'MEMBER_COMPETITOR', 'GRANT', 'PARTY', 'CO_MEMBER']),
        'ALLIANCE',
        'NONE',
        'PERFORMANCE',
      ),
    ).toEqual(['members of the same alliance']);
  });
});

test('the charter carries the law it was made from, the figures expected, the tiers and every rule', () => {
  const charter = charterOf(masks, [water], TIERS);
  expect(charter.version).toBe(masks.lawHash);
  expect(charter.expected).toEqual([
    {
      code: 'WATER_WITHDRAWN',
      name: 'Water withdrawn',
      unit: 'ML',
      tier: 'ALLIANCE',
      seenBy: readersOf(masks, 'ALLIANCE', 'NONE', 'PERFORMANCE'),
      usedOutside: ['a statistic over many members'],
    },
  ]);
  expect(charter.tiers.map(({ tier }) => tier)).toEqual(TIERS);
  expect(charter.tiers[0]).toEqual({ tier: 'PUBLIC', words: 'everyone, without login' });
  expect(charter.rules).toHaveLength(masks.policies.size);
  const rule = (id: string) => charter.rules.find((candidate) => candidate.id === id);
  const { reason, basis } = masks.policies.get('competitors.no-csi') ?? {};
  expect(rule('competitors.no-csi')).toEqual({ id: 'competitors.no-csi', opens: false, reason, basis });
  expect(rule('tier.public')?.opens).toBe(true);
});
