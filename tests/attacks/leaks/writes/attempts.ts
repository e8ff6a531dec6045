import { RISKS } from '../../../../src/modules/governance/risks';
import { addDays } from '../../../../src/kernel/period';
import type { EntityType } from '../../../../src/kernel/opaqueId';

/** One write as it would succeed, by somebody for whom it is meant. */
export interface Attempt {
  as: string;
  name: string;
  input: Record<string, unknown>;
}

/** What an id in an input names, by the field that holds it. */
export const NAMED_BY: Readonly<Record<string, EntityType>> = {
  site: 'site',
  sites: 'site',
  member: 'member',
  receiver: 'member',
  recipients: 'member',
  controlledBy: 'member',
  link: 'link',
  demand: 'demand',
  successor: 'demand',
  response: 'response',
  responses: 'response',
  agreement: 'agreement',
  assessment: 'assessment',
  finding: 'finding',
  correctiveAction: 'action',
  measurement: 'measurement',
  restatementOf: 'measurement',
  plan: 'plan',
  target: 'target',
  initiative: 'initiative',
  decision: 'decision',
  claim: 'claim',
  previousClaim: 'claim',
  assessor: 'assessor',
  freeze: 'freeze',
  webhook: 'webhook',
  counterpart: 'member',
  interest: 'interest',
};

/** Ids as somebody reads them; `key` is a name of the test's own. */
export type IdOf = (as: string, type: EntityType, key: string) => string;

const today = new Date().toISOString().slice(0, 10);
const year = Number(today.slice(0, 4));
const SHA = (letter: string): string => letter.repeat(64);

export const terms = {
  purpose: 'DUE_DILIGENCE',
  dataClasses: ['PERFORMANCE'],
  fields: ['Measurement.WATER_WITHDRAWN'],
  startsOn: `${year}-01-01`,
  endsOn: addDays(today, 300),
  deletionRule: 'delete within 30 days of the end',
};

export const figure = {
  indicator: 'WATER_WITHDRAWN',
  period: { start: `${year - 1}-01-01`, end: `${year}-01-01` },
  value: '1250.4',
  unit: 'ML',
};

export const demandTo = (recipients: string[]): Record<string, unknown> => ({
  recipients,
  requirement: { standard: 'RMAP', minLevel: 'CONFORMANT' },
  deadline: addDays(today, 90),
  legalBasis: 'EU_2023_1542',
  minerals: ['cobalt'],
  cascade: 'BLIND',
});

export const link = {
  mineral: 'cobalt',
  supplierStage: 'REFINING',
  customerStage: 'CHEMICAL_PROCESSING',
  periodStart: `${year - 1}-01-01`,
  periodEnd: `${year}-12-31`,
  evidence: [{ type: 'DECLARATION', sha256: SHA('a') }],
};

const assessed = {
  standardVersion: 'IRMA/1.0',
  level: 'IRMA_75',
  validFrom: `${year}-01-01`,
  validTo: `${year + 3}-01-01`,
};

