import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parse } from 'yaml';
import {
  MASKS_PATH,
  compileSources,
  generateBuild,
  readLawSources,
  readMasks,
  staleFiles,
  writeBuild,
  type DerivedFile,
} from '../lawCompiler';
import { BOUNDARY_PATH, generateBoundary } from '../policy/boundary';
import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS, type Outcome } from '../policy/cells';
import { parseClassification } from '../policy/classification';
import type { ClosedOutcome, GateCodes } from '../policy/decide';
import { compareLaws, differenceText } from '../policy/diff';
import { explainDisclosure, explanationText } from '../policy/explain';
import { groundMask, isGroundName, whileCompetitor, type GroundName } from '../policy/grounds';
import { maskLookup, parseMasks } from '../policy/masks';
import { matrixCells, matrixTables, matrixText } from '../policy/matrix';

/** Where the commands work and where they write; the project's root and standard output unless told. */
export interface PolicyCommandPlace {
  readonly root: string;
  readonly write: (text: string) => void;
}

function boundaryFile(root: string): DerivedFile {
  const text = readFileSync(join(root, 'policies/classification.yaml'), 'utf8');
  const classification = parseClassification(parse(text));
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

function check({ root, write }: PolicyCommandPlace): void {
  const masks = compileSources(readLawSources(root));
  boundaryFile(root);
  write(`the law is valid: ${masks.policies.size} policies, ${masks.cells.size} cells, law ${masks.lawHash}`);
}

function matrix({ root, write }: PolicyCommandPlace, json: boolean): void {
  const masks = readMasks(root);
  const document = { lawHash: masks.lawHash, tables: matrixTables(masks), cells: matrixCells(masks) };
  write(json ? JSON.stringify(document, null, 2) : matrixText(masks));
}

/** A revision is handed to git as one argument; one that could be taken for an option is refused. */
function revision(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_./~^@{}-]*$/.test(text)) return text;
  throw new InvalidArgumentError('give a commit, a branch or a tag');
}

function diff({ root, write }: PolicyCommandPlace, rev: string, json: boolean): void {
  const old = execFileSync('git', ['show', `${rev}:${MASKS_PATH}`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const difference = compareLaws(parseMasks(JSON.parse(old)), readMasks(root));
  write(json ? JSON.stringify(difference, null, 2) : differenceText(difference));
}

function ground(text: string, previous: GroundName[]): GroundName[] {
  if (!isGroundName(text)) throw new InvalidArgumentError('no such ground; `policy matrix --json` lists them');
  return [...previous, text];
}

interface ExplainOptions extends GateCodes {
  readonly ground: GroundName[];
  readonly competitor: boolean;
  readonly closed: ClosedOutcome;
  readonly periodEnd?: string;
  readonly addressed: boolean;
  readonly grantable: boolean;
  readonly statistic: boolean;
  readonly json: boolean;
}

function explain({ root, write }: PolicyCommandPlace, options: ExplainOptions): void {
  const { tier, sensitivity, age, phase, dataClass } = options;
  const held = options.competitor ? options.ground.map(whileCompetitor) : options.ground;
  const explanation = explainDisclosure(readMasks(root), {
    pair: groundMask(['ANYONE', ...held]),
    codes: { tier, sensitivity, age, phase, dataClass },
    closed: { declared: options.closed, sensitivity, dataClass },
    without: 0,
    addressed: options.addressed,
    grantable: options.grantable,
    competitionDeclared: true,
    periodEnd: options.periodEnd ?? null,
    statistic: options.statistic,
  });
  write(options.json ? JSON.stringify(explanation, null, 2) : explanationText(explanation));
}

const CLOSED: readonly Outcome[] = ['HIDE', 'REDACT', 'AGGREGATE_ONLY'];

function registerExplain(policy: Command, place: PolicyCommandPlace): void {
  policy
    .command('explain')
    .description('say why a ground may or may not read a kind of field, by which rules, and the lawful way on')
    .option('-g, --ground <name...>', 'a ground of the reader; repeat for several', ground, [])
    .option('--competitor', 'the reader competes with the owner', false)
    .addOption(new Option('--tier <code>').choices([...TIERS]).default('OWNER_ONLY'))
    .addOption(new Option('--sensitivity <code>').choices([...SENSITIVITIES]).default('NONE'))
    .addOption(new Option('--age <code>').choices([...AGES]).default('TWELVE_MONTHS'))
    .addOption(new Option('--phase <code>').choices([...PHASES]).default('COOPERATION'))
    .addOption(new Option('--data-class <code>').choices([...DATA_CLASSES]).default('PERFORMANCE'))
    .addOption(new Option('--closed <outcome>').choices([...CLOSED]).default('HIDE'))
    .option('--period-end <date>', 'the day on which the period ended, YYYY-MM-DD')
    .option('--addressed', 'the kind of fact names its parties', false)
    .option('--grantable', 'an agreement may cover the field', false)
    .option('--statistic', 'a registered statistic covers the field', false)
    .option('--json', 'as JSON', false)
    .action((options: ExplainOptions) => explain(place, options));
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
    .description('validate the law and the classification')
    .action(() => check(here));
  policy
    .command('matrix')
    .description('print the table that a board signs: who passes which cell')
    .option('--json', 'as JSON', false)
    .action((options: { json: boolean }) => matrix(here, options.json));
  policy
    .command('diff')
    .description('print the cells that opened or closed since a revision')
    .argument('<rev>', 'commit, branch or tag', revision)
    .option('--json', 'as JSON', false)
    .action((rev: string, options: { json: boolean }) => diff(here, rev, options.json));
  registerExplain(policy, here);
}
