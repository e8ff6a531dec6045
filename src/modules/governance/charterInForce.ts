import { TIERS } from '../../policy/cells';
import { charterOf, type Charter } from '../../policy/charter';
import type { Masks } from '../../policy/masks';
import { sensitivityOf, type Catalogue, type CatalogueLaw } from '../reference';
import { readRegistry, type Registry } from '../statistics';

export interface CharterSources {
  readonly masks: Masks;
  readonly catalogue: Catalogue;
  readonly catalogueLaw: CatalogueLaw;
}

let registry: Registry | null = null;

/** The charter as law, catalogue and registered tables have it today. */
export function charterInForce({ masks, catalogue, catalogueLaw }: CharterSources): Charter {
  registry ??= readRegistry();
  const statistics = statisticsByIndicator(registry);
  const indicators = catalogue.indicators.map((row) => ({
    code: row.indicatorId,
    name: row.name,
    unit: row.unit,
    tier: row.levels.includes('SITE') ? row.siteDefaultTier : row.defaultTier,
    sensitivity: sensitivityOf(row, catalogueLaw),
    dataClass: row.dataClass,
    statistics: statistics.get(row.indicatorId) ?? [],
  }));
  return charterOf(masks, indicators, TIERS);
}

/** Only tables for the public leave the alliance; members and analysts have the others. */
function statisticsByIndicator({ measures, tables, objectionDays }: Registry): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { title, measure, audience } of tables) {
    const indicator = measures.get(measure)?.indicator;
    if (audience !== 'PUBLIC' || indicator === null || indicator === undefined) continue;
    const words = `a statistic over many members: ${title}, for everybody ${objectionDays} days after members have it`;
    found.set(indicator, [...(found.get(indicator) ?? []), words]);
  }
  return found;
}
