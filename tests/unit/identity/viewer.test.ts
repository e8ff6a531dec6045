import { resolveViewer, type Credential, type PersonRecord } from '../../../src/identity';
import { DomainError } from '../../../src/kernel/errors';
import { EVERY_GROUND, groundMask, groundNames, ROLE_GROUNDS } from '../../../src/policy/grounds';
import {
  affiliation,
  atMine,
  AUTO,
  COUNSEL_ID,
  directoryOf,
  INITIATIVE,
  MINE,
  NOW,
  person,
  rules,
  tenure,
  viewerOf,
} from './people';

const NOBODY: Credential = { kind: 'NONE' };
const token = (subject: string): Credential => ({ kind: 'TOKEN', subject, scopes: null });
const memberGrounds = EVERY_GROUND & ~ROLE_GROUNDS;

async function refusalOf(attempt: Promise<unknown>): Promise<DomainError> {
  const refusal: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  if (refusal instanceof DomainError) return refusal;
  throw new Error('there was no refusal');
}

test('without a token the viewer is the public, and reads only', async () => {
  expect(await resolveViewer(NOBODY, directoryOf(), {}, NOW, rules)).toEqual({
    kind: 'PUBLIC',
    personId: null,
    organisationId: null,
    organisationNo: null,
    deskNos: [1],
    roles: ['PUBLIC'],
    may: groundMask(['ANYONE']),
    scopes: ['read'],
    idKey: 'PUBLIC',
    purpose: null,
    initiativeId: null,
    initiativeNo: null,
    locale: 'en',
  });
});

test('a person of a member in good standing has every ground but those of roles', async () => {
  expect(await viewerOf(person())).toEqual({
    kind: 'PERSON',
    personId: person().personId,
    organisationId: AUTO,
    organisationNo: 10,
    deskNos: [100],
    roles: [],
    may: memberGrounds,
    scopes: ['read', 'write', 'import', 'export'],
    idKey: AUTO,
    purpose: null,
    initiativeId: null,
    initiativeNo: null,
    locale: 'en',
  });
});

test('a late member still reads, one that is no member stands on its own ground, on rows that name it and on grants', async () => {
  const late = person({ affiliations: [affiliation({ standing: 'LATE' })] });
  const outsider = person({ affiliations: [affiliation({ standing: 'NONE' })] });
  expect((await viewerOf(late)).may).toBe(memberGrounds);
  expect(groundNames((await viewerOf(outsider)).may)).toEqual([
    'ANYONE',
    'SELF',
    'PARTY',
    'GRANT',
    'PARTY_COMPETITOR',
    'GRANT_COMPETITOR',
  ]);
});

test.each(['SUSPENDED', 'LEFT'] as const)(
  'a %s organisation reads as the public and stays itself for its own',
  async (standing) => {
    const viewer = await viewerOf(person({ affiliations: [affiliation({ standing })], roles: [tenure('ANALYST')] }));
    expect(viewer).toMatchObject({ organisationId: AUTO, idKey: AUTO, deskNos: [100], roles: ['PUBLIC'] });
    expect(groundNames(viewer.may)).toEqual(['ANYONE', 'SELF']);
  },
);

test('unknown and shut-out people get one and the same answer', async () => {
  const known = directoryOf(person({ suspended: true }));
  const refusals = await Promise.all([
    refusalOf(resolveViewer(token('demo-auto'), known, {}, NOW, rules)),
    refusalOf(resolveViewer(token('nobody'), known, {}, NOW, rules)),
    refusalOf(resolveViewer(token('nobody'), directoryOf(), {}, NOW, rules)),
  ]);
  const faces = refusals.map(({ code, publicMessage, rule, next, issues }) => ({
    code,
    publicMessage,
    rule,
    next,
    issues,
  }));
  expect(faces[0]?.code).toBe('UNAUTHENTICATED');
  expect(new Set(faces.map((face) => JSON.stringify(face))).size).toBe(1);
});

test('an unknown person is not told what the headers lack', async () => {
  const refusal = await refusalOf(resolveViewer(token('nobody'), directoryOf(), { 'sluice-purpose': 'X' }, NOW, rules));
  expect(refusal.code).toBe('UNAUTHENTICATED');
});

test('a person without a live affiliation reads as the public', async () => {
  const ended = affiliation({ to: NOW });
  const coming = affiliation({ from: new Date(NOW.getTime() + 1) });
  for (const affiliations of [[], [ended], [coming]]) {
    const viewer = await viewerOf(person({ affiliations, roles: [tenure('COMPETITION_COUNSEL')] }));
    expect(viewer).toMatchObject({ idKey: 'PUBLIC', deskNos: [1], roles: ['PUBLIC'], organisationId: null });
    expect(groundNames(viewer.may)).toEqual(['ANYONE']);
  }
});

