import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { indicatorClasses } from '../modules/reference';
import { parseClassification } from '../policy/classification';
import type { Classes } from '../policy/classificationDiff';

/** How columns and figures are classified, with the files read through `textOf` (path from the root -> text). */
export function classesFrom(textOf: (path: string) => string): Classes {
  return {
    classification: parseClassification(parse(textOf('policies/classification.yaml'))),
    indicators: indicatorClasses(textOf('reference/indicators.csv'), textOf('policies/derivations.yaml')),
  };
}

export function readClasses(root: string): Classes {
  return classesFrom((path) => readFileSync(join(root, path), 'utf8'));
}
