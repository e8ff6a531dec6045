import type { Fault } from './fault';
import { err, ok, type Result } from './result';
import { unit, type Unit } from './units';

/** What the reader of a file vouches for where the word alone does not say. */
export interface SpellingAssumptions {
  /** `ton` is the metric tonne; else it could as well be the short or the long ton. */
  readonly tonsAreMetric?: boolean;
  /** `ounce` is the troy ounce, as everywhere in precious metals. */
  readonly ouncesAreTroy?: boolean;
}

export type SpellingFault = Fault<'UNKNOWN_UNIT' | 'AMBIGUOUS_UNIT'>;

const multipliers: ReadonlyMap<string, string> = new Map([
  ['000', 'k'],
  ['000s', 'k'],
  ['thousand', 'k'],
  ['thousands', 'k'],
  ['million', 'M'],
  ['millions', 'M'],
  ['billion', 'B'],
  ['billions', 'B'],
]);

/** Words that name a state or a content of the same mass, not another unit. */
const silentWords = new Set(['of', 'dry', 'recoverable']);

const nouns: ReadonlyMap<string, string> = new Map([
  ['t', 't'],
  ['tonne', 't'],
  ['metric tonne', 't'],
  ['metric ton', 't'],
  ['dmt', 't'],
  ['wmt', 't wet'],
  ['wet metric tonne', 't wet'],
  ['wet metric ton', 't wet'],
  ['wet tonne', 't wet'],
  ['kg', 'kg'],
  ['kilogram', 'kg'],
  ['gram', 'g'],
  ['lb', 'lb'],
  ['pound', 'lb'],
  ['ozt', 'ozt'],
  ['troy oz', 'ozt'],
  ['troy ounce', 'ozt'],
  ['fine ounce', 'ozt'],
  ['carat', 'carat'],
  ['ct', 'carat'],
]);

const ambiguousNouns: ReadonlyMap<string, { readonly code: string; readonly assumption: keyof SpellingAssumptions }> =
  new Map([
    ['ton', { code: 't', assumption: 'tonsAreMetric' }],
    ['oz', { code: 'ozt', assumption: 'ouncesAreTroy' }],
    ['ounce', { code: 'ozt', assumption: 'ouncesAreTroy' }],
  ]);

/** How a code with a multiplier is written: the troy ounce's `t` goes. */
const codesWithMultiplier: ReadonlyMap<string, string> = new Map([
  ['kozt', 'koz'],
  ['Mozt', 'Moz'],
]);

/**
 * Reads the words of reports and registers for masses: `million pounds`, `000 troy oz`, `Kt`, `wet metric tonnes`. For
 * imports only; the API takes the codes of `units.ts`.
 */
export function unitOfSpelling(text: string, assumptions: SpellingAssumptions = {}): Result<Unit, SpellingFault> {
  const exact = unit(text);
  if (exact !== null) return ok(exact);
  if (text === 'mt' || text === 'MT') return err(ambiguous(text, 'it is read as tonne and as megatonne'));
  const { prefix, noun } = split(text);
  const doubtful = ambiguousNouns.get(noun);
  if (doubtful !== undefined && assumptions[doubtful.assumption] !== true) {
    return err(ambiguous(text, 'it names units of different size'));
  }
  const code = prefix + (doubtful?.code ?? nouns.get(noun) ?? '');
  const found = unit(codesWithMultiplier.get(code) ?? code);
  return found === null || noun === '' ? err({ code: 'UNKNOWN_UNIT', hint: `no such unit as \`${text}\`` }) : ok(found);
}

function split(text: string): { prefix: string; noun: string } {
  const words = text.trim().toLowerCase().split(/\s+/);
  const prefix = multipliers.get(words[0] ?? '');
  const rest = (prefix === undefined ? words : words.slice(1)).filter((word) => !silentWords.has(word));
  const noun = singular(rest.join(' '));
  if (prefix !== undefined || isNoun(noun)) return { prefix: prefix ?? '', noun };
  // Compact spellings: `ktonnes`, `Koz`, `Klbs`, `kwmt`.
  return noun.startsWith('k') ? { prefix: 'k', noun: noun.slice(1) } : { prefix: '', noun };
}

function singular(noun: string): string {
  return noun.length > 2 && noun.endsWith('s') ? noun.slice(0, -1) : noun;
}

function isNoun(noun: string): boolean {
  return nouns.has(noun) || ambiguousNouns.has(noun);
}

function ambiguous(text: string, reason: string): SpellingFault {
  return { code: 'AMBIGUOUS_UNIT', hint: `say which unit \`${text}\` is: ${reason}` };
}
