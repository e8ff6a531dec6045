import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { MASKS_PATH } from '../lawCompiler';
import { classChangesText, compareClassifications, type ClassifiedLaw } from '../policy/classificationDiff';
import { compareLaws, differenceText } from '../policy/diff';
import { parseMasks } from '../policy/masks';
import { classesFrom } from './policyFiles';
import type { PolicyCommandPlace } from './policyPlace';

/** A revision is handed to git as one argument; one that could be taken for an option is refused. */
export function revision(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_./~^@{}-]*$/.test(text)) return text;
  throw new InvalidArgumentError('give a commit, a branch or a tag');
}

/** Everything of one version that decides who reads what, read through `textOf` (path from the root -> text). */
function lawOf(textOf: (path: string) => string): ClassifiedLaw {
  return { masks: parseMasks(JSON.parse(textOf(MASKS_PATH))), ...classesFrom(textOf) };
}

function textAt(root: string, rev: string): (path: string) => string {
  return (path) =>
    execFileSync('git', ['show', `${rev}:${path}`], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: 'pipe' });
}

/** Prints what the law, the classification of columns and that of figures opened or closed since a revision. */
export function diffPolicies({ root, write }: PolicyCommandPlace, rev: string, json: boolean): void {
  const before = lawOf(textAt(root, rev));
  const after = lawOf((path) => readFileSync(join(root, path), 'utf8'));
  const law = compareLaws(before.masks, after.masks);
  const classes = compareClassifications(before, after);
  write(
    json ? JSON.stringify({ ...law, classes }, null, 2) : [differenceText(law), classChangesText(classes)].join('\n'),
  );
}
