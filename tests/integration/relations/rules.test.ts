import type { PoolClient } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { groundsOf } from '../../support/referenceModel/relations';
import { SmallWorld } from './smallWorld';
import { WorldInDatabase } from './worldInDatabase';

let database: TestDatabase;
let client: PoolClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await database.admin.connect();
});
afterAll(async () => {
  client.release();
  await database.drop();
});
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

/** `[desk, unit, ground, holds]`: what must stand, and beside it the twin that must not. */
type Claim = [desk: string, unit: string, ground: string, holds: boolean];

async function stored(small: SmallWorld): Promise<WorldInDatabase> {
  const inDatabase = new WorldInDatabase(client);
  await client.query(`set local sluice.relations = 'deferred'`);
  await inDatabase.load(small.world);
  await client.query('set constraints all immediate');
  await client.query(`set local sluice.relations = ''`);
  await inDatabase.bindAll();
  return inDatabase;
}

async function expectClaims(small: SmallWorld, claims: Claim[]): Promise<void> {
  const grounds = await (await stored(small)).grounds();
  const model = groundsOf(small.world);
  for (const [desk, unit, ground, holds] of claims) {
    const names = grounds.get(desk)?.towards.get(unit) ?? [];
    expect({ desk, unit, ground, holds: names.includes(ground) }).toEqual({ desk, unit, ground, holds });
    expect(names).toEqual(model.get(desk)?.get(unit));
  }
}

const ownTrade = (stage: string) => ({ stage });

describe('trade partners', () => {
  test('a link that names a site makes a customer of the site and its organisation, not of the sister site', () =>
    expectClaims(
      new SmallWorld().traders('Smelter', 'Buyer').site('S1', 'Smelter').site('S2', 'Smelter').link('S1', 'Buyer'),
      [
        ['Buyer', 'S1', 'CUSTOMER', true],
        ['Buyer', 'Smelter', 'CUSTOMER', true],
        ['Buyer', 'S2', 'CUSTOMER', false],
        ['Smelter', 'Buyer', 'SUPPLIER', true],
        ['Smelter', 'Buyer', 'CUSTOMER', false],
      ],
    ));

  test('a link of the whole organisation covers its sites of that mineral, not a site of another', () =>
    expectClaims(
      new SmallWorld()
        .traders('Smelter', 'Buyer')
        .site('Copper', 'Smelter')
        .site('Cobalt', 'Smelter', { mainMineral: 'cobalt' })
        .site('Both', 'Smelter', { mainMineral: 'cobalt', byProducts: ['copper'] })
        .link('Smelter', 'Buyer'),
      [
        ['Buyer', 'Copper', 'CUSTOMER', true],
        ['Buyer', 'Both', 'CUSTOMER', true],
        ['Buyer', 'Cobalt', 'CUSTOMER', false],
      ],
    ));

  test.each(['ASSERTED', 'ENDED', 'DISPUTED'] as const)('a link in state %s is no ground', (state) =>
    expectClaims(new SmallWorld().traders('Smelter', 'Buyer').link('Smelter', 'Buyer', { state }), [
      ['Buyer', 'Smelter', 'CUSTOMER', false],
      ['Smelter', 'Buyer', 'SUPPLIER', false],
    ]),
  );

  test('a withdrawn link is no ground, a confirmed one is', () =>
    expectClaims(
      new SmallWorld()
        .traders('Smelter', 'Buyer', 'Other')
        .link('Smelter', 'Buyer', { withdrawn: true })
        .link('Smelter', 'Other', { state: 'CONFIRMED' }),
      [
        ['Buyer', 'Smelter', 'CUSTOMER', false],
        ['Other', 'Smelter', 'CUSTOMER', true],
      ],
    ));
});

