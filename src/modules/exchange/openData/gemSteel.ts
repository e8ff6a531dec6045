import { normaliseName } from '../matching';
import type { CsvRow, HeaderRule, SourceFile } from '../csv/readRows';
import { stageRows, type ImportSource } from '../csv/stageRows';
import type { RowOutcome } from '../rowOutcome';
import type { ExternalId, SiteRecord, SiteReference } from '../staging';
import { readThousandTonnes } from './measuredMass';
import { OrganisationRegister } from './organisationRegister';
import { isNotStated, parseBracketedOwners } from './ownerCells';
import { loadShares } from './ownershipShares';
import { readCountry, readLocation, readName, textOrNull } from './places';
import { readStatus } from './siteStatus';

/**
 * Global Energy Monitor, Global Iron and Steel Tracker (CC BY 4.0): one row a plant. The rules:
 *
 * - A row yields the site, its owners (DIRECT) and their parents (ULTIMATE), and up to two capacities, crude steel and
 *   iron, in t/a: OWNER_ONLY, CAPACITY. The columns count what operates, so 0 is normal for a plant that does not; for
 *   one that does, both zero is warned as CAPACITY_ZERO. Zero is never loaded as a capacity.
 * - Entity ids go with names by position. Entries without shares are sorted by name in one cell and by id in the other,
 *   so positions agree only in a cell of one owner, or where each position carries the same share in both cells;
 *   elsewhere the name is taken without the id (EXTERNAL_ID_UNCERTAIN).
 * - Type by process: a plant that makes iron (blast furnace, direct reduction) is a SMELTER; one that only makes steel
 *   (electric, oxygen) refines it: REFINERY. `Integrated...` does both, and has both stages.
 * - A second row with an earlier plant id is a DUPLICATE.
 * - Status: see `siteStatus.ts`; owners: `ownerCells.ts`; places: `places.ts`. Main equipment and start dates are not
 *   loaded; they are told in the preview.
 */
const format = 'gem-steel';

const header: HeaderRule = {
  required: [
    'plant_id',
    'name',
    'country',
    'subnational_unit',
    'status',
    'production_method',
    'owner',
    'owner_gem_id',
    'parent',
    'parent_gem_id',
    'latitude',
    'longitude',
    'source_url',
  ],
  optional: [
    'operating_crude_steel_capacity_ttpa',
    'operating_iron_capacity_ttpa',
    'main_equipment',
    'steel_products',
    'start_date',
  ],
  unknownColumns: 'IGNORE',
};

const capacityColumns: readonly (readonly [column: string, product: string])[] = [
  ['operating_crude_steel_capacity_ttpa', 'crude steel'],
  ['operating_iron_capacity_ttpa', 'iron'],
];

export function gemSteel(file: SourceFile): ImportSource {
  return {
    format,
    files: [file.name],
    inputs: [file],
    columnsNotLoaded: { [file.name]: ['main_equipment', 'start_date'] },
    events: () => {
      const organisations = new OrganisationRegister(format);
      const plantIds = new Set<string>();
      return stageRows(file, header, (row, outcome) => readPlant(row, outcome, organisations, plantIds));
    },
  };
}

function readPlant(row: CsvRow, outcome: RowOutcome, organisations: OrganisationRegister, plantIds: Set<string>): void {
  const name = readName(row.cell('name'), 'name', outcome);
  const plantId = row.cell('plant_id');
  if (!/^P\d+$/.test(plantId))
    outcome.reject('INVALID_IDENTIFIER', 'plant_id', plantId, 'a plant id is `P` and digits');
  const country = readCountry(row.cell('country'), 'country', outcome);
  const status = readStatus(row.cell('status'), false, 'status', outcome);
  const process = readProcess(row.cell('production_method'), outcome);
  const location = readLocation(row.cell('latitude'), row.cell('longitude'), country, outcome);
  if (plantIds.has(plantId))
    outcome.reject('DUPLICATE', 'plant_id', plantId, 'the file has this site in an earlier row');
  if (outcome.isRejected || country === null || process === null) return;

  plantIds.add(plantId);
  const key = `${format}:${plantId}`;
  outcome.load({
    kind: 'site',
    key,
    name,
    externalIds: [{ scheme: 'GEM_PLANT', value: plantId }],
    country,
    subdivision: textOrNull(row.cell('subnational_unit')),
    location,
    type: process.type,
    status,
    stages: process.stages,
    minerals: [{ mineral: 'iron', role: 'PRIMARY' }],
    products: productsOf(row.cell('steel_products')),
    own: null,
    sourceUrl: textOrNull(row.cell('source_url')),
    citation: null,
  });
  const site: SiteReference = { kind: 'SITE', key };
  readOwners(row, site, organisations, outcome);
  readCapacities(row, site, status === 'OPERATING', outcome);
}

