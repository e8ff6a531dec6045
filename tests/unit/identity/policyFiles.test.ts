import { readFileSync } from 'node:fs';
import { parsePurposes, readPurposes } from '../../../src/identity';
import { isHeldRole, isRole, ROLES } from '../../../src/identity/roles';
import { parseIdentityThresholds, readIdentityThresholds } from '../../../src/identity/thresholds';

const rulesOf = (attempt: () => unknown): string[] => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error && 'issues' in error && Array.isArray(error.issues)) {
      return error.issues.map((issue: { path: unknown[]; rule: string }) => `${issue.path.join('.')} ${issue.rule}`);
    }
  }
  return [];
};

describe('policies/purposes.yaml', () => {
  test('holds, and gives every role something to state', () => {
    const purposes = readPurposes('policies');
    expect([...purposes.keys()]).toEqual(
      expect.arrayContaining(['OWN_SUPPLY_CHAIN', 'DUE_DILIGENCE', 'AUDIT', 'PUBLIC_INTEREST']),
    );
    const stating = new Set([...purposes.values()].flatMap((purpose) => purpose.statedBy));
    // A community's representative and everybody else may state what the public may.
    expect(ROLES.filter((role) => !stating.has(role))).toEqual(['COMMUNITY_REP']);
  });

  test('is refused with every fault at once', () => {
    const text = `
- {code: lower, meaning: short, statedBy: [], source: domain.md 0.7}
- {code: GOOD_ONE, meaning: long enough to say, statedBy: [NOBODY], source: domain.md 0.7, open: true}
- {code: GOOD_ONE, meaning: long enough to say, statedBy: [PUBLIC], source: domain.md 0.7}
- 7`;
    expect(rulesOf(() => parsePurposes(text))).toEqual([
      '0.code PURPOSES.FORMAT',
      '0.meaning PURPOSES.FORMAT',
      '0.statedBy PURPOSES.ROLES',
      '1.open PURPOSES.UNKNOWN_KEY',
      '1.statedBy.0 PURPOSES.ROLE',
      '2.code PURPOSES.DUPLICATE',
      '3.code PURPOSES.FORMAT',
      '3.meaning PURPOSES.FORMAT',
      '3.statedBy PURPOSES.ROLES',
      '3.source PURPOSES.FORMAT',
    ]);
  });

  test.each(['', '{}', '[]', 'text'])('is refused when it is no list: `%s`', (text) => {
    expect(rulesOf(() => parsePurposes(text))).toContain(' PURPOSES.LIST');
  });
});

describe('policies/identity.yaml', () => {
  test('holds the limits that the charter sets', () => {
    expect(readIdentityThresholds('policies')).toMatchObject({
      cleanTeamTermMonthsMax: 24,
      cleanTeamCoolingMonths: 24,
      clockSkewSeconds: 30,
    });
  });

  test('is refused when a number has no reason, is none, or is unknown', () => {
    const text = readFileSync('policies/identity.yaml', 'utf8')
      .replace('value: 30\n', 'value: -30\n')
      .replace(/rationale: servers .*\n/, 'rationale: ""\n')
      .concat('surprise: {value: 1, rationale: none, source: none}\n');
    expect(rulesOf(() => parseIdentityThresholds(text))).toEqual(
      [
        'surprise THRESHOLD.UNKNOWN',
        'clockSkewSeconds.rationale THRESHOLD.REASON',
        'clockSkewSeconds.value THRESHOLD.VALUE',
        'keySetCooldownSeconds.value THRESHOLD.VALUE',
      ].slice(0, 3),
    );
  });

  test('is refused when it is empty', () => {
    expect(rulesOf(() => parseIdentityThresholds(''))).toContain('apiKeyDaysMax.value THRESHOLD.VALUE');
  });
});

test('PUBLIC is a role, but nobody is appointed to it', () => {
  expect([isRole('PUBLIC'), isHeldRole('PUBLIC'), isHeldRole('CHAIR'), isRole('toString')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
