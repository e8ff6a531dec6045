/**
 * Names come in variants. The rule, within the files of one import and never across imports:
 *
 * 1. Two names are the same when they are equal after normalising case, diacritics, punctuation and the spelling of the
 *    legal form (`S.A.` and `SA`, `Limited` and `Ltd`). Another legal form is another company: `X Ltd` is not `X SA`.
 * 2. A second spelling becomes an alias and a warning NAME_VARIANT: nothing is merged silently.
 * 3. Everything less certain is only reported as a candidate, for a person to decide: equal but for the legal form, the
 *    same words in another order, or a similarity of words or letters above the given minimum.
 * 4. Names that differ in a number (`Mine No. 1`, `Mine No. 2`) are never candidates.
 */

const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Longest first, so that `public joint stock company` is not read as `joint stock company`. */
const legalFormSpellings: readonly (readonly [words: string, form: string])[] = [
  ['public joint stock company', 'pjsc'],
  ['open joint stock company', 'ojsc'],
  ['limited liability company', 'llc'],
  ['public limited company', 'plc'],
  ['limited liability partnership', 'llp'],
  ['joint stock company', 'jsc'],
  ['sociedad anonima', 'sa'],
  ['societe anonyme', 'sa'],
  ['sociedade anonima', 'sa'],
  ['aktiengesellschaft', 'ag'],
  ['sendirian berhad', 'sdn bhd'],
  ['incorporated', 'inc'],
  ['corporation', 'corp'],
  ['proprietary', 'pty'],
  ['aktiebolag', 'ab'],
  ['limited', 'ltd'],
  ['company', 'co'],
  ['private', 'pvt'],
  ['berhad', 'bhd'],
];

const legalForms = new Set(
  (
    'ab ag as asa bhd bv co corp cjsc gmbh inc jsc kk llc llp lp ltd ltda nv ojsc oy oyj pao ' +
    'pjsc plc pt pte pty pvt sa sab sae sarl sas sau sdn spa srl tbk'
  ).split(' '),
);

/** Lower case, no diacritics, no punctuation; `S.A.B. de C.V.` becomes `sab de cv`, `&` becomes `and`. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => foldedLetters[letter] ?? letter)
    .replace(/&/g, ' and ')
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/(?<![\p{L}\p{N}])(?:\p{L}\.\s?){2,}/gu, (initials) => `${initials.replace(/[.\s]/g, '')} `)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** As `normaliseName`, with legal forms in one spelling; what organisations are matched by. */
export function normaliseOrganisationName(name: string): string {
  const padded = legalFormSpellings.reduce(
    (text, [words, form]) => text.replaceAll(` ${words} `, ` ${form} `),
    ` ${normaliseName(name)} `,
  );
  return padded.trim();
}

/** Without its legal forms, for candidates only: `acme mining` of `acme mining pty ltd`. */
export function coreName(normalised: string): string {
  const words = normalised.split(' ');
  const core = words.filter((word) => !legalForms.has(word));
  return core.length === 0 ? normalised : core.join(' ');
}

export type CandidateReason = 'OTHER_LEGAL_FORM' | 'SAME_WORDS' | 'SIMILAR';

export interface CandidateMatch {
  readonly kind: 'organisation' | 'site';
  readonly left: string;
  readonly right: string;
  readonly reason: CandidateReason;
  /** 0-1, two decimals. */
  readonly similarity: number;
}

export interface CandidateSettings {
  /** Least similarity (0-1) of words or letters at which two names are shown to a person. */
  readonly similarityMin: number;
  /** A word that more names share than this tells nothing, and is not used to find pairs. */
  readonly namesPerWordMax: number;
  readonly candidatesMax: number;
}

interface Name {
  readonly written: string;
  readonly normalised: string;
  readonly core: string;
  readonly words: ReadonlySet<string>;
  readonly numbers: string;
}

/**
 * Pairs that may be one and the same, best first. `complete` is false when there were more than `candidatesMax`.
 * Pairs are looked for among names that share a word; the cost grows with those, not with the square of all names.
 */
