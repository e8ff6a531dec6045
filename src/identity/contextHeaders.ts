import { IssueList } from '../kernel/issues';
import type { PurposeList } from './purposes';

/** As Node gives them: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The context of a read as its headers state it (`domain.md` 0.7), not yet checked against the viewer. */
export interface StatedContext {
  /** Code of a purpose on the list; null: the alliance's standing initiative is the context. */
  readonly purpose: string | null;
  readonly initiative: string | null;
  readonly desk: string | null;
  /** BCP 47; null when none was asked for. */
  readonly locale: string | null;
}

const REFERENCE_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const DESK_PATTERN = /^[A-Za-z0-9_-]{1,40}$/;
const LANGUAGES_CHARACTERS_MAX = 200;

/** @throws DomainError VALIDATION with every fault, each at the path ['headers', <name>]. */
export function parseContextHeaders(headers: RequestHeaders, purposes: PurposeList): StatedContext {
  const issues = new IssueList();
  const read = (name: string, isValid: (value: string) => boolean, hint: string): string | null => {
    const value = headers[name.toLowerCase()];
    if (value === undefined) return null;
    // A header given twice is refused: two readers of it could take different ones.
    if (typeof value === 'string' && isValid(value)) return value;
    issues.add(['headers', name], 'CONTEXT.HEADER', hint);
    return null;
  };
  const purposeHint = `leave it out or use one of ${[...purposes.keys()].join(', ')}`;
  const context: StatedContext = {
    purpose: read('Sluice-Purpose', (value) => purposes.has(value), purposeHint),
    initiative: read('Sluice-Initiative', (value) => REFERENCE_PATTERN.test(value), 'give the id of one initiative'),
    desk: read('Sluice-Desk', (value) => DESK_PATTERN.test(value), 'give the key of one desk'),
    locale: preferredLocale(headers['accept-language']),
  };
  issues.throwIfAny();
  return context;
}

/** RFC 9110 12.5.4, forgiving: a browser sends this header by itself, so nonsense in it is no fault of the reader. */
function preferredLocale(header: string | readonly string[] | undefined): string | null {
  if (typeof header !== 'string' || header.length > LANGUAGES_CHARACTERS_MAX) return null;
  const wishes = header.split(',').map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
  });
  const best = wishes.filter((wish) => wish.weight > 0 && isLanguageTag(wish.tag)).sort((a, b) => b.weight - a.weight);
  return best[0]?.tag ?? null;
}

export function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
