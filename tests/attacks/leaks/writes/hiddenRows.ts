import { addDays } from '../../../../src/kernel/period';
import type { FactClass, World } from '../../../support/world';
import { figure } from './attempts';

const today = new Date().toISOString().slice(0, 10);
const year = Number(today.slice(0, 4));
const COBALT = 'cobalt';
const OWNER_ONLY: FactClass = { tier: 'OWNER_ONLY', dataClass: 'PERFORMANCE' };
const ADDRESSED: FactClass = { tier: 'ADDRESSED', sensitivity: 'COUNTERPARTY', dataClass: 'DEMAND' };

/** Whoever the names of these tests stand for: `sma` writes, everybody else has something that it may not know. */
export async function commonWorld(world: World): Promise<void> {
  await world.alliance('COORDINATION');
  const does = (stage: string) => ({ activities: [{ mineral: COBALT, stage, side: 'SELL' as const }] });
  for (const [name, stage] of [
    ['auto', 'PRODUCT_MANUFACTURING'],
    ['auto2', 'PRODUCT_MANUFACTURING'],
    ['cath', 'CHEMICAL_PROCESSING'],
    ['sma', 'REFINING'],
    ['smb', 'REFINING'],
    ['minex', 'MINING_LSM'],
  ] as const) {
    await world.organisation(name, does(stage));
    await world.person(name, name, ['UPSTREAM_PUBLISHER', 'DOWNSTREAM_USER', 'SITE_OWNER']);
  }
  await world.organisation('stewards', { company: false, stakeholderGroup: 'STANDARD_OWNER' });
  await world.organisation('assessors', { company: false, standing: null });
  await world.organisation('lawyers', { company: false, standing: null, kinds: ['COUNSEL'] });
  await world.organisation('offices', { company: false, standing: null, kinds: ['SECRETARIAT'] });
  await world.organisation('board', { company: false, kinds: ['BODY'] });
  await world.person('steward', 'stewards', ['STANDARD_OWNER']);
  await world.person('assessor', 'assessors', ['ASSESSOR']);
  await world.person('counsel', 'lawyers', ['COMPETITION_COUNSEL']);
  await world.person('office', 'offices', ['SECRETARIAT']);
  await world.person('chair', 'board', ['CHAIR']);
  for (const name of ['sma', 'smb']) await world.site(`${name}1`, { owner: name });
  await world.ownStandard('IRMA', 'stewards');
  await world.assessorFirm('firm', 'assessors', [['IRMA', '1.0']]);
  await world.rows(
    `insert into reference.equivalence (id, from_standard, from_reference, to_standard, to_reference, degree, gaps, state, synthetic)
     values ('T-FULL', 'LBMA_RGG', 'COMPLIANT', 'RMAP', 'gold', 'FULL', '{}', 'APPROVED', true)`,
  );
  await ownTrade(world);
  await ownFacts(world);
}

/** What `sma` has with others, and so may know of. */
async function ownTrade(world: World): Promise<void> {
  await world.link('to auto', { supplier: 'sma1', customer: 'auto', state: 'CONFIRMED' });
  await world.link('from minex', { supplier: 'minex', customer: 'sma', state: 'CONFIRMED', stage: 'MINING_LSM' });
  const byOther = (name: string) => ({ asserted_by_no: world.unitNo(name) });
  await world.link('asserted', { supplier: 'sma1', customer: 'cath', state: 'ASSERTED', columns: byOther('cath') });
  await world.link('asserted too', {
    supplier: 'sma1',
    customer: 'auto2',
    state: 'ASSERTED',
    columns: byOther('auto2'),
  });
  await world.link('asserted by us', { supplier: 'sma1', customer: 'cath', state: 'ASSERTED', mineral: 'copper' });
  await demand(world, 'asked', 'auto', 'sma', 'ISSUED', 'own response');
  await demand(world, 'own demand', 'sma', 'minex', 'ISSUED', 'response of minex');
  await demand(world, 'own draft', 'sma', 'minex', 'DRAFT');
  await agreement(world, 'own agreement', 'sma', 'auto');
  await world.insert('policy.freeze', {
    id: world.id('freeze'),
    data_class: 9,
    reason: 'counsel looks at it',
    frozen_by: world.id('person counsel'),
  });
}

