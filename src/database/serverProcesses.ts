import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

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

/**
 * Stops every process of a server whose hub is gone. First the fast shutdown, which rolls back what was open; what does
 * not obey is killed, which PostgreSQL recovers from by its write-ahead log.
 */
export async function stopOrphans(clusterName: string, postmasterPid: number | null): Promise<void> {
  for (const [signal, waitMilliseconds] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    const living = serverProcessesOf(clusterName);
    if (living.length === 0) return;
    const wholeServer = postmasterPid !== null && living.includes(postmasterPid);
    for (const pid of wholeServer && signal !== 'SIGKILL' ? [postmasterPid] : living) signalQuietly(pid, signal);
    if (await waitUntil(() => serverProcessesOf(clusterName).length === 0, waitMilliseconds)) return;
  }
}

export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what the signal was for.
  }
}
