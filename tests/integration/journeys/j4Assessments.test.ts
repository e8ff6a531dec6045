import { bindingKey, WriteSession } from '../../../src/database/boundTransaction';
import { EVERY_GROUND } from '../../../src/policy/grounds';
import { tickAssessments } from '../../../src/modules/standards';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { type Json, TestHub } from '../../support/hub';
import { World } from '../../support/world';

let database: TestDatabase;
let hub: TestHub;
let world: World;
const today = new Date().toISOString().slice(0, 10);
const year = Number(today.slice(0, 4));

beforeAll(async () => {
  database = await createTestDatabase();
  world = new World(database.admin);
  await world.alliance();
  const mining = [{ mineral: 'copper', stage: 'MINING_LSM', side: 'SELL' }] as const;
  await world.organisation('minex', { activities: mining });
  await world.organisation('rival', { activities: mining });
  await world.organisation('steward', { company: false, stakeholderGroup: 'STANDARD_OWNER' });
  await world.organisation('other steward', { company: false, stakeholderGroup: 'STANDARD_OWNER' });
  await world.organisation('assessors', { company: false, standing: null });
  await world.organisation('near assessors', { company: false, standing: null });
  await world.organisation('board', { company: false, kinds: ['BODY'] });
  await world.site('minex1', { owner: 'minex', type: 'MINE_OPEN_PIT', stages: ['MINING_LSM'], minerals: ['copper'] });
  await world.site('rival1', { owner: 'rival', type: 'MINE_OPEN_PIT', stages: ['MINING_LSM'], minerals: ['copper'] });
  await world.person('minex', 'minex', ['SITE_OWNER', 'UPSTREAM_PUBLISHER']);
  await world.person('rival', 'rival', ['SITE_OWNER', 'UPSTREAM_PUBLISHER']);
  await world.person('steward', 'steward', ['STANDARD_OWNER']);
  await world.person('other', 'other steward', ['STANDARD_OWNER']);
  await world.person('assessor', 'assessors', ['ASSESSOR']);
  await world.person('near', 'near assessors', ['ASSESSOR']);
  await world.person('chair', 'board', ['CHAIR']);
  await world.ownStandard('IRMA', 'steward');
  await world.standard('SMALL', 'steward', ['BASIC', 'FULL']);
  await world.standard('COUNTRY_ONLY', 'steward', ['LOW'], { unit_of_assessment: 'COUNTRY' });
  for (const [place, reference] of ['1', '2'].entries()) {
    await world.insert('reference.requirement', {
      id: `SMALL/${reference}`,
      topic_id: `T0${place + 1}`,
      standard_id: 'SMALL',
      version: '1.0',
      reference,
      title: 'short',
      coverage: 'CORE',
      certainty: 'HIGH',
    });
  }
  const accredited: [string, string][] = [
    ['IRMA', '1.0'],
    ['SMALL', '1.0'],
  ];
  await world.assessorFirm('firm', 'assessors', accredited);
  await world.assessorFirm('near firm', 'near assessors', accredited);
  await world.assessorFirm('lapsed firm', 'assessors', []);
  await world.interest('near', 'near assessors', 'minex', { valid_to: `${year - 1}-12-31` });
  hub = await TestHub.start(database);
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const siteId = (key: string): string => hub.hub.services.ids.encode('site', world.id(key), null);
const firmId = (key: string, viewer: string): string =>
  hub.hub.services.ids.encode('assessor', world.id(key), world.id(viewer));
const PUBLISH = `mutation ($input: PublishAssessmentInput!) { publishAssessment(input: $input) { assessment { id state label result standardVersion } warnings } }`;
let reports = 0;
const claim = (change: object = {}): Record<string, unknown> => ({
  site: siteId('minex1'),
  standardVersion: 'IRMA/1.0',
  level: 'IRMA_75',
  validFrom: `${year}-01-01`,
  validTo: `${year + 3}-01-01`,
  report: { url: 'https://example.org/report.pdf', sha256: (reports += 1).toString(16).padStart(64, '0') },
  ...change,
});
const publish = (change: object = {}, as = 'minex') => ({ as, query: PUBLISH, variables: { input: claim(change) } });
const rulesOf = (refusal: Json): Record<string, string> =>
  Object.fromEntries(refusal.issues.map((issue: Json) => [issue.path.slice(1).join('.'), issue.rule]));
const PUBLIC_READ =
  '{ site(id: "SITE") { assessments(WHERE orderBy: [{ field: validTo, direction: ASC }]) { totalCount nodes { state label result validTo assurance } } } }';
const seen = async (as?: string, where = '', site = 'minex1'): Promise<Json[]> => {
  const query = PUBLIC_READ.replace('SITE', siteId(site)).replace('WHERE', where);
  const { site: found } = await hub.data({ as, query });
  expect(found.assessments.totalCount).toBe(found.assessments.nodes.length);
  return found.assessments.nodes;
};
const step = (name: string, as: string, input: object) => ({
  as,
  query: `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { assessment { id state label result } } }`,
  variables: { input },
});
/** The id of an assessment as another viewer writes it. */
const idFor = (id: string, from: string, to: string): string => {
  const { ids } = hub.hub.services;
  return ids.encode('assessment', ids.decode(id, world.id(from))?.uuid ?? '', world.id(to));
};

describe('J4: MineX publishes an assessment against IRMA', () => {
  test('it stays under review, and the public sees the label SELF_DECLARED and no level', async () => {
    const { publishAssessment } = await hub.data(publish());
    expect(publishAssessment.assessment).toMatchObject({
      state: 'UNDER_REVIEW',
      label: 'SELF_DECLARED',
      result: 'IRMA_75',
      standardVersion: 'IRMA/1.0',
    });
    expect(await seen()).toEqual([
      expect.objectContaining({ state: 'UNDER_REVIEW', label: 'SELF_DECLARED', result: null }),
    ]);
    expect(await seen('rival')).toEqual([expect.objectContaining({ label: 'SELF_DECLARED', result: null })]);
    expect(await seen('steward')).toEqual([expect.objectContaining({ result: 'IRMA_75' })]);
    expect(await seen(undefined, 'where: { result: { eq: "IRMA_75" } }')).toEqual([]);
  });

  test.each<[string, () => object, Record<string, string>]>([
    ['a level of another standard', () => ({ level: 'AAA' }), { level: 'LEVEL' }],
    ['48 months', () => ({ validTo: `${year + 4}-01-01` }), { validTo: 'VALIDITY' }],
    ['an end before the start', () => ({ validTo: `${year - 1}-01-01` }), { validTo: 'ORDER' }],
    ['a day that is none', () => ({ validFrom: `${year}-02-30` }), { validFrom: 'NO_SUCH_DAY' }],
    ['an unknown version', () => ({ standardVersion: 'IRMA/9' }), { standardVersion: 'UNKNOWN' }],
    [
      'a standard for countries',
      () => ({ standardVersion: 'COUNTRY_ONLY/1.0', level: 'LOW' }),
      { site: 'UNIT_OF_ASSESSMENT' },
    ],
    ['the member as a whole', () => ({ site: null }), { site: 'UNIT_OF_ASSESSMENT' }],
    [
      'a hash that is none',
      () => ({ report: { url: 'https://example.org', sha256: 'abc' } }),
      { 'report.sha256': 'FORMAT' },
    ],
    [
      'an address that runs',
      () => ({ report: { url: 'javascript:alert(1)', sha256: 'f'.repeat(64) } }),
      { 'report.url': 'FORMAT' },
    ],
    ['an unknown assurance', () => ({ assurance: 'GOLD' }), { assurance: 'UNKNOWN' }],
    [
      'third-party assurance without a third party',
      () => ({ assurance: 'THIRD_PARTY_LIMITED' }),
      { assessor: 'REQUIRED' },
    ],
    [
      'an assessor without accreditation',
      () => ({ assessor: firmId('lapsed firm', 'minex') }),
      { assessor: 'ACCREDITATION' },
    ],
    [
      'a report recorded before',
      () => ({ report: { url: 'https://example.org/x', sha256: '1'.padStart(64, '0') } }),
      { 'report.sha256': 'DUPLICATE' },
    ],
  ])('%s is refused', async (_what, change, rules) => {
    expect(rulesOf(await hub.refusal(publish(change())))).toEqual(rules);
    expect(await seen()).toHaveLength(1);
  });

  test('an assessor with an interest entry is a conflict of interest, told without the interest', async () => {
    const refused = await hub.ask(publish({ assessor: firmId('near firm', 'minex') }));
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT_OF_INTEREST',
      rule: 'ASSESSMENT.INDEPENDENCE',
    });
    expect(refused.text).not.toContain('shares');
    await database.admin.query(`update vault.interest set valid_to = $1`, [`${year - 4}-12-31`]);
    expect(
      (await hub.ask(publish({ assessor: firmId('near firm', 'minex'), level: 'AAA' }))).errors[0]?.extensions.code,
    ).toBe('VALIDATION');
    await database.admin.query(`update vault.interest set valid_to = null`);
  });

  test("another member's site is not found, like one that does not exist", async () => {
    const hidden = await hub.ask(publish({ site: siteId('rival1') }));
    const missing = await hub.ask(publish({ site: siteId('nowhere') }));
    expect(hidden.errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    expect(missing.text).toBe(hidden.text);
  });

  test('the owner of the standard alone decides; then everybody sees the level', async () => {
    const [row] = await world.rows<{ id: string }>(`select id from vault.assessment where standard_id = 'IRMA'`);
    const idOf = (viewer: string): string => hub.hub.services.ids.encode('assessment', row?.id ?? '', world.id(viewer));
    const decide = (as: string, viewer: string, decision = 'CONFORMANT') =>
      step('decideAssessment', as, { assessment: idOf(viewer), decision });
    expect(await hub.refusal(decide('minex', 'minex'))).toMatchObject({ code: 'STATE' });
    expect(await hub.refusal(decide('other', 'other steward'))).toMatchObject({ code: 'POLICY_DENIED' });
    expect(await hub.refusal(decide('rival', 'rival'))).toMatchObject({ code: 'POLICY_DENIED' });
    expect(
      await hub.refusal(step('decideAssessment', 'steward', { assessment: idOf('minex'), decision: 'CONFORMANT' })),
    ).toMatchObject({ code: 'NOT_FOUND' });
    await world.interest('steward', 'steward', 'minex');
    expect(await hub.refusal(decide('steward', 'steward'))).toMatchObject({ code: 'CONFLICT_OF_INTEREST' });
    await database.admin.query('delete from vault.interest where organisation_no = $1', [world.unitNo('steward')]);
    const { decideAssessment } = await hub.data(decide('steward', 'steward'));
    expect(decideAssessment.assessment).toMatchObject({ state: 'CONFORMANT', label: 'CONFORMANT', result: 'IRMA_75' });
    expect(await seen()).toEqual([
      expect.objectContaining({ state: 'CONFORMANT', label: 'CONFORMANT', result: 'IRMA_75' }),
    ]);
    expect(await hub.refusal(decide('steward', 'steward', 'NON_CONFORMANT'))).toMatchObject({ code: 'STATE' });
  });

  test('suspension, reinstatement and appeal follow the machine, and the label follows them', async () => {
    const [row] = await world.rows<{ id: string }>(`select id from vault.assessment where standard_id = 'IRMA'`);
    const move = (as: string, viewer: string, action: string, reason?: string) =>
      step('moveAssessment', as, {
        assessment: hub.hub.services.ids.encode('assessment', row?.id ?? '', world.id(viewer)),
        action,
        reason,
      });
    expect(rulesOf(await hub.refusal(move('steward', 'steward', 'suspend')))).toEqual({ reason: 'REQUIRED' });
    expect((await hub.data(move('steward', 'steward', 'suspend', 'spill'))).moveAssessment.assessment.label).toBe(
      'SUSPENDED',
    );
    expect(
      (await hub.data(move('minex', 'minex', 'appeal', 'it was not ours'))).moveAssessment.assessment,
    ).toMatchObject({ state: 'UNDER_APPEAL', label: 'SUSPENDED' });
    expect(await hub.refusal(move('steward', 'steward', 'uphold'))).toMatchObject({ code: 'STATE' });
    expect((await hub.data(move('chair', 'board', 'uphold'))).moveAssessment.assessment.state).toBe('SUSPENDED');
    expect((await hub.data(move('steward', 'steward', 'reinstate'))).moveAssessment.assessment).toMatchObject({
      state: 'CONFORMANT',
      label: 'CONFORMANT',
    });
    await database.admin.query(`update vault.assessment set decided_at = now() - interval '40 days' where id = $1`, [
      row?.id,
    ]);
    expect(await hub.refusal(move('minex', 'minex', 'appeal', 'late'))).toMatchObject({
      code: 'STATE',
      rule: 'ASSESSMENT.GUARD',
    });
    const steps = await world.rows<{ action: string }>(
      `select action from vault.transition where machine = 'ASSESSMENT' and subject_id = $1 order by id`,
      [row?.id],
    );
    expect(steps.map(({ action }) => action)).toEqual([
      'record_existing',
      'decide_conformant',
      'suspend',
      'appeal',
      'uphold',
      'reinstate',
    ]);
  });
});

describe('an assessment from plan to corrective action', () => {
  test('each party takes its own steps, findings stay among them, and open ones hold the certificate back', async () => {
    const plan = `mutation ($input: PlanAssessmentInput!) { planAssessment(input: $input) { assessment { id state } } }`;
    const { planAssessment } = await hub.data({
      as: 'minex',
      query: plan,
      variables: { input: { site: siteId('minex1'), standardVersion: 'SMALL/1.0', assessor: firmId('firm', 'minex') } },
    });
    const id: string = planAssessment.assessment.id;
    const [assessor, steward] = [idFor(id, 'minex', 'assessors'), idFor(id, 'minex', 'steward')];
    expect(await hub.refusal(step('moveAssessment', 'minex', { assessment: id, action: 'start' }))).toMatchObject({
      code: 'STATE',
    });
    await hub.data(step('moveAssessment', 'assessor', { assessment: assessor, action: 'start' }));
    const report = (change: object) =>
      step('reportAssessment', 'assessor', {
        assessment: assessor,
        level: 'FULL',
        assurance: 'THIRD_PARTY_LIMITED',
        criterionResults: [
          { requirement: '1', rating: 'FULLY' },
          { requirement: '2', rating: 'PARTIALLY' },
        ],
        findings: [{ requirement: '2', severity: 'MAJOR', text: 'no plan' }],
        ...change,
      });
    expect(
      rulesOf(await hub.refusal(report({ criterionResults: [{ requirement: '1', rating: 'NOT_APPLICABLE' }] }))),
    ).toEqual({
      criterionResults: 'UNRATED',
      'criterionResults.0.reason': 'REQUIRED',
    });
    await hub.data(report({}));
    const detail = (as?: string) => ({
      as,
      query: `{ site(id: "${siteId('minex1')}") { assessments(where: { standard: { eq: "SMALL" } }) { nodes { state result criterionResults { requirement rating } findings { id severity text correctiveActions { id state } } } } } }`,
    });
    const owned = (await hub.data(detail('minex'))).site.assessments.nodes[0];
    expect(owned).toMatchObject({ state: 'UNDER_REVIEW', findings: [{ severity: 'MAJOR', text: 'no plan' }] });
    for (const outsider of [undefined, 'rival', 'other']) {
      expect((await hub.data(detail(outsider))).site.assessments.nodes[0]).toMatchObject({
        result: null,
        criterionResults: [],
        findings: [],
      });
    }
    const decide = (decision: string) =>
      step('decideAssessment', 'steward', {
        assessment: steward,
        decision,
        validFrom: `${year}-01-01`,
        validTo: `${year + 2}-01-01`,
      });
    expect(await hub.refusal(decide('CONFORMANT'))).toMatchObject({ code: 'STATE', rule: 'ASSESSMENT.GUARD' });
    expect(await hub.refusal(decide('CONFORMANT_WITH_CAP'))).toMatchObject({ code: 'STATE', rule: 'ASSESSMENT.GUARD' });
    const planAction = (dueOn: string) => ({
      as: 'minex',
      query: `mutation ($input: PlanCorrectiveActionInput!) { planCorrectiveAction(input: $input) { id state } }`,
      variables: { input: { finding: owned.findings[0].id, action: 'write a plan', dueOn } },
    });
    expect(rulesOf(await hub.refusal(planAction('2020-01-01')))).toEqual({ dueOn: 'BOUNDS' });
    const { planCorrectiveAction } = await hub.data(planAction(`${year + 1}-03-01`));
    expect((await hub.data(decide('CONFORMANT_WITH_CAP'))).decideAssessment.assessment).toMatchObject({
      state: 'CONFORMANT_WITH_CAP',
      result: 'FULL',
    });
    expect((await hub.data(detail())).site.assessments.nodes[0]).toMatchObject({
      result: 'FULL',
      criterionResults: [],
      findings: [],
    });
    expect((await hub.data(detail('rival'))).site.assessments.nodes[0]).toMatchObject({
      criterionResults: [{ requirement: '1' }, { requirement: '2' }],
      findings: [],
    });
    const close = step('moveAssessment', 'assessor', { assessment: assessor, action: 'close_cap' });
    expect(await hub.refusal(close)).toMatchObject({ code: 'STATE' });
    const moveAction = (as: string, viewer: string, state: string) => ({
      as,
      query: `mutation ($input: MoveCorrectiveActionInput!) { moveCorrectiveAction(input: $input) { state } }`,
      variables: {
        input: {
          state,
          correctiveAction: hub.hub.services.ids.encode(
            'action',
            hub.hub.services.ids.decode(planCorrectiveAction.id, world.id('minex'))?.uuid ?? '',
            world.id(viewer),
          ),
        },
      },
    });
    expect(await hub.refusal(moveAction('minex', 'minex', 'VERIFIED'))).toMatchObject({ code: 'STATE' });
    await hub.data(moveAction('minex', 'minex', 'DONE'));
    expect(await hub.refusal(moveAction('rival', 'rival', 'VERIFIED'))).toMatchObject({ code: 'NOT_FOUND' });
    await hub.data(moveAction('assessor', 'assessors', 'VERIFIED'));
    expect((await hub.data(close)).moveAssessment.assessment).toMatchObject({
      state: 'CONFORMANT',
      label: 'CONFORMANT',
    });
  });
});

describe('J2: certificates of suppliers', () => {
  test('an expired one is returned as EXPIRED, never as valid, before any tick and after it', async () => {
    await world.store(
      'assessment',
      'rival1',
      { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
      {
        site_id: world.id('rival1'),
        organisation_id: world.id('rival'),
        standard_id: 'IRMA',
        version_label: '1.0',
        unit_of_assessment: 'SITE',
        level: 'IRMA_50',
        assurance: 'THIRD_PARTY_REASONABLE',
        state: 'CONFORMANT',
        label: 'CONFORMANT',
        valid_from: '2021-01-01',
        valid_to: '2024-01-01',
        decided_at: '2021-01-01',
      },
    );
    const expired = [
      expect.objectContaining({
        state: 'EXPIRED',
        validTo: '2024-01-01',
        assurance: 'THIRD_PARTY_REASONABLE',
        result: 'IRMA_50',
      }),
    ];
    expect(await seen('minex', '', 'rival1')).toEqual(expired);
    expect(await seen('minex', 'where: { state: { eq: "CONFORMANT" } }', 'rival1')).toEqual([]);
    expect(await seen('minex', 'where: { standard: { eq: "IRMA" }, state: { eq: "EXPIRED" } }', 'rival1')).toEqual(
      expired,
    );
    const { trustee } = database.pools;
    expect(await tickAssessments(trustee, today)).toEqual({ expired: 1, superseded: 0, suspended: 0 });
    expect(await tickAssessments(trustee, today)).toEqual({ expired: 0, superseded: 0, suspended: 0 });
    expect(await seen('minex', '', 'rival1')).toEqual(expired);
  });
});

/** INVARIANT OwnerNeverConfirmsItself, on the connection that the hub writes with; the twin without the guard lets it through. */
test("not even SQL on the hub's own connection lets the owner of a site confirm itself", async () => {
  const [row] = await world.rows<{ id: string }>(
    `select id from vault.assessment where standard_id = 'IRMA' and owner_no = $1`,
    [world.unitNo('minex')],
  );
  const confirm = async (): Promise<number> => {
    const session = WriteSession.open(database.pools.contributor, bindingKey(database.secret), {
      desks: [world.deskNo('minex')],
      organisation: world.unitNo('minex'),
      may: EVERY_GROUND,
      purpose: '',
      initiative: null,
      expiresAtSeconds: Math.floor(Date.now() / 1000) + 60,
    });
    try {
      const rows = await session.query(
        `update vault.assessment set label = 'CONFORMANT', level = 'IRMA_100' where id = $1 returning id`,
        [row?.id],
      );
      return rows.length;
    } finally {
      await session.rollback();
    }
  };
  await expect(confirm()).rejects.toThrow('plans or claims');
  await database.admin.query('alter table vault.assessment disable trigger guard');
  expect(await confirm()).toBe(1);
  await database.admin.query('alter table vault.assessment enable trigger guard');
});
