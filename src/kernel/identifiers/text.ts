import type { Fault } from '../fault';
import { err, ok, type Result } from '../result';

export type TextFaultCode = 'LENGTH' | 'CONTROL' | 'BIDI' | 'INVISIBLE' | 'HTML' | 'SURROGATE';
export type TextFault = Fault<TextFaultCode>;

export interface TextLimits {
  /** In code points after normalisation; 1 to 500 where nothing else is said. */
  readonly charactersMin?: number;
  readonly charactersMax?: number;
  /** Line feeds and tabs are admitted. */
  readonly multiline?: boolean;
}

const CHARACTERS_MIN = 1;
const CHARACTERS_MAX = 500;
/** Normalisation costs time in the length of its input, so far longer input is not even normalised. */
const CODE_UNITS_PER_CHARACTER_MAX = 4;

/** Marks and overrides that turn the order of what is shown: the text would read otherwise than it compares. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Format characters (but the joiners, which Persian and Indic names need), private use, noncharacters. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}|\p{Co}|\p{Noncharacter_Code_Point}|[\u115f\u1160\u3164\uffa0]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const CONTROL_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}]/u;
const HTML = /<[a-z/!?]|&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]{1,31});/i;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s<>"]+/giu;
/** In a web address `&name;` ends a parameter without a value; these names a browser would read as a character all the same. */
const PARAMETER =
  /&(?!(?:lt|gt|amp|quot|apos|nbsp|tab|newline|colon|sol|bsol|lpar|rpar|excl|num|equals|grave);)([a-z][a-z0-9]{1,31});/giu;

/**
 * Text that people wrote and others will read. Returned in Unicode NFC, without blanks at the ends; in one-line text
 * every run of blanks is one space. Nothing is repaired in silence beyond that: what could deceive is refused.
 */
export function checkText(value: string, limits: TextLimits = {}): Result<string, TextFault> {
  const { charactersMin = CHARACTERS_MIN, charactersMax = CHARACTERS_MAX, multiline = false } = limits;
  const outOfLength = { code: 'LENGTH', hint: `use ${charactersMin} to ${charactersMax} characters` } as const;
  if (value.length > charactersMax * CODE_UNITS_PER_CHARACTER_MAX) return err(outOfLength);
  const refused = faultIn(value, multiline);
  if (refused !== null) return err(refused);
  const text = tidy(value, multiline);
  const characters = [...text].length;
  return characters < charactersMin || characters > charactersMax ? err(outOfLength) : ok(text);
}

/** What keeps a text of several lines from being stored as it is, whatever it says; null when nothing does. */
export function findTextFault(value: string, charactersMax: number): TextFault | null {
  if (value.length > charactersMax && [...value].length > charactersMax) {
    return { code: 'LENGTH', hint: `use at most ${charactersMax} characters` };
  }
  return faultIn(value, true);
}

/** What PostgreSQL cannot hold as text, so that nothing stored is like it; null when it can. */
export function findUnstorable(value: string): TextFault | null {
  if (value.includes('\u0000')) return { code: 'CONTROL', hint: 'remove control characters' };
  if (/\p{Surrogate}/u.test(value)) return { code: 'SURROGATE', hint: 'the text holds half a character' };
  return null;
}

function faultIn(value: string, multiline: boolean): TextFault | null {
  if (/\p{Surrogate}/u.test(value)) return { code: 'SURROGATE', hint: 'the text holds half a character' };
  if (BIDI.test(value)) return { code: 'BIDI', hint: 'remove characters that turn the direction of writing' };
  if ((multiline ? CONTROL_BUT_LINES : CONTROL).test(value)) {
    return { code: 'CONTROL', hint: multiline ? 'remove control characters' : 'write on one line, without tabs' };
  }
  if (INVISIBLE.test(value)) return { code: 'INVISIBLE', hint: 'remove characters that cannot be seen' };
  if (isMarkup(value)) return { code: 'HTML', hint: 'write plain text without markup' };
  return null;
}

function isMarkup(value: string): boolean {
  return HTML.test(value) && HTML.test(value.replace(WEB_ADDRESS, (address) => address.replace(PARAMETER, '&$1')));
}

function tidy(value: string, multiline: boolean): string {
  const text = value.normalize('NFC').trim();
  return multiline ? text : text.replace(/\p{Zs}+/gu, ' ');
}
