import { DEMO_IDENTITIES, findDemoIdentity, type PersonRecord } from '../../../src/identity';
import { isCommercial, isOffice } from '../../../src/identity/roles';
import { plusMonths } from '../../../src/identity/roleRules';
import { affiliation, AUTO, NOW, person, tenure, viewerOf } from './people';

const NAMES =
  'auto auto2 cath sma smb minex ngo analyst cleanteam counsel secretariat partner policymaker assessor standardowner';

test('the list is the one the demo promises, each with an own organisation, subject and story', () => {
  expect(DEMO_IDENTITIES.map(({ name }) => name).sort()).toEqual(NAMES.split(' ').sort());
  for (const key of ['subject', 'organisationKey', 'story', 'displayName'] as const) {
    expect(new Set(DEMO_IDENTITIES.map((identity) => identity[key])).size).toBe(DEMO_IDENTITIES.length);
  }
});

test.each(DEMO_IDENTITIES.map((identity) => [identity.name, identity] as const))(
  'the roles of %s count when they are entered as the list says',
  async (_name, identity) => {
    const record: PersonRecord = person({
      subject: identity.subject,
      machine: identity.machine,
      affiliations: [affiliation({ standing: identity.standing })],
      roles: identity.roles.map((role) =>
        tenure(role, {
          scope: isOffice(role) ? { kind: 'ALLIANCE' } : { kind: 'MEMBER', organisationId: AUTO },
          from: NOW,
          to: identity.termMonths === null ? null : plusMonths(NOW, identity.termMonths),
        }),
      ),
    });
    expect((await viewerOf(record)).roles).toEqual(identity.roles);
    expect(identity.roles.some(isCommercial) && identity.roles.some(isOffice)).toBe(false);
  },
);

test('nobody else is in the demo', () => {
  expect(findDemoIdentity('auto')?.subject).toBe('demo-auto');
  expect(['', 'root', 'Auto', '__proto__'].map(findDemoIdentity)).toEqual([null, null, null, null]);
});
