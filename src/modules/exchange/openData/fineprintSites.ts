import type { CsvRow, HeaderRule } from '../csv/readRows';
import type { RowOutcome } from '../rowOutcome';
import type { SiteRecord, SiteStage, SiteType } from '../staging';
import { mineralsOfList } from './commodities';
import { readCountry, readLocation, readName, textOrNull } from './places';
import type { SiteRegister } from './siteRegister';
import { readStatus } from './siteStatus';

/**
 * `fineprint-sites.csv`: one row a site. The rules:
 *
 * - `Region` and `Company` rows are sums over many sites: rejected with REGION_NOT_SITE and COMPANY_NOT_SITE, and so is
 *   every row of another file that names them.
 * - Type: `Smelter` and `Refinery` as they are; `Mine` by its facilities (open pit, open cut, open cast, surface:
 *   MINE_OPEN_PIT; underground: MINE_UNDERGROUND; neither named: no type, warned). Of several the first named is the
 *   type (SEVERAL_TYPES); the stages keep all.
 * - Minerals: the commodities that the catalogue knows; the others are warned (UNKNOWN_MINERAL) and kept as products.
 *   A single mineral is PRIMARY; of several, the source does not say which is.
 * - Status: see `siteStatus.ts`; a year of `production_end` closes the site. Places: `places.ts`.
 */
export const sitesHeader: HeaderRule = {
  required: ['site', 'country', 'latitude', 'longitude', 'mine_or_processing', 'commodities'],
  optional: ['state', 'facility_types', 'production_start', 'production_end', 'activity_status', 'source'],
  unknownColumns: 'IGNORE',
};

export function readSite(row: CsvRow, outcome: RowOutcome, register: SiteRegister): void {
  const name = readName(row.cell('site'), 'site', outcome);
  const kind = readKind(row, outcome);
  const country = readCountry(row.cell('country'), 'country', outcome);
  const ended = /^\d{4}$/.test(row.cell('production_end'));
  const status = readStatus(row.cell('activity_status'), ended, 'activity_status', outcome);
  const location = readLocation(row.cell('latitude'), row.cell('longitude'), country, outcome);
  if (register.has(name)) outcome.reject('DUPLICATE', 'site', name, 'the file has this site in an earlier row');
  if (outcome.isRejected || country === null || kind === null) {
    register.refuse(name, outcome.code ?? 'UNKNOWN_SITE');
    return;
  }
  const commodities = row.cell('commodities');
  const { minerals, unknown } = mineralsOfList(commodities);
  if (unknown.length > 0) {
    outcome.warn('UNKNOWN_MINERAL', 'commodities', unknown.join(', '), 'not in the catalogue; kept as products');
  }
  outcome.load({
    kind: 'site',
    key: register.accept(name),
    name,
    externalIds: [],
    country,
    subdivision: textOrNull(row.cell('state')),
    location,
    type: kind.type,
    status,
    stages: kind.stages,
    minerals: minerals.map((mineral) => ({ mineral, role: minerals.length === 1 ? 'PRIMARY' : null })),
    products: commodities
      .split(',')
      .map((product) => product.trim())
      .filter((product) => product !== ''),
    own: null,
    sourceUrl: null,
    citation: textOrNull(row.cell('source')),
  });
}

const stageOfWord: ReadonlyMap<string, SiteStage> = new Map([
  ['mine', 'MINING_LSM'],
  ['smelter', 'SMELTING'],
  ['refinery', 'REFINING'],
]);

function readKind(row: CsvRow, outcome: RowOutcome): Pick<SiteRecord, 'type' | 'stages'> | null {
  const column = 'mine_or_processing';
  const text = row.cell(column);
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  if (words.includes('region')) outcome.reject('REGION_NOT_SITE', column, text, 'a region is not one site');
  if (words.includes('company')) outcome.reject('COMPANY_NOT_SITE', column, text, 'a company is not one site');
  if (outcome.isRejected) return null;
  const stages = words.map((word) => stageOfWord.get(word)).filter((stage) => stage !== undefined);
  if (stages.length < words.length) {
    outcome.reject('TYPE_UNMAPPED', column, text, 'use Mine, Smelter or Refinery');
    return null;
  }
  const types = stages.flatMap((stage) => typesOf(stage, row.cell('facility_types')));
  if (types.length > 1) outcome.warn('SEVERAL_TYPES', column, types.join(', '), 'the first is taken as the type');
  if (types.length === 0)
    outcome.warn('TYPE_UNKNOWN', 'facility_types', row.cell('facility_types'), 'loaded without a type');
  return { type: types[0] ?? null, stages };
}

function typesOf(stage: SiteStage, facilities: string): SiteType[] {
  switch (stage) {
    case 'SMELTING':
      return ['SMELTER'];
    case 'REFINING':
      return ['REFINERY'];
    case 'MINING_LSM':
      return mineTypesOf(facilities);
  }
}

function mineTypesOf(facilities: string): SiteType[] {
  const types = new Set<SiteType>();
  for (const facility of facilities.toLowerCase().split(',')) {
    if (/\b(?:open (?:pit|cut|cast)|surface)\b/.test(facility)) types.add('MINE_OPEN_PIT');
    // The source misspells some.
    if (/\bundergroun[dg]\b/.test(facility)) types.add('MINE_UNDERGROUND');
  }
  return [...types];
}
