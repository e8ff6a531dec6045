import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processStartOf } from './serverProcesses';
import { codeOf, StartupError } from './startupError';

/** Who holds a data folder. */
export interface LockHolder {
  pid: number;
  processStart: string;
  host: string;
}

const heartbeatIntervalMilliseconds = 5_000;
/** A holder on another host (a container that shares the volume) is believed dead after so many missed beats. */
const missedBeatsMax = 6;

/** One process at a time owns a data folder. The file survives a kill; its holder is then found dead. */
export class ClusterLock {
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(private readonly file: string) {
    this.heartbeat = setInterval(() => this.beat(), heartbeatIntervalMilliseconds);
    this.heartbeat.unref();
  }

  /** @throws StartupError when a living process holds the folder */
  static acquire(folder: string): ClusterLock {
    const file = lockFileOf(folder);
    const own = `${file}.${process.pid}`;
    const start = processStartOf(process.pid) ?? 'unknown';
    const holder: LockHolder = { pid: process.pid, processStart: start, host: hostname() };
    try {
      writeFileSync(own, JSON.stringify(holder));
      for (let attempt = 0; attempt < 5; attempt++) {
        if (tryLink(own, file)) return new ClusterLock(file);
        const living = livingHolderOf(folder);
        if (living) throw inUse(folder, living);
        removeStale(file);
      }
    } finally {
      rmSync(own, { force: true });
    }
    throw new StartupError(`the data folder \`${folder}\` is being taken by another process`);
  }

  release(): void {
    clearInterval(this.heartbeat);
    rmSync(this.file, { force: true });
  }

  private beat(): void {
    try {
      utimesSync(this.file, new Date(), new Date());
    } catch {
      // The folder was removed under us; the server will notice by itself.
    }
  }
}

/** The living process that holds the folder, or null. */
export function livingHolderOf(folder: string): LockHolder | null {
  const file = lockFileOf(folder);
  try {
    const holder = parseHolder(readFileSync(file, 'utf8'));
    if (!holder) return null;
    if (holder.host !== hostname()) {
      const silenceMilliseconds = Date.now() - statSync(file).mtimeMs;
      return silenceMilliseconds < missedBeatsMax * heartbeatIntervalMilliseconds ? holder : null;
    }
    return processStartOf(holder.pid) === holder.processStart ? holder : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function lockFileOf(folder: string): string {
  return join(folder, 'lock');
}

function inUse(folder: string, holder: LockHolder): StartupError {
  const where = holder.host === hostname() ? '' : ` on \`${holder.host}\``;
  return new StartupError(
    `the data folder \`${folder}\` is in use by process ${holder.pid}${where}; stop it, or set SLUICE_DATA to another folder`,
  );
}

/** A link appears with its content or not at all, unlike a file that is created and then written. */
function tryLink(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two starters may both see the same dead holder: only what is still dead once moved aside is thrown away. */
function removeStale(file: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = parseHolder(readFileSync(aside, 'utf8'));
  const alive = moved !== null && moved.host === hostname() && processStartOf(moved.pid) === moved.processStart;
  if (alive) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function parseHolder(text: string): LockHolder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    if (!('pid' in value) || !('processStart' in value) || !('host' in value)) return null;
    if (typeof value.pid !== 'number' || typeof value.processStart !== 'string') return null;
    return typeof value.host === 'string'
      ? { pid: value.pid, processStart: value.processStart, host: value.host }
      : null;
  } catch {
    return null;
  }
}
