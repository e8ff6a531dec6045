import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';
import { assignedCountries } from './isoCodes';

export type CountryNameFault = Fault<'BLANK' | 'UNKNOWN' | 'AMBIGUOUS' | 'SEVERAL' | 'REGION'>;

/** English names in use besides the standard's own, folded as `fold` does. */
const otherNames: Readonly<Record<string, string>> = {
  'bolivia plurinational state': 'BO',
  bolivia: 'BO',
  burma: 'MM',
  'cape verde': 'CV',
  'congo brazzaville': 'CG',
  'republic of the congo': 'CG',
  'republic of congo': 'CG',
  'congo republic of the': 'CG',
  'congo kinshasa': 'CD',
  'congo dr': 'CD',
  'dr congo': 'CD',
  drc: 'CD',
  'd r congo': 'CD',
  'democratic republic of congo': 'CD',
  'democratic republic of the congo': 'CD',
  'congo the democratic republic of the': 'CD',
  'congo democratic republic of': 'CD',
  'cote divoire': 'CI',
  'ivory coast': 'CI',
  'czech republic': 'CZ',
  'east timor': 'TL',
  'falkland islands': 'FK',
  'great britain': 'GB',
  'united kingdom': 'GB',
  uk: 'GB',
  'hong kong sar': 'HK',
  holland: 'NL',
  netherlands: 'NL',
  'the netherlands': 'NL',
  iran: 'IR',
  'korea south': 'KR',
  'south korea': 'KR',
  'republic of korea': 'KR',
  'korea north': 'KP',
  'north korea': 'KP',
  dprk: 'KP',
  'kingdom of saudi arabia': 'SA',
  laos: 'LA',
  'lao pdr': 'LA',
  macau: 'MO',
  macedonia: 'MK',
  micronesia: 'FM',
  moldova: 'MD',
  palestine: 'PS',
  russia: 'RU',
  'slovak republic': 'SK',
  swaziland: 'SZ',
  syria: 'SY',
  taiwan: 'TW',
  tanzania: 'TZ',
  'the bahamas': 'BS',
  'the gambia': 'GM',
  turkey: 'TR',
  'united states': 'US',
  'united states of america': 'US',
  usa: 'US',
  us: 'US',
  'vatican city': 'VA',
  venezuela: 'VE',
  vietnam: 'VN',
  brunei: 'BN',
  uae: 'AE',
  'peoples republic of china': 'CN',
  'pr china': 'CN',
  prc: 'CN',
};

/**
 * `Congo` is the standard's short name of CG, yet files mean either state by it; `NA` is Namibia's code, yet files mean
 * an empty cell by it. Where a guess could be wrong, the import asks.
 */
const ambiguousNames: Readonly<Record<string, string>> = {
  korea: '`South Korea` or `North Korea`',
  congo: '`Republic of the Congo` or `Democratic Republic of the Congo`',
  guiana: '`French Guiana` or `Guyana`',
  na: '`Namibia`, or leave the cell empty',
  'virgin islands': 'the British or the U.S. Virgin Islands',
};

const regions = new Set(['europe', 'asia', 'africa', 'north america', 'south america', 'latin america', 'oceania']);

const codesByName: ReadonlyMap<string, string> = new Map([
  ...assignedCountries.flatMap(([alpha2, alpha3, name]): [string, string][] => [
    [fold(name), alpha2],
    [fold(alpha2), alpha2],
    [fold(alpha3), alpha2],
  ]),
  ...Object.entries(otherNames),
]);

/**
 * For imports: the alpha-2 code of a country written in English, by name or by code, whatever its accents and case.
 * @returns BLANK; AMBIGUOUS where two states share the word; SEVERAL for a list; REGION for a continent; else UNKNOWN
 */
export function countryOfName(text: string): Result<string, CountryNameFault> {
  const name = fold(text);
  if (name === '') return err({ code: 'BLANK', hint: 'no country given' });
  const choice = Object.hasOwn(ambiguousNames, name) ? ambiguousNames[name] : undefined;
  if (choice !== undefined) return err({ code: 'AMBIGUOUS', hint: `say which: ${choice}` });
  const code = codesByName.get(name);
  if (code !== undefined) return ok(code);
  return err(reasonFor(text));
}

function reasonFor(text: string): CountryNameFault {
  const parts = text.split(/[,;/]/).map(fold);
  if (parts.every((part) => regions.has(part))) return { code: 'REGION', hint: `\`${text}\` is no country` };
  if (parts.length > 1 && parts.some((part) => codesByName.has(part))) {
    return { code: 'SEVERAL', hint: `\`${text}\` names several places: give one row each` };
  }
  return { code: 'UNKNOWN', hint: `no country is known as \`${text}\`: give its ISO 3166-1 code` };
}

/** Without accents, case, apostrophes and punctuation. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’.]/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
