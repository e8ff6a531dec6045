import { IssueList } from '../../kernel/issues';
import type { Question } from './checkStatistic';
import { isWithin, type Coordinates, type Dimension, type Placed } from './dimensions';
import type { Regions } from './regions';

/** What a question may be split by; each is a level of one dimension. */
export const GROUPINGS = ['MINERAL', 'STAGE', 'COUNTRY', 'REGION'] as const;
export type Grouping = (typeof GROUPINGS)[number];

const DIMENSION_OF: Readonly<Record<Grouping, Dimension>> = {
  MINERAL: 'mineral',
  STAGE: 'stage',
  COUNTRY: 'place',
  REGION: 'place',
};

/** The most cells that one question may be split into: a longer list is asked in parts, by its filter. */
export const CELLS_MAX = 250;

/**
 * @throws DomainError VALIDATION for no grouping, two of one dimension, or one that the filter has already narrowed:
 *   its cells would be wider than the filter
 */
export function checkGrouping(groupBy: readonly string[], { cell }: Question, regions: Regions): readonly Grouping[] {
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
  groupings: readonly Grouping[],
  regions: Regions,
): readonly Coordinates[] {
  const cells = new Map<string, Coordinates>();
  for (const site of sites) {
    if (!isWithin(site, cell, regions)) continue;
    const group = { ...cell, ...Object.fromEntries(groupings.map((each) => [DIMENSION_OF[each], codeOf(site, each)])) };
    cells.set(JSON.stringify([group.mineral, group.stage, group.place]), group);
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);

  function codeOf({ mineral, stage, country }: Placed, grouping: Grouping): string {
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
