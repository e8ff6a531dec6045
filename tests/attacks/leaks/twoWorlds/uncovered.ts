/**
 * What the two worlds of reads do not come to, each with its reason. The test fails when something else is missing, and
 * when all of an entry is reached after all.
 */
export const UNREACHED: readonly (readonly [fields: RegExp, reason: string])[] = [
  [/^Mutation\.|Payload\./, 'writes have two worlds of their own: attacks/leaks/writes'],
  [
    /^(DemandCluster|CoveredByMyAssessments)\./,
    'clusters are counted from a frozen quarter by the trustee: integration/demands/clusters',
  ],
  [/^Statistic\.|^OwnFigure\./, 'statistics answer from the ledger of frozen inputs: attacks/statistics'],
  [/^(StatisticCell|StatisticRefusal|TrendPoint)\./, 'grouped questions go to the ledger as well: attacks/statistics'],
  [/^(Subscription|Event)\./, 'streams have two worlds of their own: attacks/leaks/eventsTwoWorlds'],
  [
    /^(Webhook|WebhookDelivery)\./,
    'nobody here has one; registered in attacks/leaks/writes, sent in integration/events',
  ],
  [
    /^DemandOverlap\./,
    'nobody here is asked the same twice: attacks/valueChain/twoWorlds and integration/demands/streamline',
  ],
  [/^ApiKey(Edge)?\./, 'nobody here has a key; made and listed in attacks/leaks/writes and integration/people'],
  [
    /^ReadCount\./,
    'counts tell of months that are over, and these worlds began today: integration/governance/readsOfMyData',
  ],
  [/^LedgerAlarm\./, 'no ledger here has been found to expose anybody: integration/statistics/ledgerAudit'],
  [/^RiskEntry\./, 'nobody here has scored a risk: integration/governance'],
  [/^Interest(Summary)?(Edge)?\./, 'nobody here has declared an interest: integration/governance/interests'],
];