const ROLE_GROUND_CASES = [
  ['ANALYST', ['ANALYST']],
  ['COMPETITION_COUNSEL', ['COUNSEL']],
  ['SECRETARIAT', ['SECRETARIAT']],
  ['PARTNER_ALLIANCE', ['PARTNER']],
  ['POLICY_MAKER', ['POLICY_MAKER']],
  ['GOVERNING_BODY', ['BODY', 'BODY_COMPETITOR']],
  ['CHAIR', ['BODY', 'BODY_COMPETITOR']],
  ['ASSESSOR', ['ASSESSOR']],
  ['FUNDER', []],
  ['COMMUNITY_REP', []],
] as const;

test.each(ROLE_GROUND_CASES)('the role %s gives the grounds %j', async (role, grounds) => {
  const viewer = await viewerOf(person({ roles: [tenure(role)] }));
  expect(viewer.roles).toEqual([role]);
  expect(groundNames(viewer.may & ROLE_GROUNDS)).toEqual(grounds);
});

describe('several affiliations', () => {
  const both = person({
    affiliations: [atMine(), affiliation()],
    roles: [tenure('DOWNSTREAM_USER', { scope: { kind: 'MEMBER', organisationId: AUTO } }), tenure('POLICY_MAKER')],
  });

  /** The broken twin: it takes the union where the charter takes the intersection. */
  async function unionOf(record: PersonRecord): Promise<{ may: number; roles: readonly string[] }> {
    const apart = await Promise.all(record.affiliations.map((each) => viewerOf({ ...record, affiliations: [each] })));
    return {
      may: apart.reduce((mask, viewer) => mask | viewer.may, 0),
      roles: [...new Set(apart.flatMap((viewer) => viewer.roles))],
    };
  }

  test('give the intersection of desks, roles and grounds, in the name of the home organisation', async () => {
    const viewer = await viewerOf(both);
    expect(viewer).toMatchObject({ deskNos: [100, 200], roles: ['POLICY_MAKER'], organisationId: AUTO, idKey: AUTO });
    expect((await unionOf(both)).roles).toContain('DOWNSTREAM_USER');
  });

  test('of which one is suspended leave what the public may', async () => {
    const record = { ...both, affiliations: [affiliation(), atMine({ standing: 'SUSPENDED' })] };
    expect(groundNames((await viewerOf(record)).may)).toEqual(['ANYONE', 'SELF']);
    expect((await viewerOf(record)).roles).toEqual(['PUBLIC']);
    expect((await unionOf(record)).may & groundMask(['MEMBER'])).not.toBe(0);
  });

  test('are not parted by naming a desk without a wall', async () => {
    const refusal = await refusalOf(viewerOf(both, { 'sluice-desk': 'main' }));
    expect(refusal).toMatchObject({ code: 'CONFLICT_OF_INTEREST', rule: 'DESK.WALL' });
  });

  const wall = { attestedBy: COUNSEL_ID };

  test('are parted where counsel attested a wall: the walled one alone, by name; without a name still both', async () => {
    const walled = { ...both, affiliations: [affiliation(), atMine({ wall })] };
    expect(await viewerOf(walled, { 'sluice-desk': 'mining' })).toMatchObject({ deskNos: [200], idKey: MINE });
    expect((await viewerOf(walled)).deskNos).toEqual([100, 200]);
  });

  test('are never both at choice: the unwalled side of a wall, and a second wall, are refused', async () => {
    const walled = { ...both, affiliations: [affiliation(), atMine({ wall })] };
    expect((await refusalOf(viewerOf(walled, { 'sluice-desk': 'main' }))).code).toBe('CONFLICT_OF_INTEREST');
    const twice = { ...both, affiliations: [affiliation({ wall }), atMine({ wall })] };
    for (const desk of ['main', 'mining']) {
      expect((await refusalOf(viewerOf(twice, { 'sluice-desk': desk }))).code).toBe('CONFLICT_OF_INTEREST');
    }
    expect((await viewerOf(twice)).deskNos).toEqual([100, 200]);
  });

  test('are not parted by a wall that the person attested', async () => {
    const own = atMine({ wall: { attestedBy: both.personId } });
    const refusal = await refusalOf(
      viewerOf({ ...both, affiliations: [affiliation(), own] }, { 'sluice-desk': 'mining' }),
    );
    expect(refusal.code).toBe('CONFLICT_OF_INTEREST');
  });

  test('a desk that is somebody else’s is refused like one that is nobody’s, an only desk may be named', async () => {
    const refusals = await Promise.all(
      ['mining', 'no-such'].map((desk) => refusalOf(viewerOf(person(), { 'sluice-desk': desk }))),
    );
    expect(refusals.map(({ code, issues }) => ({ code, issues }))).toEqual([
      { code: 'VALIDATION', issues: refusals[1]?.issues },
      { code: 'VALIDATION', issues: refusals[0]?.issues },
    ]);
    expect((await viewerOf(person(), { 'sluice-desk': 'main' })).deskNos).toEqual([100]);
  });
});