function ofMembers(idOf: IdOf): Attempt[] {
  const sma = (name: string, input: Record<string, unknown>): Attempt => ({ as: 'sma', name, input });
  return [
    sma('addSite', {
      name: 'New site',
      type: 'REFINERY',
      country: 'CL',
      minerals: [{ mineral: 'cobalt', role: 'PRIMARY' }],
      rmiCid: 'CID000777',
      owners: [
        { member: idOf('sma', 'member', 'sma'), percent: '60' },
        { member: idOf('sma', 'member', 'cath'), percent: '40' },
      ],
    }),
    sma('declareActivities', { activities: [{ mineral: 'copper', stage: 'REFINING', side: 'SELL' }] }),
    sma('publishMeasurement', { site: idOf('sma', 'site', 'sma1'), ...figure }),
    sma('publishMeasurement', {
      site: idOf('sma', 'site', 'sma1'),
      ...figure,
      value: '1300',
      restatementOf: idOf('sma', 'measurement', 'own figure'),
      restatementReason: 'meter was wrong',
    }),
    sma('withdrawMeasurement', { measurement: idOf('sma', 'measurement', 'own figure') }),
    sma('publishPlan', {
      site: idOf('sma', 'site', 'sma1'),
      topic: 'T01',
      title: 'Less water',
      actions: ['recycle'],
      period: { start: `${year}-01-01`, end: `${year + 1}-01-01` },
    }),
    sma('withdrawPlan', { plan: idOf('sma', 'plan', 'own plan') }),
    sma('publishTarget', {
      site: idOf('sma', 'site', 'sma1'),
      indicator: 'WATER_WITHDRAWN',
      baselineYear: year - 1,
      baselineValue: '10',
      targetYear: year + 2,
      targetValue: '5',
      unit: 'ML',
    }),
    sma('withdrawTarget', { target: idOf('sma', 'target', 'own target') }),
    sma('publishAssessment', {
      site: idOf('sma', 'site', 'sma1'),
      ...assessed,
      report: { url: 'https://example.org/r.pdf', sha256: SHA('b') },
      assessor: idOf('sma', 'assessor', 'firm'),
    }),
    sma('planAssessment', {
      site: idOf('sma', 'site', 'sma1'),
      standardVersion: 'IRMA/1.0',
      assessor: idOf('sma', 'assessor', 'firm'),
    }),
    sma('moveAssessment', { assessment: idOf('sma', 'assessment', 'own assessment'), action: 'cancel' }),
    sma('planCorrectiveAction', {
      finding: idOf('sma', 'finding', 'own finding'),
      action: 'mend it',
      dueOn: addDays(today, 30),
    }),
    sma('moveCorrectiveAction', { correctiveAction: idOf('sma', 'action', 'own action'), state: 'DONE' }),
    sma('fileEquivalenceClaim', {
      fromVersion: 'TSM/protocols',
      fromReference: '1',
      toVersion: 'IRMA/1.0',
      toReference: '1.1',
      degree: 'FULL',
      scope: 'water',
      evidence: [SHA('c')],
    }),
    sma('createApiKey', { days: 30, roles: ['UPSTREAM_PUBLISHER'], scopes: ['read'] }),
    sma('revokeApiKey', { apiKey: 'no key of ours' }),
    sma('registerWebhook', { url: 'https://hooks.example.org/sma', types: ['DEMAND_ISSUED'] }),
    sma('rotateWebhookSecret', { webhook: idOf('sma', 'webhook', 'own webhook') }),
    sma('removeWebhook', { webhook: idOf('sma', 'webhook', 'own webhook') }),
    sma('declareInterest', { counterpart: idOf('sma', 'member', 'council'), kind: 'SHARES', from: today }),
    sma('renewInterest', { interest: idOf('sma', 'interest', 'own interest') }),
    sma('endInterest', { interest: idOf('sma', 'interest', 'own interest') }),
    sma('moveEquivalenceClaim', {
      claim: idOf('sma', 'claim', 'own claim'),
      action: 'WITHDRAW',
      reason: 'filed too early',
    }),
  ];
}

function ofTrade(idOf: IdOf): Attempt[] {
  const sma = (name: string, input: Record<string, unknown>): Attempt => ({ as: 'sma', name, input });
  const received = { response: idOf('sma', 'response', 'own response') };
  const agreement = { agreement: idOf('sma', 'agreement', 'own agreement') };
  const drafted = { demand: idOf('sma', 'demand', 'own draft') };
  return [
    sma('assertLink', {
      ...link,
      supplier: { site: idOf('sma', 'site', 'sma1') },
      customer: { member: idOf('sma', 'member', 'auto2') },
    }),
    sma('confirmLink', { link: idOf('sma', 'link', 'asserted') }),
    sma('consentLink', { link: idOf('sma', 'link', 'asserted'), audience: 'CHAIN', form: 'FULL' }),
    sma('narrowLink', { link: idOf('sma', 'link', 'asserted'), audience: 'ENDS', form: 'FULL' }),
    sma('disputeLink', { link: idOf('sma', 'link', 'asserted too'), reason: 'never supplied' }),
    sma('settleLink', { link: idOf('sma', 'link', 'asserted too') }),
    sma('retractLink', { link: idOf('sma', 'link', 'asserted by us') }),
    sma('endLink', { link: idOf('sma', 'link', 'asserted'), endedOn: today }),
    sma('moveResponse', { ...received, action: 'ACKNOWLEDGE' }),
    sma('moveResponse', { ...received, action: 'ACCEPT' }),
    sma('cascadeDemand', { ...received, recipients: [idOf('sma', 'member', 'minex')], deadline: addDays(today, 60) }),
    sma('answerOnce', { assessment: idOf('sma', 'assessment', 'own assessment'), responses: [received.response] }),
    sma('claimEquivalence', { ...received, equivalence: 'equivalence_T-FULL' }),
    sma('createDemand', demandTo([idOf('sma', 'member', 'minex')])),
    sma('issueDemand', demandTo([idOf('sma', 'member', 'minex')])),
    sma('amendDemand', { ...drafted, title: 'Another title' }),
    sma('moveDemand', { ...drafted, action: 'ISSUE' }),
    sma('moveDemand', { ...drafted, action: 'SUPERSEDE', successor: idOf('sma', 'demand', 'own demand') }),
    sma('moveDemand', { demand: idOf('sma', 'demand', 'own demand'), action: 'WITHDRAW', reason: 'no longer needed' }),
    sma('proposeAgreement', {
      receiver: idOf('sma', 'member', 'auto'),
      terms: { ...terms, sites: [idOf('sma', 'site', 'sma1')] },
    }),
    sma('counterAgreement', { ...agreement, terms }),
    sma('renewAgreement', { ...agreement, terms }),
    sma('moveAgreement', { ...agreement, action: 'REFUSE', reason: 'not now' }),
  ];
}