describe('members and kinds', () => {
  test('members of one alliance in good standing or late are co-members, others are not', () =>
    expectClaims(
      new SmallWorld()
        .organisation('A', { isCompany: false })
        .organisation('Late', { isCompany: false, standing: 'LATE' })
        .organisation('Elsewhere', { isCompany: false, alliance: 'B' })
        .organisation('Guest', { isCompany: false, standing: null, alliance: null }),
      [
        ['A', 'Late', 'CO_MEMBER', true],
        ['Late', 'A', 'CO_MEMBER', true],
        ['A', 'Elsewhere', 'CO_MEMBER', false],
        ['A', 'Guest', 'CO_MEMBER', false],
        ['A', 'Guest', 'MEMBER', true],
        ['Guest', 'A', 'MEMBER', false],
        ['Guest', 'A', 'PARTY', true],
      ],
    ));

  test.each(['SUSPENDED', 'LEFT'] as const)(
    'a member that is %s reads its own and what is public, whatever else it is',
    (standing) =>
      expectClaims(
        new SmallWorld()
          .organisation('Out', { standing, group: 'G' })
          .organisation('Sister', { group: 'G' })
          .traders('Buyer')
          .desk('Office', { organisation: 'Out', kinds: ['BODY', 'ANALYST'] })
          .link('Buyer', 'Out'),
        [
          ['Office', 'Out', 'SELF', true],
          ['Office', 'Buyer', 'ANYONE', true],
          ['Office', 'Sister', 'AFFILIATE', false],
          ['Office', 'Buyer', 'CUSTOMER', false],
          ['Office', 'Buyer', 'BODY', false],
          ['Office', 'Buyer', 'ANALYST', false],
          ['Office', 'Buyer', 'PARTY', false],
        ],
      ),
  );

  test('kinds of a desk hold towards every unit and at that desk only', () =>
    expectClaims(
      new SmallWorld()
        .traders('Maker')
        .organisation('Alliance', { isCompany: false, standing: null, alliance: null })
        .desk('Secretariat', { organisation: 'Alliance', kinds: ['SECRETARIAT', 'BODY'] }),
      [
        ['Secretariat', 'Maker', 'SECRETARIAT', true],
        ['Secretariat', 'Maker', 'BODY', true],
        ['Alliance', 'Maker', 'SECRETARIAT', false],
      ],
    ));
});

describe('ownership', () => {
  test('one ownership group is affiliated and never a competitor; the same trade outside is', () =>
    expectClaims(
      new SmallWorld()
        .organisation('Mother', { group: 'G' })
        .organisation('Daughter', { group: 'G' })
        .organisation('Rival')
        .activity('Mother')
        .activity('Daughter')
        .activity('Rival'),
      [
        ['Mother', 'Daughter', 'AFFILIATE', true],
        ['Mother', 'Daughter', 'CO_MEMBER', true],
        ['Mother', 'Rival', 'AFFILIATE', false],
        ['Mother', 'Rival', 'CO_MEMBER_COMPETITOR', true],
        ['Mother', 'Rival', 'CO_MEMBER', false],
      ],
    ));

  test('a partner in a joint venture is no affiliate, neither of the site nor of the operator, and gets a flag', async () => {
    const small = new SmallWorld()
      .traders('Operator', 'Partner', 'Small')
      .site('Venture', 'Operator')
      .site('Other', 'Operator')
      .holding('Venture', 'Partner', 40)
      .holding('Venture', 'Small', 10);
    await expectClaims(small, [
      ['Partner', 'Venture', 'AFFILIATE', false],
      ['Partner', 'Other', 'AFFILIATE', false],
      ['Operator', 'Venture', 'SELF', true],
    ]);
    const { rows } = await client.query<{ legal_name: string; percent: string }>(
      `select o.legal_name, f.percent from policy.conflict_flag f join vault.organisation o on o.unit_no = f.holder_no`,
    );
    expect(rows).toEqual([{ legal_name: 'Partner', percent: '40' }]);
  });

  test.each([
    [20, true],
    [null, true],
    [19.9, false],
  ])('a holder of %s percent makes its competitors compete with the site: %s', (percent, competes) =>
    expectClaims(
      new SmallWorld()
        .traders('Operator')
        .organisation('Partner')
        .organisation('Rival')
        .activity('Partner')
        .activity('Rival')
        .site('Venture', 'Operator')
        .site('Other', 'Operator')
        .holding('Venture', 'Partner', percent),
      [
        ['Rival', 'Venture', 'CO_MEMBER_COMPETITOR', competes],
        ['Rival', 'Venture', 'CO_MEMBER', !competes],
        ['Rival', 'Other', 'CO_MEMBER', true],
        ['Operator', 'Venture', 'CO_MEMBER', true],
      ],
    ),
  );
});