describe('context', () => {
  const buyer = person({ roles: [tenure('DOWNSTREAM_USER', { scope: { kind: 'MEMBER', organisationId: AUTO } })] });

  test('a stated purpose and initiative become the viewer’s', async () => {
    const headers = { 'sluice-purpose': 'DUE_DILIGENCE', 'sluice-initiative': 'initiative_one' };
    const context = { purpose: 'DUE_DILIGENCE', initiativeId: INITIATIVE, initiativeNo: 7 };
    expect(await viewerOf(buyer, headers)).toMatchObject(context);
  });

  test('a purpose of another role is refused, one of everybody is not', async () => {
    expect(await refusalOf(viewerOf(buyer, { 'sluice-purpose': 'LEGAL_REVIEW' }))).toMatchObject({
      code: 'POLICY_DENIED',
      rule: 'PURPOSE.ROLE',
    });
    expect((await viewerOf(buyer, { 'sluice-purpose': 'PUBLIC_INTEREST' })).purpose).toBe('PUBLIC_INTEREST');
    const suspended = { ...buyer, affiliations: [affiliation({ standing: 'SUSPENDED' })] };
    expect((await refusalOf(viewerOf(suspended, { 'sluice-purpose': 'DUE_DILIGENCE' }))).code).toBe('POLICY_DENIED');
  });

  test('an initiative that cannot be seen is refused like one that does not exist', async () => {
    const refusal = await refusalOf(viewerOf(buyer, { 'sluice-initiative': 'initiative_other' }));
    expect(refusal).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['headers', 'Sluice-Initiative'] }] });
  });

  test('a role in an initiative counts for reads in its name only', async () => {
    const member = person({ roles: [tenure('CHAIR', { scope: { kind: 'INITIATIVE', initiativeId: INITIATIVE } })] });
    expect((await viewerOf(member)).roles).toEqual([]);
    expect((await viewerOf(member, { 'sluice-initiative': 'initiative_one' })).roles).toEqual(['CHAIR']);
  });

  test('the language asked for comes before the person’s own', async () => {
    expect((await viewerOf(person({ locale: 'es' }))).locale).toBe('es');
    expect((await viewerOf(person({ locale: 'es' }), { 'accept-language': 'fr-CD' })).locale).toBe('fr-CD');
    expect((await viewerOf(person({ locale: 'not a tag' }))).locale).toBe('en');
  });
});

describe('machines', () => {
  const roles = [tenure('ASSESSOR'), tenure('CHAIR'), tenure('POLICY_MAKER', { to: NOW })];
  const record = person({ roles });
  const key = (changes: object = {}): Credential => ({
    kind: 'API_KEY',
    keyId: 'k',
    personId: record.personId,
    scopes: ['import'],
    roles: ['ASSESSOR', 'CHAIR', 'POLICY_MAKER', 'COMPETITION_COUNSEL'],
    ...changes,
  });

  test('an API key has its own scopes and of its roles those that its person holds now and no office of people', async () => {
    const viewer = await viewerOf(record, {}, key());
    expect(viewer).toMatchObject({ kind: 'MACHINE', scopes: ['import'], roles: ['ASSESSOR'] });
    expect(groundNames(viewer.may & ROLE_GROUNDS)).toEqual(['ASSESSOR']);
    expect((await viewerOf(record, {}, key({ roles: [] }))).roles).toEqual([]);
  });

  test('an API key ends with its person', async () => {
    expect((await refusalOf(viewerOf({ ...record, suspended: true }, {}, key()))).code).toBe('UNAUTHENTICATED');
  });

  test('a machine’s token reads only unless it names more, and never holds an office of people', async () => {
    const machine = { ...record, machine: true };
    expect(await viewerOf(machine)).toMatchObject({ kind: 'MACHINE', scopes: ['read'], roles: ['ASSESSOR'] });
    const scoped: Credential = { kind: 'TOKEN', subject: machine.subject, scopes: ['export'] };
    expect((await viewerOf(machine, {}, scoped)).scopes).toEqual(['export']);
  });

  test('a role left out of a key still bars what it bars', async () => {
    const trader = person({ roles: [tenure('UPSTREAM_PUBLISHER'), tenure('SECRETARIAT')] });
    const credential: Credential = key({ personId: trader.personId, roles: ['SECRETARIAT'] });
    expect((await viewerOf(trader, {}, credential)).roles).toEqual([]);
  });
});
