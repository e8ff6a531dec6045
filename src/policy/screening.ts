/**
 * Screening of free text (`domain.md` 0.2): every text to an audience with competitors is searched for prices, volumes,
 * terms and future moves. Pure: the patterns are an argument, read from `policies/screening.yaml`.
 */

export interface ScreeningRule {
  /** PRICE, VOLUME, CONTRACT or FUTURE_INTENT. */
  readonly name: string;
  readonly patterns: readonly RegExp[];
}

/** Letters of other scripts that look like Latin ones: a text that reads the same is screened the same. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    е: 'e',
    о: 'o',
    р: 'p',
    с: 'c',
    у: 'y',
    х: 'x',
    і: 'i',
    ј: 'j',
    ѕ: 's',
    к: 'k',
    м: 'm',
    т: 't',
    в: 'b',
    н: 'h',
    α: 'a',
    ε: 'e',
    ο: 'o',
    ρ: 'p',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    τ: 't',
    υ: 'u',
  }),
);

/** Lower case, compatibility forms and accents resolved, look-alikes as Latin, spelled-out words joined, blanks single. */
export function plainForm(text: string): string {
  const lower = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const latin = [...lower].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
  const words = latin.replace(/\s+/gu, ' ').trim();
  return words.replace(/\b(?:\p{L}[ .*_-]){3,}\p{L}\b/gu, (spelled) => spelled.replace(/[ .*_-]/gu, ''));
}

/** The names of the rules that the text breaks, in the order in which it breaks them; empty: nothing found. */
export function screenText(text: string, rules: readonly ScreeningRule[]): string[] {
  const plain = plainForm(text);
  return rules
    .map(({ name, patterns }) => ({ name, at: firstMatch(plain, patterns) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

function firstMatch(text: string, patterns: readonly RegExp[]): number {
  const places = patterns.map((pattern) => text.search(pattern)).filter((place) => place >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}