describe('competitors', () => {
  const pair = (mine: object, theirs: object) =>
    new SmallWorld().organisation('A').organisation('B').activity('A', mine).activity('B', theirs);
  const cases: [string, SmallWorld, boolean][] = [
    ['the same mineral, stage and side', pair({}, {}), true],
    ['another stage', pair({}, ownTrade('SMELTING')), false],
    ['the other side', pair({}, { side: 'BUY' }), false],
    ['both buying', pair({ side: 'BUY' }, { side: 'BUY' }), true],
    ['another mineral', pair({}, { mineral: 'nickel' }), false],
    ['a declared substitute', pair({ mineral: 'cobalt' }, { mineral: 'nickel' }).substitute('nickel', 'cobalt'), true],
    ['markets apart', pair({ markets: ['US'] }, { markets: ['CL', 'DE'] }), false],
    ['a market in common', pair({ markets: ['US', 'DE'] }, { markets: ['CL', 'DE'] }), true],
    ['one worldwide', pair({ markets: ['US'] }, {}), true],
    ['the union and a member of it', pair({ markets: ['EU'] }, { markets: ['DE'] }), true],
    ['the union and a country outside', pair({ markets: ['EU'] }, { markets: ['US'] }), false],
    ['a region that nobody defined', pair({ markets: ['ASIA'] }, { markets: ['US'] }), true],
    ['a planned activity', pair({}, { origin: 'PLANNED' }).activity('B', ownTrade('SMELTING')), true],
    ['a withdrawn activity', pair({}, { withdrawn: true }).activity('B', ownTrade('SMELTING')), false],
    ['a site under construction', pair({}, ownTrade('SMELTING')).site('S', 'B', { status: 'CONSTRUCTION' }), true],
    ['a site in operation', pair({}, ownTrade('SMELTING')).site('S', 'B'), false],
    [
      'a trade seen in a confirmed link only',
      pair({}, ownTrade('SMELTING')).traders('C').link('B', 'C', { stage: 'REFINING', state: 'CONFIRMED' }),
      true,
    ],
    [
      'a trade asserted in a link only',
      pair({}, ownTrade('SMELTING')).traders('C').link('B', 'C', { stage: 'REFINING', state: 'ASSERTED' }),
      false,
    ],
    ['a company that declares nothing', new SmallWorld().organisation('A').activity('A').organisation('B'), true],
    [
      'no company',
      new SmallWorld().organisation('A').activity('A').organisation('B', { isCompany: false }).activity('B'),
      false,
    ],
  ];

  test.each(cases)('%s: competes %#', (_name, small, competes) =>
    expectClaims(small, [
      ['A', 'B', 'CO_MEMBER_COMPETITOR', competes],
      ['A', 'B', 'PARTY_COMPETITOR', competes],
      ['A', 'B', 'CO_MEMBER', !competes],
      ['B', 'A', 'PARTY_COMPETITOR', competes],
      ['A', 'B', 'ANYONE', true],
    ]),
  );

  test('a desk behind an attested wall competes by its own activities; before the wall is attested by all of them', () => {
    const small = new SmallWorld().organisation('Maker').activity('Maker').activity('Maker', ownTrade('MINING_LSM'));
    const [buying] = small.world.activities.map((activity) => activity.key);
    small.desk('Walled', { organisation: 'Maker', activities: [buying ?? ''], wallAttested: true });
    small.desk('Unattested', { organisation: 'Maker', activities: [buying ?? ''] });
    small.organisation('Mine').activity('Mine', ownTrade('MINING_LSM'));
    return expectClaims(small, [
      ['Walled', 'Mine', 'CO_MEMBER', true],
      ['Unattested', 'Mine', 'CO_MEMBER_COMPETITOR', true],
      ['Maker', 'Mine', 'CO_MEMBER_COMPETITOR', true],
    ]);
  });

  test('custom with a competitor is own trade only', () =>
    expectClaims(pair({}, {}).link('B', 'A'), [
      ['A', 'B', 'CUSTOMER_COMPETITOR', true],
      ['A', 'B', 'CUSTOMER', false],
      ['A', 'B', 'PARTY_COMPETITOR', true],
    ]));
});

describe('assessors', () => {
  const engaged = () =>
    new SmallWorld()
      .traders('Mine')
      .organisation('Holder', { isCompany: false })
      .organisation('Sister', { group: 'Mine' })
      .organisation('Auditor', { isCompany: false, standing: null, alliance: null })
      .site('Pit', 'Mine')
      .site('Other', 'Mine')
      .holding('Pit', 'Holder', 10);

  test.each([
    ['PLANNED', true],
    ['IN_PROGRESS', true],
    ['UNDER_REVIEW', true],
    ['CONFORMANT', false],
    ['CANCELLED', false],
  ])('an assessment in state %s makes an assessor of that site: %s', (state, holds) =>
    expectClaims(engaged().assessment('Pit', 'Auditor', state), [
      ['Auditor', 'Pit', 'ASSESSOR', holds],
      ['Auditor', 'Other', 'ASSESSOR', false],
      ['Holder', 'Pit', 'ASSESSOR', false],
    ]),
  );

  test.each([
    ['Mine', false, false],
    ['Sister', false, false],
    ['Holder', false, false],
    ['Mine', true, true],
  ])('an interest in %s, over: %s, leaves the assessor engaged: %s', (counterpart, over, holds) =>
    expectClaims(engaged().assessment('Pit', 'Auditor').interest('Auditor', counterpart, over), [
      ['Auditor', 'Pit', 'ASSESSOR', holds],
    ]),
  );

  test('a company that is in the same trade is no assessor, one that merely declares nothing is', () =>
    expectClaims(
      engaged()
        .organisation('Rival')
        .activity('Rival', { stage: 'STAGE OF Mine' })
        .organisation('Firm', { standing: null, alliance: null })
        .assessment('Pit', 'Rival')
        .assessment('Pit', 'Firm'),
      [
        ['Rival', 'Pit', 'ASSESSOR', false],
        ['Firm', 'Pit', 'ASSESSOR', true],
      ],
    ));
});

