import fc from 'fast-check';
import type { RoleTenure } from '../../../src/identity';
import { countingRoles, countsAt, isLive, plusMonths } from '../../../src/identity/roleRules';
import { affiliation, AUTO, INITIATIVE, MINE, NOW, rules, tenure } from './people';

const date = (text: string): Date => new Date(`${text}T00:00:00Z`);
const counting = (...roles: RoleTenure[]): string[] =>
  countingRoles(roles, NOW, rules.thresholds).map((role) => role.name);

/** The broken twin: whatever is on record counts. */
const onRecord = (...roles: RoleTenure[]): string[] => roles.map((role) => role.name);

const NOT_COUNTING: [string, RoleTenure[]][] = [
  ['that has ended', [tenure('ANALYST', { to: date('2026-11-23') })]],
  ['that ends this very moment', [tenure('ANALYST', { to: NOW })]],
  ['that has not begun', [tenure('ANALYST', { from: date('2026-11-24') })]],
  ['in the clean team without an end', [tenure('CLEAN_TEAM')]],
  [
    'in the clean team for a day over two years',
    [tenure('CLEAN_TEAM', { from: date('2025-06-01'), to: date('2027-06-02') })],
  ],
];

test.each(NOT_COUNTING)('a role %s does not count', (_name, roles) => {
  expect(counting(...roles)).toEqual([]);
  expect(onRecord(...roles)).not.toEqual([]);
});

const cleanTeam = tenure('CLEAN_TEAM', { from: date('2026-06-01'), to: date('2028-06-01') });

test('a clean-team role of exactly two years counts', () => {
  expect(counting(cleanTeam)).toEqual(['CLEAN_TEAM']);
});

test.each(['DOWNSTREAM_USER', 'UPSTREAM_PUBLISHER', 'SITE_OWNER'] as const)(
  'the clean team is closed to who was %s within two years',
  (name) => {
    const live = tenure(name);
    const justEnded = tenure(name, { from: date('2020-01-01'), to: date('2024-11-24') });
    const longEnded = tenure(name, { from: date('2020-01-01'), to: date('2024-11-23') });
    const planned = tenure(name, { from: date('2027-01-01') });
    expect(counting(live, cleanTeam)).toEqual([name]);
    expect(counting(justEnded, cleanTeam)).toEqual([]);
    expect(counting(longEnded, cleanTeam)).toEqual(['CLEAN_TEAM']);
    expect(counting(planned, cleanTeam)).toEqual(['CLEAN_TEAM']);
  },
);

test('the secretariat is closed to who is in the trade, and open once that has ended', () => {
  expect(counting(tenure('SITE_OWNER'), tenure('SECRETARIAT'))).toEqual(['SITE_OWNER']);
  expect(counting(tenure('SITE_OWNER', { to: NOW }), tenure('SECRETARIAT'))).toEqual(['SECRETARIAT']);
});

test('a member appoints to its own roles, at itself only, and to no office', () => {
  const given = (name: RoleTenure['name'], organisationId: string): RoleTenure =>
    tenure(name, { scope: { kind: 'MEMBER', organisationId } });
  expect(countsAt(given('SITE_OWNER', AUTO), affiliation(), null)).toBe(true);
  expect(countsAt(given('SITE_OWNER', MINE), affiliation(), null)).toBe(false);
  for (const office of ['ANALYST', 'CLEAN_TEAM', 'COMPETITION_COUNSEL', 'SECRETARIAT', 'CHAIR'] as const) {
    expect(countsAt(given(office, AUTO), affiliation(), null)).toBe(false);
    expect(countsAt(tenure(office), affiliation(), null)).toBe(true);
  }
});

test('a role of an initiative counts in no other', () => {
  const role = tenure('CHAIR', { scope: { kind: 'INITIATIVE', initiativeId: INITIATIVE } });
  expect([INITIATIVE, MINE, null].map((id) => countsAt(role, affiliation(), id))).toEqual([true, false, false]);
});

test('months are counted by the calendar, and a short month ends on its last day', () => {
  expect(plusMonths(date('2024-01-31'), 1)).toEqual(date('2024-02-29'));
  expect(plusMonths(date('2026-11-23'), -24)).toEqual(date('2024-11-23'));
  expect(plusMonths(date('2024-02-29'), 12)).toEqual(date('2025-02-28'));
});

test('a tenure holds from its first moment to before its last', () => {
  const moments = fc.date({ min: date('2020-01-01'), max: date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moments, moments, (from, to) => {
      expect(isLive({ from, to }, from)).toBe(from < to);
      expect(isLive({ from, to }, to)).toBe(false);
      expect(isLive({ from, to: null }, to)).toBe(from <= to);
    }),
  );
});
