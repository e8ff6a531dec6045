import { IssueList } from '../../kernel/issues';
import type { Question } from './checkStatistic';
import { isWithin, type Coordinates, type Dimension, type Placed } from './dimensions';
import type { Regions } from './regions';

/** What a question may be split by; each is a level of one dimension. */
export const GROUPINGS = ['MINERAL', 'STAGE', 'COUNTRY', 'REGION', 'STANDARD', 'LEVEL'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Levels of dimensions that sites lie in; the others say what is counted in them. */
type PlaceGrouping = Exclude<Grouping, 'STANDARD' | 'LEVEL'>;

const isPlace = (grouping: Grouping): grouping is PlaceGrouping => grouping !== 'STANDARD' && grouping !== 'LEVEL';

const DIMENSION_OF: Readonly<Record<Grouping, Dimension | 'standard' | 'level'>> = {
  MINERAL: 'mineral',
  STAGE: 'stage',
  COUNTRY: 'place',
  REGION: 'place',
  STANDARD: 'standard',
  LEVEL: 'level',
};

/** The most cells that one question may be split into: a longer list is asked in parts, by its filter. */
export const CELLS_MAX = 250;

/**
 * @throws DomainError VALIDATION for no grouping, two of one dimension, or one that the filter has already narrowed:
 *   its cells would be wider than the filter
 */
export function checkGrouping(
  groupBy: readonly string[],
  { cell, measure, atLeast }: Question,
  regions: Regions,
): readonly Grouping[] {
  const issues = new IssueList();
  const groupings = groupBy.flatMap((name) => GROUPINGS.find((known) => known === name) ?? []);
  if (groupings.length < groupBy.length || groupings.length === 0) {
    issues.add(['groupBy'], 'UNKNOWN', `use ${GROUPINGS.join(', ')}`);
  }
  const dimensions = groupings.map((grouping) => DIMENSION_OF[grouping]);
  if (new Set(dimensions).size < dimensions.length) {
    issues.add(['groupBy'], 'CONFLICT', 'give each dimension once: a country or a region');
  }
  if (groupings.includes('REGION') && cell.place !== undefined && !regions.codes.includes(cell.place)) {
    issues.add(['groupBy'], 'CONFLICT', 'the filter names a country: group by country, or leave it out');
  }
  if (groupings.some((grouping) => !isPlace(grouping)) && measure.standard === null) {
    issues.add(['groupBy'], 'CONFLICT', 'an indicator has no levels: count certificates, by `standard`');
  }
  if (groupings.includes('LEVEL') && atLeast !== null) {
    issues.add(['groupBy'], 'CONFLICT', 'name a level, or group by level');
  }
  issues.throwIfAny();
  return groupings;
}

/**
 * The cells of a grouped question, in one order: those in which the alliance has sites, which is public, whether or not
 * anything was submitted for them.
 */
export function cellsOfGroups(
  sites: readonly Placed[],
  { cell }: Question,
  asked: readonly Grouping[],
  regions: Regions,
): readonly Coordinates[] {
  const groupings = asked.filter(isPlace);
  const cells = new Map<string, Coordinates>();
  for (const site of sites) {
    if (!isWithin(site, cell, regions)) continue;
    const group = { ...cell, ...Object.fromEntries(groupings.map((each) => [DIMENSION_OF[each], codeOf(site, each)])) };
    cells.set(JSON.stringify([group.mineral, group.stage, group.place]), group);
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);

  function codeOf({ mineral, stage, country }: Placed, grouping: PlaceGrouping): string {
    switch (grouping) {
      case 'MINERAL':
        return mineral;
      case 'STAGE':
        return stage;
      case 'COUNTRY':
        return country;
      case 'REGION':
        return regions.regionOf(country);
    }
  }
}
