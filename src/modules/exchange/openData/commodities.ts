import { normaliseName } from '../matching';
import type { MeasurementBasis } from '../staging';

/**
 * Commodity texts of the sources, mapped to the minerals of `reference/minerals.csv`. The rules:
 *
 * - A mineral is recognised by a whole word of the text (its name, its symbol alone, its ore or its usual intermediate).
 *   No word: UNKNOWN_MINERAL (coal, diamonds, uranium, niobium, fluorspar, acids: not in the catalogue). Words of
 *   several minerals where one is needed (`Nickel-Cobalt Mixed Sulfide`): AMBIGUOUS_MINERAL.
 * - Chemicals that only share a name with a mineral (phosphoric acid, aluminium fluoride, sulphates of soda) are none.
 * - The platinum-group metals are one mineral, `pgm`; the single metal is kept as the product, or platinum and palladium
 *   of a year would be two figures for one thing.
 * - What the figure counts: `... concentrate` is CONCENTRATE; `... ore`, bauxite, saprolite, limonite, fines and lumps are
 *   ORE; `X in Y` is the CONTAINED_METAL X; a bare metal is CONTAINED_METAL where mine output is told and PRODUCT where a
 *   smelter's or refinery's output is told; everything else (cathodes, alumina, pellets, crude steel) is PRODUCT.
 */

export interface Commodity {
  readonly minerals: readonly string[];
  /** Lower case, singular; null where the mineral itself says it. */
  readonly product: string | null;
  readonly basis: MeasurementBasis;
}

type MineralWords = readonly [mineral: string, words: RegExp];

const mineralWords: readonly MineralWords[] = [
  ['gold', /\b(?:gold|au)\b/],
  ['silver', /\b(?:silver|ag)\b/],
  ['copper', /\b(?:copper|coper|cu)\b/],
  ['lead', /\b(?:lead|pb)\b/],
  ['zinc', /\b(?:zinc|zn)\b/],
  ['tin', /\b(?:tin|sn)\b/],
  ['nickel', /\b(?:nickel|ferronickel|ferro nickel|saprolite|limonite|ni)\b/],
  ['cobalt', /\b(?:cobalt|co)\b/],
  ['molybdenum', /\b(?:molybdenum|mo)\b/],
  ['manganese', /\b(?:manganese|ferromanganese|silicomanganese|mn)\b/],
  ['chromium', /\b(?:chrome|chromium|chromite|ferrochrome|cr)\b/],
  ['aluminium', /\b(?:aluminium|aluminum|alumina|bauxite)\b/],
  ['iron', /\b(?:iron|steel|sinter feed|fe)\b/],
  ['pgm', /\b(?:pgms?|platinum|palladium|rhodium|ruthenium|iridium|osmium|pt|pd|rh|ru|ir)\b/],
  ['lithium', /\b(?:lithium|spodumene|li2o)\b/],
  ['tantalum', /\b(?:tantalum|tantalite|ta2o5)\b/],
  ['tungsten', /\b(?:tungsten|wolframite|scheelite)\b/],
  ['antimony', /\bantimony\b/],
  ['titanium', /\b(?:titanium|ilmenite|rutile|leucoxene)\b/],
  ['phosphate', /\bphosphates?\b/],
  ['graphite_natural', /\bgraphite\b/],
  ['ree', /\b(?:rare earths?|monazite)\b/],
  ['magnesium', /\bmagnesium\b/],
];

/** Texts that name a mineral and are none of it. */
const notOfTheMineral =
  /\b(?:fluoride|cryolite|tripolyphosphate|phosphoric|acid|smelted|tin plates?|tinplate|scrap|secondary|ferrite)\b/;

const platinumGroupMetals: ReadonlyMap<string, string> = new Map([
  ['pt', 'platinum'],
  ['pd', 'palladium'],
  ['rh', 'rhodium'],
  ['ru', 'ruthenium'],
  ['ir', 'iridium'],
]);

/** @param bareMetal what a bare metal name counts in this file */
export function readCommodity(text: string, bareMetal: 'CONTAINED_METAL' | 'PRODUCT'): Commodity {
  const words = spelledAlike(normaliseName(text));
  const contained = /^(.+?) in \w+/.exec(words);
  const told = contained?.[1] ?? words.replace(/ in .*$/, '');
  const minerals = mineralsIn(told);
  const basis = contained === null ? basisOf(words, minerals, bareMetal) : 'CONTAINED_METAL';
  return { minerals, product: productOf(told, minerals, basis), basis };
}

/** One product, one spelling, or it would have two figures. */
function spelledAlike(words: string): string {
  return words.replace(/\baluminum\b/g, 'aluminium').replace(/\bcoper\b/g, 'copper');
}

/** The minerals of a site's list, in its order. */
export function mineralsOfList(list: string): {
  readonly minerals: readonly string[];
  readonly unknown: readonly string[];
} {
  const minerals = new Set<string>();
  const unknown: string[] = [];
  for (const entry of list.split(',').map((text) => text.trim())) {
    if (entry === '') continue;
    const found = mineralsIn(normaliseName(entry));
    if (found.length === 0) unknown.push(entry);
    for (const mineral of found) minerals.add(mineral);
  }
  return { minerals: [...minerals], unknown };
}

/** A figure of a processing file that counts what went in. */
export function isInput(text: string): boolean {
  return /\bsmelted\b/i.test(text);
}

/** Gold, silver and the platinum group are weighed in troy ounces, and nothing else is. */
export function isPreciousMetal(mineral: string): boolean {
  return mineral === 'gold' || mineral === 'silver' || mineral === 'pgm';
}

function mineralsIn(words: string): string[] {
  if (notOfTheMineral.test(words)) return [];
  return mineralWords.filter(([, pattern]) => pattern.test(words)).map(([mineral]) => mineral);
}

function basisOf(
  words: string,
  minerals: readonly string[],
  bareMetal: 'CONTAINED_METAL' | 'PRODUCT',
): MeasurementBasis {
  if (/\b(?:concentrates?|ilmenite|rutile|leucoxene)\b/.test(words) && !/\b(?:refined|synthetic)\b/.test(words)) {
    return 'CONCENTRATE';
  }
  if (/\b(?:pellets?|chips)\b/.test(words)) return 'PRODUCT';
  if (/\b(?:ore|bauxite|saprolite|limonite|fines|lumps?|sinter feed|phosphates?)\b/.test(words)) return 'ORE';
  return isBareMetal(words, minerals) ? bareMetal : 'PRODUCT';
}

/** One or several words that all name the mineral itself: `copper`, `pgm platinum palladium`. */
function isBareMetal(words: string, minerals: readonly string[]): boolean {
  if (/\b(?:alumina|steel|ferro\w*|silicomanganese)\b/.test(words)) return false;
  const patterns = mineralWords.filter(([mineral]) => minerals.includes(mineral)).map(([, pattern]) => pattern);
  return patterns.length > 0 && words.split(' ').every((word) => patterns.some((pattern) => pattern.test(word)));
}

function productOf(words: string, minerals: readonly string[], basis: MeasurementBasis): string | null {
  if (minerals[0] === 'pgm' && isBareMetal(words, minerals)) {
    const metal = platinumGroupMetals.get(words) ?? words;
    return metal.split(' ').length > 1 || /^pgms?$/.test(metal) ? null : metal;
  }
  if (basis === 'CONTAINED_METAL') return null;
  return singular(words);
}

function singular(words: string): string {
  return /[^s]s$/.test(words) && words.length > 3 ? words.slice(0, -1) : words;
}
