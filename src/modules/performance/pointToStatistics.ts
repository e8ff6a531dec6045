import { isOpenByDefault, type CodeFilter, type Operation } from '../graph';
import type { SiteView } from '../members';
import { sensitivityOf } from '../reference';

/**
 * AGGREGATE_ONLY (`domain.md` 0.3): where an indicator's rows are closed to this viewer by default, the answer points to
 * the statistic that can be had. The pointer follows from the indicator's default classification and the viewer's grounds
 * towards the site, so it stands there whether or not the site has such rows.
 */
export async function pointToStatistics(
  operation: Operation,
  site: SiteView,
  asked: CodeFilter | undefined,
): Promise<void> {
  const codes = asked === undefined || asked === null ? [] : [...(asked.in ?? []), ...(asked.eq ? [asked.eq] : [])];
  for (const indicator of operation.services.catalogue.indicators) {
    if (!codes.includes(indicator.indicatorId) || indicator.aggregation === 'NOT_RELEASABLE') continue;
    const sensitivity = sensitivityOf(indicator, operation.services.catalogueLaw);
    const cell = { tier: indicator.siteDefaultTier, sensitivity, dataClass: indicator.dataClass };
    if (await isOpenByDefault(operation, site.unitNo, cell)) continue;
    operation.alternative(indicator.indicatorId, `${site.mainMineral ?? 'any'}/${site.stages?.[0] ?? 'any'}`);
  }
}