async function ownFacts(world: World): Promise<void> {
  const earlier = { period_start: `${year - 2}-01-01`, period_end: `${year - 1}-01-01` };
  world.name('own figure', await world.measurement('sma1', figure.indicator, '55', 'BILATERAL', earlier));
  await plans(world, 'sma', 'own');
  await assessment(
    world,
    'sma',
    'own assessment',
    { state: 'UNDER_REVIEW' },
    { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' },
  );
  await assessment(world, 'sma', 'planned', { state: 'PLANNED' }, { tier: 'PUBLIC', dataClass: 'PUBLIC_CLAIM' });
  await findings(world, 'sma', 'own');
  await claim(world, 'sma', 'own claim');
  await webhook(world, 'sma', 'own webhook');
  await world.organisation('council', { company: false, standing: null });
  await world.interest('sma', 'sma', 'council', { id: world.id('own interest') });
}

/** What stands in one of the worlds only: of others, about others, and about `sma` by others. */
export async function hiddenRows(world: World): Promise<void> {
  await world.organisation('ghost', {
    standing: null,
    lei: '5493001KJTIIGC8Y1R12',
    columns: { tier: 8, other_ids: JSON.stringify([{ scheme: 'DUNS', value: '150483782' }]) },
  });
  await world.site('smb2', { owner: 'smb', columns: { tier: 8, rmi_cid: 'CID000777', name: 'New site' } });
  await world.link('of others', { supplier: 'smb1', customer: 'auto2', state: 'CONFIRMED' });
  await world.link('asserted by others', {
    supplier: 'minex',
    customer: 'smb',
    state: 'ASSERTED',
    stage: 'MINING_LSM',
  });
  await demand(world, 'of others', 'auto2', 'smb', 'ISSUED', 'response of others');
  await demand(world, 'draft of others', 'auto2', 'smb', 'DRAFT');
  await agreement(world, 'agreement of others', 'smb', 'auto2');
  world.name('figure of others', await world.measurement('smb1', figure.indicator, '77', 'OWNER_ONLY'));
  await plans(world, 'smb', 'others');
  await assessment(
    world,
    'smb',
    'assessment of others',
    { state: 'PLANNED', assessor_no: null, standard_owner_no: null },
    OWNER_ONLY,
  );
  await findings(world, 'smb', 'others');
  // read by the alliance, and by nobody outside of it before its consultation
  await claim(world, 'smb', 'claim of members');
  await world.interest('minex', 'minex', 'smb');
  await webhook(world, 'smb', 'webhook of others');
  await world.rows(
    `insert into vault.client_request (organisation_no, client_key, operation, body_hash, result) values ($1, 'shared-key', 'publishPlan', 'x', '{}')`,
    [world.unitNo('smb')],
  );
  await aboutSma(world);
}

/** Rows about `sma` that another one contributed and that nobody else reads: in the way of every unique key that forgets whose a row is. */
async function aboutSma(world: World): Promise<void> {
  const byOther = { contributor_no: world.unitNo('smb') };
  await world.measurement('sma1', figure.indicator, '66', 'OWNER_ONLY', {
    ...byOther,
    period_start: figure.period.start,
    period_end: figure.period.end,
  });
  await world.store(
    'activity',
    'sma',
    { tier: 'OWNER_ONLY', dataClass: 'ALLIANCE_META' },
    {
      ...byOther,
      organisation_id: world.id('sma'),
      mineral_id: 'copper',
      stage: 'REFINING',
      side: 'SELL',
    },
  );
}

async function demand(
  world: World,
  key: string,
  issuer: string,
  recipient: string,
  state: 'ISSUED' | 'DRAFT',
  response?: string,
): Promise<void> {
  world.name(
    `demand ${key}`,
    await world.store('demand', issuer, ADDRESSED, {
      issuer_id: world.id(issuer),
      state,
      title: `demand ${key}`,
      standard_id: 'RMAP',
      min_level: 'CONFORMANT',
      legal_basis: 'EU_2023_1542',
      cascade: 'BLIND',
      deadline: addDays(today, 80),
      minerals: ['cobalt'],
      issued_on: state === 'ISSUED' ? today : null,
      recipients: [world.unitNo(recipient)],
    }),
  );
  if (response === undefined) return;
  world.name(
    response,
    await world.store('demand_response', recipient, ADDRESSED, {
      demand_id: world.id(`demand ${key}`),
      issuer_no: world.unitNo(issuer),
      recipient_id: world.id(recipient),
      state: 'RECEIVED',
      deadline: addDays(today, 80),
    }),
  );
}

async function agreement(world: World, key: string, provider: string, receiver: string): Promise<void> {
  world.name(
    key,
    await world.store(
      'agreement',
      provider,
      { ...ADDRESSED, dataClass: 'LINK' },
      {
        partner_no: world.unitNo(receiver),
        partner_id: world.id(receiver),
        proposer_no: world.unitNo(receiver),
        state: 'PROPOSED',
        purpose: 'DUE_DILIGENCE',
        data_classes: ['PERFORMANCE'],
        fields: ['Measurement.WATER_WITHDRAWN'],
        starts_on: `${year}-01-01`,
        ends_on: addDays(today, 200),
        deletion_rule: 'delete',
        needs_clearance: false,
      },
    ),
  );
}

async function plans(world: World, owner: string, whose: string): Promise<void> {
  const intent: FactClass = { tier: 'OWNER_ONLY', sensitivity: 'FUTURE_INTENT', dataClass: 'PLAN' };
  const about = { site_id: world.id(`${owner}1`), organisation_id: world.id(owner) };
  world.name(
    `${whose} plan`,
    await world.store('plan', `${owner}1`, intent, {
      ...about,
      topic_id: 'T01',
      title: 'A plan',
      starts_on: `${year}-01-01`,
      ends_on: `${year + 1}-01-01`,
    }),
  );
  world.name(
    `${whose} target`,
    await world.store('target', `${owner}1`, intent, {
      ...about,
      indicator_id: figure.indicator,
      baseline_year: year - 1,
      baseline_value: '10',
      target_year: year + 1,
      target_value: '5',
      unit: 'ML',
    }),
  );
}

async function assessment(
  world: World,
  owner: string,
  key: string,
  columns: Record<string, unknown>,
  factClass: FactClass,
): Promise<void> {
  world.name(
    key,
    await world.store('assessment', `${owner}1`, factClass, {
      site_id: world.id(`${owner}1`),
      organisation_id: world.id(owner),
      standard_id: 'IRMA',
      version_label: '1.0',
      unit_of_assessment: 'SITE',
      level: 'IRMA_75',
      valid_from: `${year}-01-01`,
      valid_to: `${year + 3}-01-01`,
      assessor_id: world.id('firm'),
      assessor_no: world.unitNo('assessors'),
      standard_owner_no: world.unitNo('stewards'),
      ...columns,
    }),
  );
}

async function findings(world: World, owner: string, whose: string): Promise<void> {
  const legal: FactClass = { tier: 'ADDRESSED', sensitivity: 'LEGAL', dataClass: 'PERFORMANCE' };
  const of = whose === 'own' ? 'own assessment' : 'assessment of others';
  world.name(
    `${whose} finding`,
    await world.store('finding', `${owner}1`, legal, {
      assessment_id: world.id(of),
      requirement_ref: '1.1',
      text: 'water is not measured',
      severity: 'MINOR',
    }),
  );
  world.name(
    `${whose} action`,
    await world.store('corrective_action', `${owner}1`, legal, {
      finding_id: world.id(`${whose} finding`),
      action: 'measure it',
      due_on: addDays(today, 20),
    }),
  );
}

async function claim(world: World, owner: string, key: string): Promise<void> {
  world.name(
    key,
    await world.store(
      'equivalence_claim',
      owner,
      { tier: 'ALLIANCE', dataClass: 'ALLIANCE_META' },
      {
        claimant_no: world.unitNo(owner),
        from_standard: 'TSM',
        from_version: 'protocols',
        from_reference: '2',
        to_standard: 'IRMA',
        to_version: '1.0',
        to_reference: '1.2',
        degree: 'FULL',
        state: 'FILED',
      },
    ),
  );
}

async function webhook(world: World, owner: string, key: string): Promise<void> {
  await world.insert('events.webhook', {
    id: world.id(key),
    organisation_no: world.unitNo(owner),
    person_id: world.id(`person ${owner}`),
    roles: ['SITE_OWNER'],
    desk_nos: [world.unitNo(owner)],
    url: 'https://hooks.example.org/before',
    types: ['DEMAND_ISSUED'],
    nonce: Buffer.from(key),
    position: 0,
  });
}
