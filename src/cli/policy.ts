import type { Command } from 'commander';
import { generateBuild, readMasks, staleFiles, writeBuild, type DerivedFile } from '../lawCompiler';
import { BOUNDARY_PATH, generateBoundary } from '../policy/boundary';
import { classLines } from '../policy/classificationDiff';
import { maskLookup } from '../policy/masks';
import { matrixCells, matrixTables, matrixText } from '../policy/matrix';
import { checkPolicies } from './policyCheck';
import { diffPolicies, revision } from './policyDiff';
import { registerExplain } from './policyExplain';
import { readClasses } from './policyFiles';
import type { PolicyCommandPlace } from './policyPlace';

function boundaryFile(root: string): DerivedFile {
  const { classification } = readClasses(root);
  return {
    path: BOUNDARY_PATH,
    generate: (masks) => generateBoundary(classification, maskLookup(masks), masks.ageMonths),
  };
}

function build({ root, write }: PolicyCommandPlace, check: boolean): void {
  const generated = generateBuild(root, [boundaryFile(root)]);
  if (!check) {
    const written = writeBuild(root, generated);
    write(written.length === 0 ? 'the build is up to date' : `written: ${written.join(', ')}`);
    return;
  }
  const stale = staleFiles(root, generated);
  if (stale.length > 0) {
    write(`stale: ${stale.join(', ')}; run npm run policy:build and commit what changed`);
    process.exitCode = 1;
    return;
  }
  write('the build is up to date');
}

function matrix({ root, write }: PolicyCommandPlace, json: boolean): void {
  const masks = readMasks(root);
  const classes = classLines(readClasses(root));
  const document = { lawHash: masks.lawHash, tables: matrixTables(masks), cells: matrixCells(masks), classes };
  write(json ? JSON.stringify(document, null, 2) : matrixText(masks, classes));
}

/** Adds `policy build [--check] | check | matrix | diff REV | explain` to the command line. */
export function registerPolicyCommands(program: Command, place?: Partial<PolicyCommandPlace>): void {
  const { root = process.cwd(), write = (text: string) => process.stdout.write(`${text}\n`) } = place ?? {};
  const here: PolicyCommandPlace = { root, write };
  const policy = program.command('policy').description('the law: compile, check, show, compare, explain');
  policy
    .command('build')
    .description('compile the law and write policies/build')
    .option('--check', 'write nothing; fail when the committed build is stale', false)
    .action((options: { check: boolean }) => build(here, options.check));
  policy
    .command('check')
    .description('validate the law, the classification, the numbers, the purposes, the screening and the figures')
    .action(() => checkPolicies(here));
  policy
    .command('matrix')
    .description('print the table that a board signs: who passes which cell')
    .option('--json', 'as JSON', false)
    .action((options: { json: boolean }) => matrix(here, options.json));
  policy
    .command('diff')
    .description('print what opened or closed since a revision: cells of the law, columns, figures')
    .argument('<rev>', 'commit, branch or tag', revision)
    .option('--json', 'as JSON', false)
    .action((rev: string, options: { json: boolean }) => diffPolicies(here, rev, options.json));
  registerExplain(policy, here);
}