function ofOffices(idOf: IdOf): Attempt[] {
  return [
    {
      as: 'office',
      name: 'registerMember',
      input: {
        legalName: 'Newcomer Ltd',
        lei: '5493001KJTIIGC8Y1R12',
        otherIds: [{ scheme: 'DUNS', value: '150483782' }],
        jurisdiction: 'GB',
        stakeholderGroup: 'MIDSTREAM',
        activities: [{ mineral: 'cobalt', stage: 'REFINING', side: 'SELL' }],
        controlledBy: idOf('office', 'member', 'cath'),
      },
    },
    {
      as: 'office',
      name: 'setStanding',
      input: { member: idOf('office', 'member', 'auto2'), standing: 'LATE', reason: 'dues' },
    },
    {
      as: 'counsel',
      name: 'freeze',
      input: { dataClass: 'PLAN', initiative: idOf('counsel', 'initiative', 'initiative'), reason: 'to look at it' },
    },
    { as: 'counsel', name: 'liftFreeze', input: { freeze: idOf('counsel', 'freeze', 'freeze') } },
    {
      as: 'counsel',
      name: 'moveAgreement',
      input: { agreement: idOf('counsel', 'agreement', 'own agreement'), action: 'COUNSEL_CLEAR' },
    },
    {
      as: 'chair',
      name: 'moveInitiative',
      input: { initiative: idOf('chair', 'initiative', 'initiative'), to: 'COOPERATION', reason: 'a step back' },
    },
    {
      as: 'chair',
      name: 'recordDecision',
      input: {
        initiative: idOf('chair', 'initiative', 'initiative'),
        title: 'To go on',
        rationale: 'what is measured improves',
        decidedOn: today,
        reviewOn: addDays(today, 300),
      },
    },
    {
      as: 'office',
      name: 'scoreRisks',
      input: {
        initiative: idOf('office', 'initiative', 'initiative'),
        phase: 'COLLABORATION',
        scores: RISKS.map((risk) => ({
          risk,
          likelihood: 2,
          impact: 3,
          mitigation: 'as the charter says',
          owner: 'office',
        })),
      },
    },
    {
      as: 'assessor',
      name: 'moveAssessment',
      input: { assessment: idOf('assessor', 'assessment', 'planned'), action: 'start' },
    },
    {
      as: 'assessor',
      name: 'reportAssessment',
      input: {
        assessment: idOf('assessor', 'assessment', 'planned'),
        assurance: 'THIRD_PARTY_LIMITED',
        level: 'IRMA_75',
        criterionResults: [{ requirement: '1.1', rating: 'MET' }],
      },
    },
    {
      as: 'steward',
      name: 'decideAssessment',
      input: {
        assessment: idOf('steward', 'assessment', 'own assessment'),
        decision: 'NON_CONFORMANT',
        reason: 'not met',
      },
    },
  ];
}

/** Every mutation at least once, by somebody who may, in an order in which each may still succeed. */
export function attemptsOf(idOf: IdOf): Attempt[] {
  return [...ofMembers(idOf), ...ofTrade(idOf), ...ofOffices(idOf)];
}
