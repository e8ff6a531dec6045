export type NameWarningCode = 'MIXED_SCRIPT' | 'LOOKALIKE';

/** Not an error: names in two scripts exist. A person looks at it before a member or site of that name is accepted. */
export interface NameWarning {
  readonly code: NameWarningCode;
  /** The word of the name that gave rise to it. */
  readonly word: string;
  readonly hint: string;
}

const scripts = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Georgian: /\p{Script=Georgian}/u,
  Cherokee: /\p{Script=Cherokee}/u,
  Hebrew: /\p{Script=Hebrew}/u,
  Arabic: /\p{Script=Arabic}/u,
  Devanagari: /\p{Script=Devanagari}/u,
  Thai: /\p{Script=Thai}/u,
  // Written together in Chinese, Japanese and Korean.
  EastAsian: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
} as const;

/** Cyrillic and Greek letters that look like Latin ones; a word of nothing else can pass for a Latin word. */
const LATIN_LOOKALIKES = /^[аеорсухіјѕһԁԛԝАВЕКМНОРСТХУІЈЅԌԚԜαικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** @returns one warning for each word that mixes scripts, or stands among Latin words and only looks like one */
export function nameWarnings(name: string): readonly NameWarning[] {
  const words = name.match(/[\p{L}\p{M}]+/gu) ?? [];
  const anyLatin = words.some((word) => scripts.Latin.test(word));
  return words.flatMap((word): NameWarning[] => {
    if (scriptsOf(word).length > 1) {
      return [{ code: 'MIXED_SCRIPT', word, hint: `\`${word}\` mixes letters of ${scriptsOf(word).join(' and ')}` }];
    }
    if (anyLatin && LATIN_LOOKALIKES.test(word)) {
      return [{ code: 'LOOKALIKE', word, hint: `\`${word}\` is written in ${scriptsOf(word).join()}, not in Latin` }];
    }
    return [];
  });
}

function scriptsOf(word: string): readonly string[] {
  return Object.entries(scripts).flatMap(([script, pattern]) => (pattern.test(word) ? [script] : []));
}
