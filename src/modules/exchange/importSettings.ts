import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { InvariantError } from '../../kernel/errors';
import type { LinkLimits } from './csv/linkRows';
import type { PreviewSettings } from './preview';

export interface ImportSettings {
  readonly preview: PreviewSettings;
  readonly links: LinkLimits;
}

/**
 * Reads `policies/exchange.yaml`.
 * @throws InvariantError when a value is missing or no number: the file ships with the hub
 */
export function readImportSettings(path: string): ImportSettings {
  const content: unknown = parse(readFileSync(path, 'utf8'));
  return {
    preview: {
      similarityMin: numberAt(content, 'candidateSimilarityMin'),
      namesPerWordMax: numberAt(content, 'namesPerWordMax'),
      namesComparedMax: numberAt(content, 'namesComparedMax'),
      candidatesMax: numberAt(content, 'candidatesMax'),
      samplesPerCodeMax: numberAt(content, 'samplesPerCodeMax'),
    },
    links: {
      confidenceAssertedMax: String(numberAt(content, 'linkConfidenceAssertedMax')),
      monthsAheadMax: numberAt(content, 'linkMonthsAheadMax'),
    },
  };
}

function numberAt(content: unknown, name: string): number {
  const entry = propertyOf(content, name);
  const value = propertyOf(entry, 'value');
  if (typeof value !== 'number')
    throw new InvariantError(`invariant broken: \`${name}\` is missing in policies/exchange.yaml`);
  return value;
}

function propertyOf(container: unknown, name: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return new Map<string, unknown>(Object.entries(container)).get(name);
}
