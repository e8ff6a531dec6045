import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IssueList } from '../../kernel/issues';

const NAMES = [
  'bodyBytesMax',
  'textCharactersMax',
  'tokensMax',
  'depthMax',
  'aliasesMax',
  'directivesMax',
  'costMax',
  'listLengthAssumed',
  'listLengthMax',
  'requestSecondsMax',
  'headerSecondsMax',
  'idleConnectionSecondsMax',
  'drainSecondsMax',
  'organisationRequestsPerMinute',
  'publicRequestsPerMinute',
  'refusedCredentialsPerMinute',
] as const;

type Name = (typeof NAMES)[number];

/** The numbers of `policies/server.yaml`, each a positive whole number in the unit its name ends with. */
export type ServerLimits = Readonly<Record<Name, number>>;

/** @throws DomainError VALIDATION naming every fault of the file */
export function readServerLimits(root: string): ServerLimits {
  return parseServerLimits(readFileSync(join(root, 'policies', 'server.yaml'), 'utf8'));
}

/** @param text YAML: name -> {value, rationale, source} */
export function parseServerLimits(text: string): ServerLimits {
  const entries = entriesOf(parse(text));
  const issues = new IssueList();
  for (const name of entries.keys()) {
    if (!NAMES.some((known) => known === name)) issues.add([name], 'THRESHOLD.UNKNOWN', 'no such threshold');
  }
  const limits = Object.fromEntries(NAMES.map((name) => [name, valueOf(name, entriesOf(entries.get(name)), issues)]));
  issues.throwIfAny();
  // Every name is there: fromEntries forgets it.
  return limits as ServerLimits;
}

function valueOf(name: Name, entry: ReadonlyMap<string, unknown>, issues: IssueList): number {
  for (const key of ['rationale', 'source']) {
    const reason = entry.get(key);
    if (typeof reason !== 'string' || reason === '') issues.add([name, key], 'THRESHOLD.REASON', 'say why');
  }
  const value = entry.get('value');
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  issues.add([name, 'value'], 'THRESHOLD.VALUE', 'give a positive whole number');
  return 0;
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}
