import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const onLinux = existsSync('/proc/self/stat');

/**
 * When a process started, in a form that never repeats on a machine (boot and clock ticks); null when no such process
 * lives. A zombie does not live. Where there is no /proc, only life is known and the text is `unknown`.
 */
export function processStartOf(pid: number): string | null {
  if (!onLinux) return answersSignal(pid) ? 'unknown' : null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The name that every process of the server on a data folder carries in its title. PostgreSQL puts `cluster_name` into
 * the title of each backend, so that backends outliving a killed postmaster can be found too.
 */
export function clusterNameOf(dataFolder: string): string {
  return `sluice-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`;
}

/** The living processes whose command line names the cluster. */
export function serverProcessesOf(clusterName: string): number[] {
  return onLinux ? scanProc(clusterName) : scanProcessList(clusterName);
}

function scanProc(clusterName: string): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (commandLine.includes('postgres') && commandLine.includes(clusterName) && processStartOf(pid)) found.push(pid);
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function scanProcessList(clusterName: string): number[] {
  const lines = execFileSync('/bin/ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes('postgres') && line.includes(clusterName))
    .map((line) => Number.parseInt(line, 10));
}

export function sleepMilliseconds(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until the condition holds, looking every ten milliseconds; false when the time is up first. */
export async function waitUntil(condition: () => boolean, timeoutMilliseconds: number): Promise<boolean> {
  const end = Date.now() + timeoutMilliseconds;
  while (!condition()) {
    if (Date.now() > end) return false;
    await sleepMilliseconds(10);
  }
  return true;
}

/** What a running server writes about itself into postmaster.pid. */
export interface PidFile {
  pid: number;
  port: number;
  ready: boolean;
}

/** null when there is no such file; its lines: pid, folder, start, port, socket folder, address, memory, status. */
export function readPidFile(dataFolder: string): PidFile | null {
  try {
    const lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

/**
 * Stops every process of the server on a data folder whose hub is gone; false when one cannot be stopped. A living
 * postmaster is asked for the fast shutdown, which rolls back what was open; what does not obey, or has lost its
 * postmaster, is ended at once, from which PostgreSQL recovers by its write-ahead log.
 */
export async function stopOrphans(dataFolder: string): Promise<boolean> {
  const clusterName = clusterNameOf(dataFolder);
  const isGone = () => serverProcessesOf(clusterName).length === 0;
  const postmaster = readPidFile(dataFolder)?.pid;
  if (postmaster !== undefined && serverProcessesOf(clusterName).includes(postmaster)) {
    signalQuietly(postmaster, 'SIGINT');
    if (await waitUntil(isGone, 15_000)) return true;
  }
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of serverProcessesOf(clusterName)) signalQuietly(pid, signal);
    if (await waitUntil(isGone, 5_000)) return true;
  }
  return false;
}

export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what the signal was for.
  }
}
