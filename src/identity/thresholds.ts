import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IssueList } from '../kernel/issues';

const NAMES = [
  'clockSkewSeconds',
  'tokenBytesMax',
  'tokenMemorySecondsMax',
  'tokenMemoryEntriesMax',
  'keySetAgeSecondsMax',
  'keySetStaleSecondsMax',
  'keySetCooldownSeconds',
  'keySetTimeoutSeconds',
  'keySetBytesMax',
  'localTokenSecondsMax',
  'apiKeyDaysMax',
  'cleanTeamTermMonthsMax',
  'cleanTeamCoolingMonths',
] as const;

type Name = (typeof NAMES)[number];

/** The numbers of `policies/identity.yaml`, each a positive integer in the unit its name ends with. */
export type IdentityThresholds = Readonly<Record<Name, number>>;

/** @throws DomainError VALIDATION naming every fault of the file. */
export function readIdentityThresholds(policiesFolder: string): IdentityThresholds {
  return parseIdentityThresholds(readFileSync(join(policiesFolder, 'identity.yaml'), 'utf8'));
}

/** @param text YAML: name -> {value, rationale, source}. @throws DomainError VALIDATION naming every fault. */
export function parseIdentityThresholds(text: string): IdentityThresholds {
  const entries = entriesOf(parse(text));
  const issues = new IssueList();
  for (const name of entries.keys()) {
    if (!NAMES.some((known) => known === name)) issues.add([name], 'THRESHOLD.UNKNOWN', 'no such threshold');
  }
  const read = (name: Name): number => {
    const entry = entriesOf(entries.get(name));
    const value = entry.get('value');
    for (const key of ['rationale', 'source']) {
      const reason = entry.get(key);
      if (typeof reason !== 'string' || reason === '') issues.add([name, key], 'THRESHOLD.REASON', 'say why');
    }
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    issues.add([name, 'value'], 'THRESHOLD.VALUE', 'give a positive whole number');
    return 0;
  };
  const thresholds: IdentityThresholds = {
    clockSkewSeconds: read('clockSkewSeconds'),
    tokenBytesMax: read('tokenBytesMax'),
    tokenMemorySecondsMax: read('tokenMemorySecondsMax'),
    tokenMemoryEntriesMax: read('tokenMemoryEntriesMax'),
    keySetAgeSecondsMax: read('keySetAgeSecondsMax'),
    keySetStaleSecondsMax: read('keySetStaleSecondsMax'),
    keySetCooldownSeconds: read('keySetCooldownSeconds'),
    keySetTimeoutSeconds: read('keySetTimeoutSeconds'),
    keySetBytesMax: read('keySetBytesMax'),
    localTokenSecondsMax: read('localTokenSecondsMax'),
    apiKeyDaysMax: read('apiKeyDaysMax'),
    cleanTeamTermMonthsMax: read('cleanTeamTermMonthsMax'),
    cleanTeamCoolingMonths: read('cleanTeamCoolingMonths'),
  };
  issues.throwIfAny();
  return thresholds;
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}
