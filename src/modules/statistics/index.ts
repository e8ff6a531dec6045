import { ReleaseResolver, StatisticResolver } from './statistics.resolver';

export { auditLedgers, ledgerAlarms, liftAlarm, type LedgerAlarm, type LedgerAudit } from './auditLedgers';
export { buildReleases, type BuildOptions, type BuildReport, type ReleaseContext } from './buildReleases';
export { LedgerStates } from './ledgerState';
export { adoptLedgers, sealLedgers } from './ledgerStore';
export { clearRelease, publishRelease, withdrawRelease } from './releaseSteps';
export { reproduce } from './reproduce';
export { readRegistry, parseTables, type Registry } from './registeredTables';
export { answerQuestion, wouldAnswer, type AnswerContext, type Asker } from './answerQuestion';
export { releaseCsv, releaseIndex, releaseJson } from './releaseFile';
export { GUIDE_ADDRESS, guideText, statisticsGuide, type GuideSection } from './statisticsGuide';
export { checkStatistic, type Question } from './checkStatistic';
export const resolvers = [ReleaseResolver, StatisticResolver] as const;