export function candidateMatches(
  kind: CandidateMatch['kind'],
  writtenNames: Iterable<string>,
  settings: CandidateSettings,
): { readonly candidates: readonly CandidateMatch[]; readonly complete: boolean } {
  const names = [...writtenNames].map((written) => describeName(kind, written));
  const found: CandidateMatch[] = [];
  for (const [left, right] of pairsSharingAWord(names, settings.namesPerWordMax)) {
    const match = compareNames(kind, left, right, settings.similarityMin);
    if (match !== null) found.push(match);
  }
  found.sort((a, b) => b.similarity - a.similarity || (a.left + a.right < b.left + b.right ? -1 : 1));
  const candidates = found.slice(0, settings.candidatesMax);
  return { candidates, complete: candidates.length === found.length };
}

/** Names that occur on both sides after normalising: owners of one data set that own in another too. */
export function commonOrganisations(left: Iterable<string>, right: Iterable<string>): readonly string[] {
  const normalised = new Set([...right].map(normaliseOrganisationName));
  const common = new Map<string, string>();
  for (const name of left) {
    const key = normaliseOrganisationName(name);
    if (normalised.has(key) && !common.has(key)) common.set(key, name);
  }
  return [...common.values()].sort();
}

function describeName(kind: CandidateMatch['kind'], written: string): Name {
  const normalised = kind === 'organisation' ? normaliseOrganisationName(written) : normaliseName(written);
  const core = kind === 'organisation' ? coreName(normalised) : normalised;
  const words = new Set(core.split(' '));
  const numbers = [...words].filter((word) => /\d/.test(word) || /^[ivx]+$/.test(word) || /^[a-z]$/.test(word));
  return { written, normalised, core, words, numbers: numbers.sort().join(' ') };
}

function* pairsSharingAWord(names: readonly Name[], namesPerWordMax: number): Generator<[Name, Name]> {
  const byWord = new Map<string, number[]>();
  for (const [index, name] of names.entries()) {
    for (const word of name.words) {
      const indexes = byWord.get(word);
      if (indexes === undefined) byWord.set(word, [index]);
      else indexes.push(index);
    }
  }
  for (const [index, name] of names.entries()) {
    const partners = new Set<number>();
    for (const word of name.words) {
      const indexes = byWord.get(word) ?? [];
      if (indexes.length > namesPerWordMax) continue;
      for (const partner of indexes) if (partner > index) partners.add(partner);
    }
    for (const partner of partners) {
      const other = names[partner];
      if (other !== undefined) yield [name, other];
    }
  }
}

function compareNames(
  kind: CandidateMatch['kind'],
  left: Name,
  right: Name,
  similarityMin: number,
): CandidateMatch | null {
  if (left.normalised === right.normalised || left.numbers !== right.numbers) return null;
  const pair = { kind, left: left.written, right: right.written };
  if (left.core === right.core) return { ...pair, reason: 'OTHER_LEGAL_FORM', similarity: 1 };
  const shared = [...left.words].filter((word) => right.words.has(word)).length;
  const wordSimilarity = (2 * shared) / (left.words.size + right.words.size);
  if (wordSimilarity === 1) return { ...pair, reason: 'SAME_WORDS', similarity: 1 };
  const similarity = Math.max(wordSimilarity, letterSimilarity(left.core, right.core, similarityMin));
  if (similarity < similarityMin) return null;
  return { ...pair, reason: 'SIMILAR', similarity: Math.round(similarity * 100) / 100 };
}

/** 1 - edits / length of the longer; 0 as soon as it cannot reach the minimum. */
function letterSimilarity(left: string, right: string, similarityMin: number): number {
  const longer = Math.max(left.length, right.length);
  const editsMax = Math.floor((1 - similarityMin) * longer);
  if (Math.abs(left.length - right.length) > editsMax) return 0;
  return 1 - editDistance(left, right) / longer;
}

/** Levenshtein: insertions, deletions and substitutions of one letter. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const oneLonger = ((previous[j] ?? 0) < (current[j - 1] ?? 0) ? (previous[j] ?? 0) : (current[j - 1] ?? 0)) + 1;
      current.push(substitution < oneLonger ? substitution : oneLonger);
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
