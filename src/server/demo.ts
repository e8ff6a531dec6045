import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import loadHighs from 'highs';
import type { ClientBase } from 'pg';
import { connectAdmin } from '../database/pools';
import type { Config } from '../config';
import { highsSolver } from '../disclosureControl';
import type { OperationServices } from '../modules/graph';
import { readRegistry, type ReleaseContext } from '../modules/statistics';

export interface DemoPlace {
  readonly config: Config;
  /** connection string of the migrating user */
  readonly adminUrl: string;
  readonly services: OperationServices;
  /** Says how far the load has come. */
  onProgress(done: number, total: number): void;
}

interface DemoModule {
  readonly loadDemo?: LoadDemo;
  readonly releaseDemoStatistics?: (context: ReleaseContext) => Promise<void>;
}

type LoadDemo = (client: ClientBase, options: Pick<DemoPlace, 'onProgress'> & { today: string }) => Promise<unknown>;

/** Fills an empty database with the synthetic alliance, once. @returns whether it was loaded now */
export async function loadDemoIntoEmpty(place: DemoPlace): Promise<boolean> {
  const loadDemo = place.config.demo ? (demoModule()?.loadDemo ?? null) : null;
  if (loadDemo === null) return false;
  const client = await connectAdmin(place.adminUrl);
  try {
    const { rows } = await client.query('select from vault.organisation limit 1');
    if (rows.length > 0) return false;
    await loadDemo(client, {
      onProgress: (done, total) => place.onProgress(done, total),
      today: place.services.today(),
    });
    return true;
  } finally {
    await client.end();
  }
}

/** The tables of the synthetic alliance, once it is there; takes up where an earlier start was cut off. */
export async function releaseDemo({ config, services, adminUrl }: Omit<DemoPlace, 'onProgress'>): Promise<void> {
  const release = config.demo ? demoModule()?.releaseDemoStatistics : undefined;
  if (release === undefined || !(await isSynthetic(adminUrl))) return;
  await release({
    pool: services.pools.trustee,
    registry: readRegistry(),
    catalogue: services.catalogue,
    lawHash: services.masks.lawHash,
    today: services.today(),
    solver: highsSolver(await loadHighs()),
  });
}

/** Only what the demo itself has loaded is ever released by itself. */
async function isSynthetic(adminUrl: string): Promise<boolean> {
  const client = await connectAdmin(adminUrl);
  try {
    const { rows } = await client.query<{ synthetic: boolean }>(
      'select coalesce(bool_and(synthetic), false) as synthetic from vault.organisation',
    );
    return rows[0]?.synthetic === true;
  } finally {
    await client.end();
  }
}

/** The module of the demo is left out of a hub that is built for production. */
function demoModule(): DemoModule | null {
  const file = join(__dirname, '..', 'modules', 'demo', `index${extname(__filename)}`);
  if (!existsSync(file)) return null;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- whether the module is there shows only here
  const loaded: DemoModule = require(file);
  return loaded;
}
