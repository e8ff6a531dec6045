import { member, open, role, signedIn, withScope, type RootRules } from './rootRule';

/** Writes of a member's own data. */
const ownWrite = withScope('write', member);
const secretariatWrite = withScope('write', role('SECRETARIAT'));
const counselWrite = withScope('write', role('COMPETITION_COUNSEL'));
const governingWrite = withScope('write', role('GOVERNING_BODY', 'CHAIR', 'COMPETITION_COUNSEL'));

/**
 * Every root field and who may ask it. A field that is not here is denied to everybody, and a test fails for it.
 * Lists are open where the disclosed view decides row by row; what changes data has the scope `write`.
 */
export const rootRules: RootRules = {
  Query: {
    agreements: member,
    alliance: open,
    assessments: open,
    assessors: open,
    auditLog: role('COMPETITION_COUNSEL'),
    chainCoverage: member,
    customers: member,
    charter: open,
    decisions: open,
    equivalences: open,
    explainDisclosure: open,
    exposure: member,
    freezes: signedIn,
    glossary: open,
    indicator: open,
    indicators: open,
    initiatives: open,
    jurisdictions: open,
    links: member,
    me: open,
    measurements: open,
    member: open,
    members: open,
    minerals: open,
    node: open,
    requirements: open,
    site: open,
    sites: open,
    standard: open,
    standards: open,
    suppliers: member,
    valueChain: member,
  },
  Mutation: {
    addSite: ownWrite,
    assertLink: ownWrite,
    confirmLink: ownWrite,
    consentLink: ownWrite,
    counterAgreement: ownWrite,
    decideAssessment: ownWrite,
    declareActivities: ownWrite,
    disputeLink: ownWrite,
    endLink: ownWrite,
    freeze: counselWrite,
    liftFreeze: counselWrite,
    moveAgreement: ownWrite,
    moveAssessment: ownWrite,
    moveCorrectiveAction: ownWrite,
    moveInitiative: governingWrite,
    narrowLink: ownWrite,
    planAssessment: ownWrite,
    planCorrectiveAction: ownWrite,
    proposeAgreement: ownWrite,
    publishAssessment: ownWrite,
    publishMeasurement: ownWrite,
    registerMember: secretariatWrite,
    reportAssessment: ownWrite,
    retractLink: ownWrite,
    setStanding: secretariatWrite,
    settleLink: ownWrite,
    withdrawMeasurement: ownWrite,
  },
  Subscription: {},
};
