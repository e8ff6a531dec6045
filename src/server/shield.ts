import { member, open, withScope, type RootRules } from './rootRule';

/** Writes of a member's own data. */
const ownWrite = withScope('write', member);

/**
 * Every root field and who may ask it. A field that is not here is denied to everybody, and a test fails for it.
 * Lists are open where the disclosed view decides row by row; what changes data has the scope `write`.
 */
export const rootRules: RootRules = {
  Query: {
    measurements: open,
    member: open,
    members: open,
    site: open,
    sites: open,
  },
  Mutation: {
    publishMeasurement: ownWrite,
    withdrawMeasurement: ownWrite,
  },
  Subscription: {},
};
