import { parse } from 'yaml';
import type { AgeMonths } from '../policy/masks';
import { LawError } from './lawError';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Every number of every section stands with its rationale and its source; @returns how many there are.
 * @throws LawError naming the first that does not
 */
export function checkThresholds(yaml: string): number {
  const document: unknown = parse(yaml);
  if (!isObject(document)) throw new LawError('thresholds have no sections');
  const sections = Object.entries(document);
  const named = sections.flatMap(([name, section]) => {
    if (!isObject(section)) throw new LawError(`thresholds, section \`${name}\` holds no numbers`);
    return Object.entries(section).map(([key, entry]) => ({ place: `${name}.${key}`, entry }));
  });
  for (const { place, entry } of named) {
    if (!isObject(entry) || typeof entry.value !== 'number' || !Number.isFinite(entry.value) || entry.value < 0) {
      throw new LawError(`thresholds, ${place}.value must be a number, not below zero`);
    }
    if (![entry.rationale, entry.source].every((text) => typeof text === 'string' && text !== '')) {
      throw new LawError(`thresholds, ${place} lacks its rationale or its source`);
    }
  }
  return named.length;
}

/** A threshold stands with its value, why it is this one, and where it comes from. */
function threshold(section: Record<string, unknown>, name: string): number {
  const entry = section[name];
  if (!isObject(entry)) throw new LawError(`thresholds, law.${name} is missing`);
  const { value, rationale, source } = entry;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new LawError(`thresholds, law.${name}.value must be a whole number`);
  }
  if (typeof rationale !== 'string' || rationale === '' || typeof source !== 'string' || source === '') {
    throw new LawError(`thresholds, law.${name} lacks its rationale or its source`);
  }
  return value;
}

/** The numbers of the law that the compiled masks carry, from the section `law` of `policies/thresholds.yaml`. */
export function parseAgeMonths(yaml: string): AgeMonths {
  const document: unknown = parse(yaml);
  const section = isObject(document) ? document.law : undefined;
  if (!isObject(section)) throw new LawError('thresholds have no section `law`');
  const threeMonths = threshold(section, 'rowAgeMonthsMin');
  const twelveMonths = threshold(section, 'historicAgeMonthsMin');
  if (threeMonths >= twelveMonths) throw new LawError('thresholds, ages must rise');
  return { threeMonths, twelveMonths };
}
