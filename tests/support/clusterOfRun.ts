import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livingHolderOf } from '../../src/database/clusterLock';
import type { EmbeddedServer } from '../../src/database/embedded';
import { stopOrphans } from '../../src/database/serverProcesses';
import type { TestCluster } from './database';

interface TestRun {
  folder?: string;
  server?: EmbeddedServer;
  cluster?: TestCluster;
}

/** Set-up and tear-down are loaded as two modules of one process; only the global object is shared between them. */
const shared = globalThis as { sluiceTestRun?: TestRun };
export const testRun: TestRun = (shared.sluiceTestRun ??= {});

/** Folders of the launcher's own tests, which leave killed servers on purpose; those of a living run are young. */
export const launcherFolderPrefix = 'sluice-launcher-';
const clusterFolderPrefix = 'sluice-jest-';
const launcherRunMilliseconds = 15 * 60_000;

/** Servers of runs that were killed before their tear-down. */
export async function removeLeftClusters(): Promise<void> {
  for (const entry of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), entry);
    if (isLeft(entry, folder)) await removeCluster(folder);
  }
}

function isLeft(entry: string, folder: string): boolean {
  if (entry.startsWith(launcherFolderPrefix)) return Date.now() - statSync(folder).mtimeMs > launcherRunMilliseconds;
  if (!entry.startsWith(clusterFolderPrefix)) return false;
  return existsSync(join(folder, 'lock')) && !livingHolderOf(folder);
}

export async function removeCluster(folder: string): Promise<void> {
  const data = join(realpathSync(existsSync(join(folder, 'server')) ? join(folder, 'server') : folder), 'pg');
  await stopOrphans(data);
  rmSync(join(data, '..'), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
