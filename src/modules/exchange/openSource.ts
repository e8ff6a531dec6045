import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '../../kernel/result';
import { ownCsv, type OwnKind, type OwnKindRules } from './csv/ownKinds';
import type { SourceFile } from './csv/readRows';
import type { ImportSource } from './csv/stageRows';
import { fineprint } from './openData/fineprint';
import { gemIronOre } from './openData/gemIronOre';
import { gemSteel } from './openData/gemSteel';

export const openDataFormats = ['gem-iron-ore', 'gem-steel', 'fineprint'] as const;
export type OpenDataFormat = (typeof openDataFormats)[number];

export interface SourceFault {
  readonly code: 'NO_SUCH_FILE' | 'FILE_COUNT' | 'FILE_ROLE';
  /** Lower case, no full stop; names the path that the user gave. */
  readonly hint: string;
}

const fineprintRoles = ['sites', 'owners', 'production', 'processing', 'flows'] as const;
type FineprintRole = (typeof fineprintRoles)[number];

/** What the files of the GEM trackers are called in a folder of open data. */
const gemFileNames: Readonly<Record<'gem-iron-ore' | 'gem-steel', RegExp>> = {
  'gem-iron-ore': /iron-ore.*\.csv$/i,
  'gem-steel': /steel.*\.csv$/i,
};

/**
 * Opens an open data set by one file, several files or a folder. FINEPRINT files are told apart by the last word of
 * their names (`...-sites.csv`); the sites are required, the other four may be missing.
 * @param today ISO date: years that have not ended by then are rejected
 */
export async function openOpenData(
  format: OpenDataFormat,
  paths: readonly string[],
  today: string,
): Promise<Result<ImportSource, SourceFault>> {
  const found = await csvPaths(paths);
  if (!found.ok) return found;
  switch (format) {
    case 'gem-iron-ore':
      return oneFile(format, found.value, (file) => gemIronOre(file, today));
    case 'gem-steel':
      return oneFile(format, found.value, gemSteel);
    case 'fineprint':
      return openFineprint(found.value, today);
  }
}

/** Opens one file of an own CSV kind. */
export async function openOwnCsv(
  kind: OwnKind,
  path: string,
  rules: OwnKindRules,
): Promise<Result<ImportSource, SourceFault>> {
  const status = await stat(path).catch(() => null);
  if (status === null) return err({ code: 'NO_SUCH_FILE', hint: `no file \`${path}\`` });
  if (status.isDirectory())
    return err({ code: 'FILE_COUNT', hint: `\`${kind}\` is one file, \`${path}\` is a folder` });
  return ok(ownCsv(kind, sourceFile(path), rules));
}

export function sourceFile(path: string): SourceFile {
  return { name: basename(path), open: () => createReadStream(path) };
}

async function csvPaths(paths: readonly string[]): Promise<Result<FoundPaths, SourceFault>> {
  const files: string[] = [];
  let fromFolder = false;
  for (const path of paths) {
    const status = await stat(path).catch(() => null);
    if (status === null) return err({ code: 'NO_SUCH_FILE', hint: `no file or folder \`${path}\`` });
    if (status.isDirectory()) {
      fromFolder = true;
      const names = await readdir(path);
      files.push(
        ...names
          .filter((name) => /\.csv$/i.test(name))
          .sort()
          .map((name) => join(path, name)),
      );
    } else {
      files.push(path);
    }
  }
  return ok({ files, fromFolder });
}

interface FoundPaths {
  readonly files: readonly string[];
  readonly fromFolder: boolean;
}

function oneFile(
  format: 'gem-iron-ore' | 'gem-steel',
  { files, fromFolder }: FoundPaths,
  open: (file: SourceFile) => ImportSource,
): Result<ImportSource, SourceFault> {
  const fitting = fromFolder ? files.filter((path) => gemFileNames[format].test(basename(path))) : files;
  const [first, ...others] = fitting;
  if (first !== undefined && others.length === 0) return ok(open(sourceFile(first)));
  return err({ code: 'FILE_COUNT', hint: `\`${format}\` is one file, ${fitting.length} found` });
}

function openFineprint({ files, fromFolder }: FoundPaths, today: string): Result<ImportSource, SourceFault> {
  const byRole = new Map<FineprintRole, SourceFile>();
  for (const path of files) {
    const role = fineprintRoles.find((word) => new RegExp(`(?:^|[^a-z])${word}\\.csv$`, 'i').test(basename(path)));
    const belongs = role !== undefined && (!fromFolder || !/^gem/i.test(basename(path)));
    if (!belongs) {
      if (fromFolder) continue;
      return err({ code: 'FILE_ROLE', hint: `\`${path}\` does not end in ${fineprintRoles.join('.csv, ')}.csv` });
    }
    if (byRole.has(role)) return err({ code: 'FILE_COUNT', hint: `two files of \`${role}\`` });
    byRole.set(role, sourceFile(path));
  }
  const sites = byRole.get('sites');
  if (sites === undefined) return err({ code: 'FILE_COUNT', hint: 'the file of the sites is missing' });
  const of = (role: FineprintRole): SourceFile | null => byRole.get(role) ?? null;
  return ok(
    fineprint(
      { sites, owners: of('owners'), production: of('production'), processing: of('processing'), flows: of('flows') },
      today,
    ),
  );
}
