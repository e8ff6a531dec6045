import { loadCatalogue } from '../../../src/modules/reference';
import { allPairs } from '../../../src/kernel/stateMachine';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { TestHub } from '../../support/hub';
import { World } from '../../support/world';

/** Every state of an agreement with every step that a party or counsel can ask for: what the machine does not list changes nothing. */
const machine = loadCatalogue().stateMachines.get('DATA_SHARING_AGREEMENT');
const ACTIONS = ['COUNSEL_CLEAR', 'SIGN', 'REFUSE', 'SUSPEND', 'RESUME', 'TERMINATE', 'CONFIRM_DISPOSAL'];
const ACTORS: Readonly<Record<string, readonly string[]>> = {
  sma: ['EITHER_PARTY', 'BOTH_PARTIES'],
  cath: ['EITHER_PARTY', 'BOTH_PARTIES', 'OTHER_PARTY', 'RECEIVING_PARTY'],
  counsel: ['COMPETITION_COUNSEL'],
};

let database: TestDatabase;
let hub: TestHub;
let world: World;
const agreement = '11111111-1111-4111-8111-111111111111';

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance('COORDINATION');
  await world.organisation('sma', { activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }] });
  await world.organisation('cath', { activities: [{ mineral: 'cobalt', stage: 'CHEMICAL_PROCESSING', side: 'SELL' }] });
  await world.organisation('lawyers', { company: false, standing: null, kinds: ['COUNSEL'] });
  for (const name of ['sma', 'cath']) await world.person(name, name);
  await world.person('counsel', 'lawyers', ['COMPETITION_COUNSEL']);
  await database.admin.query(
    `insert into vault.agreement (id, unit_no, owner_no, contributor_no, tier, sensitivity, data_class, partner_no, partner_id, proposer_no, state, purpose, data_classes, fields,
       starts_on, ends_on, deletion_rule, needs_clearance, cleared) values ($1, $2, $2, $2, 6, 5, 5, $3, $4, $2, 'PROPOSED', 'DUE_DILIGENCE', '{PERFORMANCE}', '{Measurement.TRIR}',
       '2026-01-01', '2027-01-01', 'delete', true, true)`,
    [agreement, world.unitNo('sma'), world.unitNo('cath'), world.id('cath')],
  );
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const cases = (machine === undefined ? [] : allPairs(machine)).flatMap(({ from, action, rows }) =>
  from === null || !ACTIONS.includes(action.toUpperCase())
    ? []
    : Object.entries(ACTORS).map(([as, parts]) => ({
        as,
        from,
        action: action.toUpperCase(),
        isListed: rows.some((row) => row.actors.some((actor) => parts.includes(actor))),
      })),
);

test('the machine gives pairs to try', () => {
  expect(cases.length).toBeGreaterThan(150);
});

test('a step that is not listed is STATE for whoever asks, and changes nothing', async () => {
  const encode = (as: string): string => {
    const organisation = as === 'counsel' ? 'lawyers' : as;
    return hub.hub.services.ids.encode('agreement', agreement, world.id(organisation));
  };
  const query = 'mutation ($input: MoveAgreementInput!) { moveAgreement(input: $input) { agreement { state } } }';
  for (const { as, from, action } of cases.filter((each) => !each.isListed)) {
    const signed = from === 'SIGNED_ONE' ? [world.unitNo('sma')] : [];
    await database.admin.query(
      'update vault.agreement set state = $2, signed_by = $3, pending_action = null where id = $1',
      [agreement, from, signed],
    );
    const before = await world.rows('select * from vault.agreement');
    const answer = await hub.ask({
      as,
      query,
      variables: { input: { agreement: encode(as), action, reason: 'because' } },
    });
    expect({ as, from, action, code: answer.errors[0]?.extensions.code }).toEqual({ as, from, action, code: 'STATE' });
    expect(await world.rows('select * from vault.agreement')).toEqual(before);
  }
});
