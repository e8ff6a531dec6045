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
    auditLog: role('COMPETITION_COUNSEL'),
    customers: member,
    decisions: open,
    equivalences: open,
    explainDisclosure: open,
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
  },
  Mutation: {
    addSite: ownWrite,
    assertLink: ownWrite,
    confirmLink: ownWrite,
    consentLink: ownWrite,
    counterAgreement: ownWrite,
    declareActivities: ownWrite,
    disputeLink: ownWrite,
    endLink: ownWrite,
    freeze: counselWrite,
    liftFreeze: counselWrite,
    moveAgreement: ownWrite,
    moveInitiative: governingWrite,
    narrowLink: ownWrite,
    proposeAgreement: ownWrite,
    publishMeasurement: ownWrite,
    registerMember: secretariatWrite,
    retractLink: ownWrite,
    setStanding: secretariatWrite,
    settleLink: ownWrite,
    withdrawMeasurement: ownWrite,
  },
  Subscription: {},
};
