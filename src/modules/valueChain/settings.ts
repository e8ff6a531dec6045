import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import { packageRoot } from '../reference';

const NUMBERS = [
  'linkConfidenceAssertedMax',
  'linkConfidenceConfirmed',
  'linkConfidenceTraced',
  'linkMonthsAheadMax',
  'linkAnswerDays',
  'linkSettlementDays',
  'chainDepthDefault',
  'chainDepthMax',
  'chainNodesMax',
  'demandDeadlineDaysMin',
  'demandExpiryDays',
  'remediationDays',
  'equivalenceGraceDays',
  'expiringDays',
] as const;

/** `policies/value-chain.yaml`: shares 0-1, months, days, hops and nodes, as the names end. */
export interface ValueChainSettings extends Readonly<Record<(typeof NUMBERS)[number], number>> {
  /** Stage -> stages that a link may lead to without naming an intermediate. */
  readonly adjacentStages: ReadonlyMap<string, readonly string[]>;
  readonly naturalEnds: { readonly upstream: readonly string[]; readonly downstream: readonly string[] };
}

/** @throws InvariantError when a value is missing: the file ships with the hub */
export function readValueChainSettings(root: string = packageRoot()): ValueChainSettings {
  const content: unknown = parse(readFileSync(join(root, 'policies', 'value-chain.yaml'), 'utf8'));
  const entries = entriesOf(content);
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, numberAt(entries, name)]));
  const ends = entriesOf(entries.get('naturalEnds'));
  const adjacent = [...entriesOf(entries.get('adjacentStages'))];
  return {
    // Every name is there: fromEntries forgets it.
    ...(numbers as Record<(typeof NUMBERS)[number], number>),
    adjacentStages: new Map(adjacent.map(([stage, next]) => [stage, textsOf(next)])),
    naturalEnds: { upstream: textsOf(ends.get('upstream')), downstream: textsOf(ends.get('downstream')) },
  };
}

let read: ValueChainSettings | null = null;

/** Read once: the file does not change while the hub runs. */
export function valueChainSettings(): ValueChainSettings {
  read ??= readValueChainSettings();
  return read;
}

function numberAt(entries: ReadonlyMap<string, unknown>, name: string): number {
  const value = entriesOf(entries.get(name)).get('value');
  if (typeof value !== 'number') throw new InvariantError(`\`${name}\` is missing in policies/value-chain.yaml`);
  return value;
}

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new InvariantError('a list of stages is missing in policies/value-chain.yaml');
  return value.map(String);
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}
