import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CELL_LISTS } from './cellLists';
import { compileLaw } from './compile';
import { formatMasks } from './format';
import { loadLaw, type Law, type LawFile } from './law';
import { MASKS_PATH } from './masksPath';
import { parsePhaseGates, type PhaseGates } from './phaseGates';
import { parseAgeMonths } from './thresholds';
import type { AgeMonths, Masks } from '../policy/masks';

const LAW_FOLDER = 'policies/law';
const SCHEMA_FILE = 'schema.cedarschema';

/** Everything the law is compiled from, as texts. */
export interface LawSources {
  readonly files: readonly LawFile[];
  readonly schema: string;
  readonly phaseGates: string;
  readonly thresholds: string;
}

/** Another file made from the compiled law, such as the SQL of the boundary. */
export interface DerivedFile {
  /** Path from the root of the project. */
  readonly path: string;
  readonly generate: (masks: Masks) => string;
}

/** Reads the sources of the law below `root`; files in the order of their names. */
export function readLawSources(root: string): LawSources {
  const folder = join(root, LAW_FOLDER);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.cedar'))
    .sort();
  return {
    files: names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
    schema: readFileSync(join(folder, SCHEMA_FILE), 'utf8'),
    phaseGates: readFileSync(join(root, 'reference/phase-gates.csv'), 'utf8'),
    thresholds: readFileSync(join(root, 'policies/thresholds.yaml'), 'utf8'),
  };
}

/** SHA-256 of the sources that decide; each part is preceded by its length, so that no text can pass for another. */
export function lawHash(sources: LawSources, ageMonths: AgeMonths): string {
  const hash = createHash('sha256');
  const parts = [
    ...sources.files.flatMap((file) => [file.name, file.text]),
    sources.schema,
    sources.phaseGates,
    JSON.stringify(ageMonths),
    JSON.stringify(CELL_LISTS),
  ];
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}

/** A law ready to be asked, with the phase gates it stands on. */
export function prepareLaw(sources: LawSources): { law: Law; audienceOf: PhaseGates } {
  const law = loadLaw(sources.files, sources.schema, lawHash(sources, parseAgeMonths(sources.thresholds)));
  return { law, audienceOf: parsePhaseGates(sources.phaseGates) };
}

/** Compiles the law from its texts. @throws LawError when it does not validate or cannot be evaluated everywhere. */
export function compileSources(sources: LawSources): Masks {
  const { law, audienceOf } = prepareLaw(sources);
  const ageMonths = parseAgeMonths(sources.thresholds);
  return compileLaw(law, { audienceOf, ageMonths, lawHash: lawHash(sources, ageMonths) });
}

/** The files of `policies/build`, by path from the root, as they ought to be. */
export function generateBuild(root: string, derived: readonly DerivedFile[]): Map<string, string> {
  const masks = compileSources(readLawSources(root));
  return new Map([
    [MASKS_PATH, formatMasks(masks)],
    ...derived.map((file): [string, string] => [file.path, file.generate(masks)]),
  ]);
}

/** Writes the build; returns the paths that changed. */
export function writeBuild(root: string, build: ReadonlyMap<string, string>): string[] {
  const stale = staleFiles(root, build);
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), build.get(path) ?? '');
  }
  return stale;
}

/** Paths whose bytes on disk are not what the sources generate. */
export function staleFiles(root: string, build: ReadonlyMap<string, string>): string[] {
  return [...build]
    .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
    .map(([path]) => path);
}
