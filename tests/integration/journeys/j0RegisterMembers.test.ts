import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Json, TestHub } from '../../support/hub';
import { World } from '../../support/world';

let database: TestDatabase;
let hub: TestHub;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  await world.organisation('secretariat', { company: false, standing: null, kinds: ['SECRETARIAT'] });
  await world.organisation('sma', { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  await world.organisation('ngo', { company: false });
  await world.person('secretariat', 'secretariat', ['SECRETARIAT']);
  await world.person('sma', 'sma', ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
  await world.person('ngo', 'ngo', ['CIVIL_SOCIETY']);
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const EXAMPLE = {
  legalName: 'Example Mining SA',
  lei: '999900SLUICECOPPER57',
  jurisdiction: 'CL',
  stakeholderGroup: 'UPSTREAM_INDUSTRY',
  activities: [{ mineral: 'copper', stage: 'MINING_LSM', side: 'SELL' }],
};
const REGISTER = `mutation ($input: RegisterMemberInput!) { registerMember(input: $input) { member { id lei standing activities { mineral stage side } } warnings } }`;
const register = (input: object, as = 'secretariat') => ({ as, query: REGISTER, variables: { input } });
const ADD_SITE = `mutation ($input: AddSiteInput!) { addSite(input: $input) { site { id name stages latitude exactLatitude subdivision owners { name percent } nameplateCapacity tailingsFacilities { consequenceClass } } warnings } }`;
const addSite = (input: object, as = 'sma') => ({ as, query: ADD_SITE, variables: { input } });

const stored = async (table: string): Promise<number> =>
  (await world.rows<{ count: number }>(`select count(*)::int as count from vault.${table}`))[0]?.count ?? 0;
const rulesOf = (refusal: Json): Record<string, string> =>
  Object.fromEntries(refusal.issues.map((issue: Json) => [issue.path.slice(1).join('.'), issue.rule]));

describe('J0: members are registered', () => {
  test('all faults come back at once, in the shape of the charter, and nothing is stored', async () => {
    const before = await stored('organisation');
    const answer = await hub.ask(register({ ...EXAMPLE, lei: '999900SLUICECOPPER58', jurisdiction: 'UK' }));
    expect(JSON.parse(answer.text)).toEqual({
      data: null,
      errors: [
        {
          message: 'input not valid',
          path: ['registerMember'],
          extensions: {
            code: 'VALIDATION',
            issues: [
              { path: ['input', 'lei'], rule: 'CHECK_DIGITS', hint: 'digits 19-20 do not fit' },
              { path: ['input', 'jurisdiction'], rule: 'UNKNOWN', hint: 'use an assigned ISO 3166-1 code, e.g. GB' },
            ],
          },
        },
      ],
    });
    expect(await stored('organisation')).toBe(before);
  });

  test('the example is registered once, however often it is sent with one key', async () => {
    const input = { ...EXAMPLE, clientKey: 'register-example-1' };
    const first = await hub.data(register(input));
    expect(first.registerMember).toMatchObject({
      member: { lei: EXAMPLE.lei, standing: 'GOOD', activities: EXAMPLE.activities },
      warnings: [],
    });
    const second = await hub.data(register(input));
    expect(second).toEqual(first);
    expect(rulesOf(await hub.refusal(register({ ...input, legalName: 'Another SA' })))).toEqual({
      clientKey: 'CLIENT_KEY_REUSED',
    });
    expect(rulesOf(await hub.refusal(register(EXAMPLE)))).toEqual({ lei: 'TAKEN' });
    const rows = await world.rows('select from vault.organisation where lei = $1 and contributor_no = unit_no', [
      EXAMPLE.lei,
    ]);
    expect(rows).toHaveLength(1);
  });

  test.each<[string, object, Record<string, string>]>([
    ['a company that declares nothing', { lei: null, activities: [] }, { activities: 'REQUIRED' }],
    [
      'an NGO that declares an activity',
      { lei: null, stakeholderGroup: 'CIVIL_SOCIETY' },
      { activities: 'NOT_APPLICABLE' },
    ],
    [
      'two voting groups',
      { lei: null, stakeholderGroup: 'MIDSTREAM,LABOUR', activities: [] },
      { stakeholderGroup: 'UNKNOWN' },
    ],
    ['an unassigned country', { lei: null, jurisdiction: 'ZZ' }, { jurisdiction: 'UNKNOWN' }],
    ['markup in a name', { lei: null, legalName: '<b>Mine</b>' }, { legalName: 'HTML' }],
    ['a name that reads backwards', { lei: null, legalName: 'Mine\u202eSA' }, { legalName: 'BIDI' }],
    ['a control character', { lei: null, legalName: 'Mine\u0007' }, { legalName: 'CONTROL' }],
    ['an unknown scheme', { lei: null, otherIds: [{ scheme: 'VAT', value: '1' }] }, { 'otherIds.0.scheme': 'UNKNOWN' }],
    [
      'a DUNS with a dash',
      { lei: null, otherIds: [{ scheme: 'DUNS', value: '12-3456789' }] },
      { 'otherIds.0.value': 'FORMAT' },
    ],
    [
      'owners above 100 %',
      {
        lei: null,
        beneficialOwners: [
          { name: 'A', percent: '60' },
          { name: 'B', percent: '50' },
        ],
      },
      { beneficialOwners: 'SUM' },
    ],
    [
      'a small holder',
      { lei: null, beneficialOwners: [{ name: 'A', percent: '24.9' }] },
      { 'beneficialOwners.0.percent': 'BOUNDS' },
    ],
    [
      'unknown mineral, stage, side and market',
      { lei: null, activities: [{ mineral: 'unobtainium', stage: 'MAGIC', side: 'GIVE', markets: ['UK'] }] },
      {
        'activities.0.mineral': 'UNKNOWN',
        'activities.0.stage': 'UNKNOWN',
        'activities.0.side': 'UNKNOWN',
        'activities.0.markets.0': 'UNKNOWN',
      },
    ],
  ])('%s is refused', async (_what, change, rules) => {
    expect(rulesOf(await hub.refusal(register({ ...EXAMPLE, ...change })))).toEqual(rules);
  });

  test('an identifier belongs to one member; who else has it is not told', async () => {
    const otherIds = [{ scheme: 'DUNS', value: '123456789' }];
    await hub.data(register({ ...EXAMPLE, legalName: 'First SA', lei: null, otherIds }));
    const refused = await hub.ask(register({ ...EXAMPLE, legalName: 'Second SA', lei: null, otherIds }));
    expect(rulesOf(refused.errors[0]?.extensions)).toEqual({ 'otherIds.0': 'TAKEN' });
    expect(refused.text).not.toContain('First');
  });

  test('a name in two scripts is accepted with a warning', async () => {
    const { registerMember } = await hub.data(register({ ...EXAMPLE, lei: null, legalName: 'Ехаmple Mining' }));
    expect(registerMember.warnings.join()).toContain('mixes letters');
  });

  test('only the secretariat registers members and sets their standing', async () => {
    expect((await hub.refusal(register(EXAMPLE, 'sma'))).code).toBe('POLICY_DENIED');
    expect((await hub.refusal({ query: REGISTER, variables: { input: EXAMPLE } })).code).toBe('UNAUTHENTICATED');
    const suspend = `mutation ($member: ID!) { setStanding(input: { member: $member, standing: "SUSPENDED", reason: "fees" }) { member { legalName standing } } }`;
    const member = hub.hub.services.ids.encode('member', world.id('ngo'), null);
    expect((await hub.refusal({ as: 'sma', query: suspend, variables: { member } })).code).toBe('POLICY_DENIED');
    const { setStanding } = await hub.data({ as: 'secretariat', query: suspend, variables: { member } });
    expect(setStanding.member.legalName).toBe('ngo');
    // From the next request on it reads as the public does.
    const { me } = await hub.data({ as: 'ngo', query: '{ me { roles organisation { standing } } }' });
    expect(me.roles).toEqual(['PUBLIC']);
    const missing = hub.hub.services.ids.encode('member', world.id('nobody'), null);
    expect(await hub.refusal({ as: 'secretariat', query: suspend, variables: { member: missing } })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('a member replaces its own activities, and competition follows at once', async () => {
    const declare = `mutation ($activities: [ActivityInput!]!) { declareActivities(input: { activities: $activities }) { member { activities { mineral stage side markets } } } }`;
    const activities = [{ mineral: 'copper', stage: 'SMELTING', side: 'SELL', markets: ['EU'] }];
    const { declareActivities } = await hub.data({ as: 'sma', query: declare, variables: { activities } });
    expect(declareActivities.member.activities).toEqual(activities);
    expect(rulesOf(await hub.refusal({ as: 'sma', query: declare, variables: { activities: [] } }))).toEqual({
      activities: 'REQUIRED',
    });
    expect(
      rulesOf(
        await hub.refusal({ as: 'sma', query: declare, variables: { activities: [...activities, ...activities] } }),
      ),
    ).toEqual({
      'activities.1': 'DUPLICATE',
    });
  });
});

const SITE = {
  name: 'SmA refinery',
  type: 'REFINERY',
  country: 'CD',
  subdivision: 'CD-LU',
  rmiCid: 'CID999001',
  location: { latitude: '-11.66', longitude: '27.48' },
  minerals: [{ mineral: 'cobalt' }, { mineral: 'copper', role: 'BY_PRODUCT' }],
  nameplateCapacity: '180000',
  tailingsFacilities: [{ name: 'North', raisingMethod: 'DOWNSTREAM', consequenceClass: 'HIGH' }],
};

describe("sites of one's own", () => {
  test('a site is added with its parts, and everybody sees what is public of it', async () => {
    const { addSite: added } = await hub.data(addSite(SITE));
    expect(added).toEqual({
      site: expect.objectContaining({
        name: 'SmA refinery',
        stages: ['REFINING'],
        latitude: '-11.66',
        exactLatitude: '-11.66',
        owners: [{ name: 'sma', percent: '100' }],
        nameplateCapacity: '180000',
        tailingsFacilities: [{ consequenceClass: 'HIGH' }],
      }),
      warnings: [],
    });
    const { site } = await hub.data({
      query: `{ site(id: "${added.site.id}") { name nameplateCapacity owners { name } } }`,
    });
    expect(site).toEqual({ name: 'SmA refinery', nameplateCapacity: null, owners: [] });
    expect(rulesOf(await hub.refusal(addSite(SITE)))).toEqual({ rmiCid: 'TAKEN' });
  });

  test("of artisanal mining the public place is rounded, the exact one is the clean team's and the owner's", async () => {
    const { addSite: added } = await hub.data(
      addSite({
        ...SITE,
        rmiCid: null,
        tailingsFacilities: [],
        nameplateCapacity: null,
        name: 'Cooperative',
        type: 'ASM_COOPERATIVE',
      }),
    );
    expect(added.site).toMatchObject({ stages: ['MINING_ASM'], latitude: '-11.7', exactLatitude: '-11.66' });
    const { site } = await hub.data({ query: `{ site(id: "${added.site.id}") { latitude exactLatitude } }` });
    expect(site).toEqual({ latitude: '-11.7', exactLatitude: null });
  });

  test('what may be right is a warning: a place outside the country, an OS ID of another one', async () => {
    const { addSite: added } = await hub.data(
      addSite({
        ...SITE,
        rmiCid: null,
        name: 'Elsewhere',
        osId: 'CL2024032X1K87W',
        location: { latitude: '48.2', longitude: '16.4' },
      }),
    );
    expect(added.warnings).toHaveLength(2);
  });

  test.each<[string, object, Record<string, string>]>([
    ['(0, 0)', { location: { latitude: '0', longitude: '0.0' } }, { location: 'NULL_ISLAND' }],
    ['a latitude of 91', { location: { latitude: '91', longitude: '0' } }, { location: 'RANGE' }],
    ['a decimal comma', { location: { latitude: '11,66', longitude: '27.48' } }, { location: 'FORMAT' }],
    ['a subdivision of another country', { subdivision: 'CL-AN' }, { subdivision: 'OTHER_COUNTRY' }],
    ['an RMI id of a mine', { type: 'MINE_OPEN_PIT' }, { rmiCid: 'NOT_APPLICABLE' }],
    ['a malformed RMI id', { rmiCid: 'CID99901' }, { rmiCid: 'FORMAT' }],
    ['a wrong OS ID', { osId: 'CL2024032X1K87X' }, { osId: 'CHECK_CHARACTER' }],
    ['a stage that does not fit the type', { stages: ['MINING_LSM'] }, { 'stages.0': 'TYPE_AND_STAGE' }],
    ['an unknown type', { type: 'CASTLE', rmiCid: null }, { type: 'UNKNOWN' }],
    [
      'owners above 100 %',
      {
        owners: [
          { name: 'A', percent: '60' },
          { name: 'B', percent: '40.1' },
        ],
      },
      { owners: 'SUM' },
    ],
    ['an owner of nothing', { owners: [{ name: 'A', percent: '0' }] }, { 'owners.0.percent': 'BOUNDS' }],
    ['no capacity', { nameplateCapacity: '0' }, { nameplateCapacity: 'BOUNDS' }],
    ['NaN', { nameplateCapacity: 'NaN' }, { nameplateCapacity: 'FORMAT' }],
    [
      'a dam of no class',
      { tailingsFacilities: [{ name: 'x', raisingMethod: 'MAGIC', consequenceClass: 'FATAL' }] },
      { 'tailingsFacilities.0.raisingMethod': 'UNKNOWN', 'tailingsFacilities.0.consequenceClass': 'UNKNOWN' },
    ],
    ['an unknown status', { status: 'SOLD' }, { status: 'UNKNOWN' }],
  ])('%s is refused, and nothing is stored', async (_what, change, rules) => {
    const before = await stored('site');
    expect(rulesOf(await hub.refusal(addSite({ ...SITE, name: 'Another', rmiCid: 'CID999002', ...change })))).toEqual(
      rules,
    );
    expect(await stored('site')).toBe(before);
  });

  test('an owner that is hidden or missing is not found', async () => {
    const owners = [{ member: hub.hub.services.ids.encode('member', world.id('nobody'), null), percent: '50' }];
    expect(await hub.refusal(addSite({ ...SITE, name: 'Joint', rmiCid: null, owners }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
