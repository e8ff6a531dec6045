import { TIERS } from '../../../src/policy/cells';
import { charterOf, readersOf, type CharterIndicator } from '../../../src/policy/charter';
import { groundMask } from '../../../src/policy/grounds';
import type { Masks } from '../../../src/policy/masks';
import { masks } from './world';

const water: CharterIndicator = {
  code: 'WATER_WITHDRAWN',
  name: 'Water withdrawn',
  unit: 'ML',
  tier: 'ALLIANCE',
  sensitivity: 'NONE',
  dataClass: 'PERFORMANCE',
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