describe('reach over disclosed links', () => {
  test('goes hop by hop in both directions, and never doubles a direct relation', () =>
    expectClaims(
      new SmallWorld().traders('Mine', 'Smelter', 'Maker', 'Brand').chain('Mine', 'Smelter', 'Maker', 'Brand'),
      [
        ['Brand', 'Mine', 'DOWNSTREAM', true],
        ['Brand', 'Smelter', 'DOWNSTREAM', true],
        ['Brand', 'Maker', 'CUSTOMER', true],
        ['Brand', 'Maker', 'DOWNSTREAM', false],
        ['Mine', 'Brand', 'UPSTREAM', true],
        ['Mine', 'Brand', 'DOWNSTREAM', false],
      ],
    ));

  const middle: [string, Parameters<SmallWorld['link']>[2], boolean][] = [
    ['disclosed to the chain', {}, true],
    ['confirmed only', { state: 'CONFIRMED' }, false],
    ['without the consent of the supplier', { supplierAudience: 0 }, false],
    ['without the consent of the customer', { customerAudience: 0 }, false],
    ['of another mineral', { mineral: 'cobalt' }, false],
    ['withdrawn', { withdrawn: true }, false],
  ];
  test.each(middle)('over a link %s', (_name, change, holds) =>
    expectClaims(
      new SmallWorld().traders('Mine', 'Smelter', 'Maker').link('Mine', 'Smelter', change).link('Smelter', 'Maker'),
      [
        ['Maker', 'Mine', 'DOWNSTREAM', holds],
        ['Maker', 'Smelter', 'CUSTOMER', true],
      ],
    ),
  );

  test.each([
    [1, false],
    [2, false],
    [3, true],
  ])('a competitor of an end passes a link of audience %i: %s, and only as competitor', (audience, passes) =>
    expectClaims(
      new SmallWorld()
        .traders('Mine', 'Maker')
        .organisation('Smelter')
        .activity('Smelter')
        .activity('Maker')
        .link('Mine', 'Smelter', { supplierAudience: audience, customerAudience: audience })
        .link('Smelter', 'Maker'),
      [
        ['Maker', 'Smelter', 'CUSTOMER_COMPETITOR', true],
        ['Maker', 'Mine', 'DOWNSTREAM', passes],
      ],
    ),
  );

  test('reaches a site only through itself or its whole organisation', () =>
    expectClaims(
      new SmallWorld()
        .traders('Mine', 'Smelter', 'Maker')
        .site('S1', 'Smelter')
        .site('S2', 'Smelter')
        .site('Pit', 'Mine')
        .link('Pit', 'S2')
        .link('S1', 'Maker'),
      [
        ['Maker', 'S1', 'CUSTOMER', true],
        ['Maker', 'Pit', 'DOWNSTREAM', false],
      ],
    ));

  test('ends after twelve hops', () => {
    const keys = Array.from({ length: 15 }, (_unused, index) => `T${index}`);
    const last = keys.length - 1;
    return expectClaims(new SmallWorld().traders(...keys).chain(...keys), [
      [`T${last}`, `T${last - 12}`, 'DOWNSTREAM', true],
      [`T${last}`, `T${last - 13}`, 'DOWNSTREAM', false],
    ]);
  });

  test('goes round a circle once', () =>
    expectClaims(new SmallWorld().traders('A', 'B', 'C').chain('A', 'B', 'C', 'A'), [
      ['A', 'B', 'DOWNSTREAM', true],
      ['A', 'B', 'SUPPLIER', true],
      ['A', 'A', 'DOWNSTREAM', false],
    ]));
});
