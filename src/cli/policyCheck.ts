import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePurposes } from '../identity';
import { checkThresholds, compileSources, readLawSources } from '../lawCompiler';
import { parseScreeningRules } from '../modules/demands';
import { generateBoundary } from '../policy/boundary';
import { maskLookup } from '../policy/masks';
import { classesFrom } from './policyFiles';
import type { PolicyCommandPlace } from './policyPlace';

/** Reads and judges every file that decides who reads what; the first fault ends it with its place. */
export function checkPolicies({ root, write }: PolicyCommandPlace): void {
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');
  const { classification, indicators: figures } = classesFrom(text);
  const columns = classification.facts.reduce((sum, fact) => sum + fact.columns.length, 0);
  const numbers = checkThresholds(text('policies/thresholds.yaml'));
  const purposes = parsePurposes(text('policies/purposes.yaml'));
  const screening = parseScreeningRules(text('policies/screening.yaml'));
  // last, because it takes seconds
  const masks = compileSources(readLawSources(root));
  generateBoundary(classification, maskLookup(masks), masks.ageMonths);
  write(`the law is valid: ${masks.policies.size} policies, ${masks.cells.size} cells, law ${masks.lawHash}`);
  write(
    [
      `${classification.facts.length} facts with ${columns} classified columns`,
      `${figures.length} classes of figures`,
      `${numbers} numbers with rationale and source`,
      `${purposes.size} purposes`,
      `${screening.length} screening rules`,
    ].join(', '),
  );
}
