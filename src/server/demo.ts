import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ClientBase } from 'pg';
import { connectAdmin } from '../database/pools';
import type { Config } from '../config';
import type { OperationServices } from '../modules/graph';

export interface DemoPlace {
  readonly config: Config;
  /** connection string of the migrating user */
  readonly adminUrl: string;
  readonly services: OperationServices;
  /** Says how far the load has come. */
  onProgress(done: number, total: number): void;
}

type LoadDemo = (client: ClientBase, options: Pick<DemoPlace, 'onProgress'> & { today: string }) => Promise<unknown>;

/** Fills an empty database with the synthetic alliance, once. @returns whether it was loaded now */
export async function loadDemoIntoEmpty(place: DemoPlace): Promise<boolean> {
  const loadDemo = place.config.demo ? demoLoader() : null;
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

/** The module of the demo is left out of a hub that is built for production. */
function demoLoader(): LoadDemo | null {
  const file = join(__dirname, '..', 'modules', 'demo', `index${extname(__filename)}`);
  if (!existsSync(file)) return null;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- whether the module is there shows only here
  const loaded: { loadDemo?: LoadDemo } = require(file);
  return loaded.loadDemo ?? null;
}
