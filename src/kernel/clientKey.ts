import { createHash } from 'node:crypto';
import type { Fault } from './fault';
import { err, ok, type Result } from './result';

/** What a mutation's input is made of once parsed. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

const CLIENT_KEY = /^[A-Za-z0-9._~:-]{8,100}$/;

/** A client key is the caller's own name for one intended write: 8 to 100 characters of a URL-safe alphabet. */
export function checkClientKey(value: string): Result<string, Fault<'FORMAT'>> {
  return CLIENT_KEY.test(value)
    ? ok(value)
    : err({ code: 'FORMAT', hint: 'use 8 to 100 letters, digits or . _ ~ : - and a new key for each intended write' });
}

/**
 * JSON with keys in code-unit order and no white space: equal inputs give equal bytes, in whatever order they were
 * written. An undefined member is absent, as JSON has it. Unlike null, it was not said.
 * @throws RangeError for a number that JSON cannot carry
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('JSON has no such number');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, member]) => (member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`]));
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical input, in hex: a client key that comes again with another body is a mistake, not a retry. */
export function bodyHash(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
