import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Client } from 'pg';
import { actorOf } from '../src/cli/actor';
import type { Config } from '../src/config';
import { openPools } from '../src/database/pools';
import { indexCatalogue, openOwnCsv, readImportSettings, runImport } from '../src/modules/exchange';
import { packageRoot } from '../src/modules/reference';
import { addImporter } from './world';

const TODAY = '2026-01-01';

interface ImportOrder {
  readonly client: Client;
  readonly adminUrl: string;
  readonly secret: Buffer;
  readonly folder: string;
  readonly rows: number;
}

/** Figures of many sites and years, told apart by their products. */
export async function writeMeasurements(path: string, sites: readonly string[], rows: number): Promise<void> {
  const output = createWriteStream(path);
  output.write('subject,indicator,period,value,unit,product,verification\n');
  for (let row = 0; row < rows; row += 1) {
    const year = 2000 + (Math.floor(row / sites.length) % 25);
    const product = Math.floor(row / sites.length / 25);
    const line = `${sites[row % sites.length]},WATER_WITHDRAWN,${year},${row}.25,ML,line ${product},SELF_DECLARED\n`;
    if (!output.write(line)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'finish');
}

export function importConfig(databaseUrl: string, secret: Buffer): Config {
  return {
    ...{ host: '127.0.0.1', port: 0, databaseUrl, dataFolder: '/nowhere', secret, oidc: null },
    ...{ demo: true, explorer: false, logLevel: 'silent' as const, today: TODAY },
  };
}

/** Imports measurements as a member does: read, checked, staged, committed. @returns one line for the report */
export async function importRows({ client, adminUrl, secret, folder, rows }: ImportOrder): Promise<string> {
  const path = join(folder, 'measurements.csv');
  await writeMeasurements(path, await addImporter(client), rows);
  const pools = openPools({ adminUrl, secret });
  try {
    const actor = await actorOf(importConfig(adminUrl, secret), pools, { name: 'sma', bearer: null });
    const settings = readImportSettings(join(packageRoot(), 'policies/exchange.yaml'));
    const rules = { catalogue: indexCatalogue(actor.services.catalogue), links: settings.links, today: TODAY };
    const opened = await openOwnCsv('measurements', path, rules);
    if (!opened.ok) throw new Error(opened.error.hint);
    const before = performance.now();
    const { state, stored } = await runImport(actor, {
      ...{ source: opened.value, settings, partial: true, dryRun: false, onProgress: () => undefined },
    });
    const seconds = (performance.now() - before) / 1000;
    const count = Object.values(stored).reduce((sum, each) => sum + each, 0);
    if (count !== rows) throw new Error(`the import stored ${count} of ${rows} rows`);
    return `${rows} rows ${state} in ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s`;
  } finally {
    await pools.close();
  }
}
