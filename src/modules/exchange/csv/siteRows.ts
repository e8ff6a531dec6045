import { countryOfOsId, checkOsId } from '../../../kernel/identifiers/osId';
import { checkCountry } from '../../../kernel/identifiers/country';
import { checkRmiCid } from '../../../kernel/identifiers/rmiCid';
import { checkSubdivisionOf } from '../../../kernel/identifiers/subdivision';
import { checkText } from '../../../kernel/identifiers/text';
import { compare, parseDecimal } from '../../../kernel/quantity';
import { normaliseName } from '../matching';
import { parseBracketedOwners } from '../openData/ownerCells';
import { readLocation } from '../openData/places';
import {
  siteStatuses,
  siteTypes,
  type SiteMineral,
  type SiteReference,
  type StagedRecord,
  type TextReference,
} from '../staging';
import type { Cells } from './cells';
import type { OwnKindContext } from './ownKinds';

/**
 * `sites`: `domain.md` 1.1. `location` is `latitude,longitude`; `minerals` a list `copper:PRIMARY|cobalt:BY_PRODUCT`;
 * `owners` is `A [60%]; B [40%]` by legal name or LEI; `nameplateCapacity` in t/a, above zero. A site that an earlier row
 * has (same member and name, RMI id or OS ID) is a DUPLICATE.
 */
export const siteColumns = {
  required: ['name', 'type', 'member', 'country'],
  optional: [
    'rmiCid',
    'osId',
    'subdivision',
    'location',
    'minerals',
    'operator',
    'owners',
    'status',
    'nameplateCapacity',
  ],
} as const;

export function readOwnSite(cells: Cells, { catalogue, seen }: OwnKindContext): StagedRecord[] {
  const { outcome } = cells;
  const name = cells.checked('name', 'INVALID_TEXT', checkText, cells.required('name'));
  const member = cells.required('member');
  const type = cells.oneOf('type', siteTypes, cells.required('type'));
  const country = cells.checked('country', 'UNKNOWN_COUNTRY', checkCountry, cells.required('country'));
  const subdivision = cells.checked('subdivision', 'INVALID_IDENTIFIER', (text) =>
    checkSubdivisionOf(country ?? '', text),
  );
  const rmiCid = cells.checked('rmiCid', 'INVALID_IDENTIFIER', checkRmiCid);
  if (rmiCid !== null && type !== 'SMELTER' && type !== 'REFINERY') {
    outcome.reject('INVALID_IDENTIFIER', 'rmiCid', rmiCid, 'only smelters and refiners have an RMI id');
  }
  const osId = cells.checked('osId', 'INVALID_IDENTIFIER', checkOsId);
  if (osId !== null && country !== null && countryOfOsId(osId) !== country) {
    outcome.warn('OUTSIDE_COUNTRY', 'osId', osId, `the OS ID was not created under \`${country}\``);
  }
  const location = readOwnLocation(cells, country);
  const minerals = cells.list('minerals').flatMap((entry) => readMineral(entry, cells, catalogue.minerals));
  const status = cells.oneOf('status', siteStatuses);
  const key = `sites:${normaliseName(member)}/${normaliseName(name ?? '')}`;
  const site: SiteReference = { kind: 'SITE', key };
  const details = [...readOwners(cells, site), ...readCapacity(cells, site)];
  if (outcome.isRejected || name === null || type === null || country === null) return [];

  const identities = [key, ...(rmiCid === null ? [] : [rmiCid]), ...(osId === null ? [] : [osId])];
  if (identities.filter((identity) => !seen.take(identity)).length > 0) {
    outcome.reject('DUPLICATE', 'name', name, 'an earlier row has this site');
    return [];
  }
  const operator = cells.optional('operator');
  return [
    {
      kind: 'site',
      key,
      name,
      externalIds: [],
      country,
      subdivision,
      location,
      type,
      status,
      stages: [],
      minerals,
      products: [],
      own: { member: reference(member), rmiCid, osId, operator: operator === null ? null : reference(operator) },
      sourceUrl: null,
      citation: null,
    },
    ...details,
  ];
}

function reference(text: string): TextReference {
  return { kind: 'REFERENCE', text };
}

function readOwnLocation(cells: Cells, country: string | null): { latitude: string; longitude: string } | null {
  const text = cells.optional('location');
  if (text === null) return null;
  const [latitude = '', longitude = ''] = text.split(',').map((part) => part.trim());
  return readLocation(latitude, longitude, country, cells.outcome);
}

function readMineral(entry: string, cells: Cells, minerals: ReadonlySet<string>): SiteMineral[] {
  const [mineral = '', role = ''] = entry.split(':');
  if (!minerals.has(mineral)) cells.outcome.reject('UNKNOWN_MINERAL', 'minerals', entry, 'no mineral of the catalogue');
  return [{ mineral, role: cells.oneOf('minerals', ['PRIMARY', 'BY_PRODUCT'] as const, role || 'PRIMARY') }];
}

function readOwners(cells: Cells, site: SiteReference): StagedRecord[] {
  const text = cells.optional('owners');
  if (text === null) return [];
  const { shares, warnings } = parseBracketedOwners(text);
  if (warnings.length > 0) {
    cells.outcome.reject('SHARES_EXCEED_100', 'owners', text, 'owners add up to at most 100 %');
    return [];
  }
  return shares.map(({ holder, percent }) => ({
    kind: 'ownershipShare',
    subject: site,
    holder: typeof holder === 'string' ? reference(holder) : holder,
    level: 'DIRECT',
    percent,
    fromYear: null,
    until: null,
  }));
}

function readCapacity(cells: Cells, site: SiteReference): StagedRecord[] {
  const value = cells.checked('nameplateCapacity', 'NOT_A_NUMBER', parseDecimal);
  if (value === null) return [];
  if (compare(value, '0') <= 0) {
    cells.outcome.reject('OUT_OF_BOUNDS', 'nameplateCapacity', value, 'a capacity is above zero');
    return [];
  }
  const quantity = { value, unit: 't/a', originalValue: cells.required('nameplateCapacity'), originalUnit: 't/a' };
  return [{ kind: 'capacity', site, product: null, quantity, tier: 'OWNER_ONLY', sensitivity: 'CAPACITY' }];
}
