/**
 * What the two worlds of reads do not come to, each with its reason. The test fails when something else is missing, and
 * when something of this is reached after all.
 */
export const UNREACHED: readonly (readonly [fields: RegExp, reason: string])[] = [
  [/^Mutation\.|Payload\./, 'writes have two worlds of their own: attacks/leaks/writes'],
  [
    /^(DemandCluster|CoveredByMyAssessments)\./,
    'clusters are counted from a frozen quarter by the trustee: integration/demands/clusters',
  ],
  [/^Statistic\.|^OwnFigure\./, 'statistics answer from the ledger of frozen inputs: attacks/statistics'],
];