function readProcess(method: string, outcome: RowOutcome): Pick<SiteRecord, 'type' | 'stages'> | null {
  const word = normaliseName(method).replaceAll(' ', '');
  if (word.startsWith('integrated')) return { type: 'SMELTER', stages: ['SMELTING', 'REFINING'] };
  if (word.startsWith('iron')) return { type: 'SMELTER', stages: ['SMELTING'] };
  if (/^(?:electric|oxygen|steel)/.test(word)) return { type: 'REFINERY', stages: ['REFINING'] };
  outcome.reject('TYPE_UNMAPPED', 'production_method', method, 'no type of site is known for this process');
  return null;
}

function productsOf(cell: string): string[] {
  return cell
    .split(',')
    .map((product) => product.trim())
    .filter((product) => textOrNull(product) !== null);
}

function readOwners(row: CsvRow, site: SiteReference, organisations: OrganisationRegister, outcome: RowOutcome): void {
  for (const [column, idColumn, level] of [
    ['owner', 'owner_gem_id', 'DIRECT'],
    ['parent', 'parent_gem_id', 'ULTIMATE'],
  ] as const) {
    const text = row.cell(column);
    if (isNotStated(text)) continue;
    const ids = idsByPosition(text, row.cell(idColumn));
    if (ids === null) {
      outcome.warn(
        'EXTERNAL_ID_UNCERTAIN',
        idColumn,
        row.cell(idColumn),
        'which id is whose is not certain; not taken',
      );
    }
    const of = { subject: site, level, fromYear: null, column, ids: ids ?? [] };
    loadShares(parseBracketedOwners(text), of, organisations, outcome);
  }
}

/** Null when names and ids cannot be paired for certain. */
function idsByPosition(names: string, ids: string): (ExternalId | null)[] | null {
  const sharesOf = (cell: string): string[] => entriesOf(cell).map((entry) => /\[[^\]]*\]$/.exec(entry)?.[0] ?? '');
  const [nameShares, idShares] = [sharesOf(names), sharesOf(ids)];
  const shared = new Set(nameShares);
  const isCertain =
    nameShares.length === idShares.length &&
    nameShares.every((share, position) => share === idShares[position]) &&
    shared.size === nameShares.length;
  if (!isCertain) return null;
  return entriesOf(ids).map((entry) => {
    const value = /^(E\d+)/.exec(entry)?.[1];
    return value === undefined ? null : { scheme: 'GEM_ENTITY', value };
  });
}

function entriesOf(cell: string): string[] {
  return cell.split(';').map((entry) => entry.trim());
}

function readCapacities(row: CsvRow, site: SiteReference, operates: boolean, outcome: RowOutcome): void {
  let loaded = 0;
  for (const [column, product] of capacityColumns) {
    const quantity = readThousandTonnes(row.cell(column), column, { stored: 't/a', original: 'kt/a' }, outcome);
    if (quantity === null || quantity.value === '0') continue;
    loaded += 1;
    outcome.load({ kind: 'capacity', site, product, quantity, tier: 'OWNER_ONLY', sensitivity: 'CAPACITY' });
  }
  if (operates && loaded === 0) {
    outcome.warn('CAPACITY_ZERO', capacityColumns[0]?.[0] ?? null, '0', 'the plant operates without a stated capacity');
  }
}
