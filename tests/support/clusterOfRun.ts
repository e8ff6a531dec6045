import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
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

/** Servers of runs that were killed before their tear-down. */
export async function removeLeftClusters(): Promise<void> {
  for (const entry of readdirSync(tmpdir())) {
    if (!entry.startsWith('sluice-jest-')) continue;
    const folder = join(tmpdir(), entry);
    if (!existsSync(join(folder, 'lock')) || livingHolderOf(folder)) continue;
    await removeCluster(folder);
  }
}

export async function removeCluster(folder: string): Promise<void> {
  const data = join(realpathSync(existsSync(join(folder, 'server')) ? join(folder, 'server') : folder), 'pg');
  await stopOrphans(data);
  rmSync(join(data, '..'), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
