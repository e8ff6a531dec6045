import { join } from 'node:path';
import type { Config } from '../../../src/config';
import { actorOf } from '../../../src/cli/actor';
import { readImportSettings } from '../../../src/modules/exchange/importSettings';
import { runImport, type ImportReport } from '../../../src/modules/exchange/commit/runImport';
import type { Actor } from '../../../src/modules/exchange/commit/actor';
import type { ImportSource } from '../../../src/modules/exchange/csv/stageRows';
import { indexCatalogue, ownCsv, type OwnKind } from '../../../src/modules/exchange/csv/ownKinds';
import { fileOf } from '../../unit/exchange/stagedEvents';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { World } from '../../support/world';

export const today = '2026-01-01';
export const settings = readImportSettings(join(__dirname, '../../../policies/exchange.yaml'));

export function configOf(database: Pick<TestDatabase, 'url' | 'secret'>): Config {
  return {
    host: '127.0.0.1',
    port: 0,
    databaseUrl: database.url,
    dataFolder: '/nowhere',
    secret: database.secret,
    oidc: null,
    demo: true,
    explorer: false,
    logLevel: 'silent',
    today,
  };
}

/** An alliance with an importer (sma), a rival (smb) and a customer (auto), and the people of the demo who act for them. */
export class Importing {
  private constructor(
    readonly database: TestDatabase,
    readonly world: World,
  ) {}

  static async start(): Promise<Importing> {
    const database = await createTestDatabase();
    const world = new World(database.admin);
    await world.alliance();
    const refines = { mineral: 'cobalt', stage: 'REFINING', side: 'SELL' } as const;
    await world.organisation('sma', { activities: [refines], lei: '5493001KJTIIGC8Y1R12' });
    await world.organisation('smb', { activities: [refines] });
    await world.organisation('auto', {});
    await world.organisation('secretariat', { company: false, standing: null, kinds: ['SECRETARIAT'] });
    for (const name of ['sma', 'smb', 'auto']) await world.person(name, name, ['UPSTREAM_PUBLISHER', 'SITE_OWNER']);
    await world.person('secretariat', 'secretariat', ['SECRETARIAT']);
    return new Importing(database, world);
  }

  actor(name: string): Promise<Actor> {
    return actorOf(configOf(this.database), this.database.pools, { name, bearer: null });
  }

  async import(
    name: string,
    source: ImportSource,
    { partial = false, dryRun = false }: { partial?: boolean; dryRun?: boolean } = {},
  ): Promise<ImportReport> {
    return runImport(await this.actor(name), { source, settings, partial, dryRun });
  }

  /** Imports lines of an own CSV kind. */
  async importOwn(
    name: string,
    kind: OwnKind,
    lines: readonly string[],
    options: { partial?: boolean; dryRun?: boolean } = {},
  ): Promise<ImportReport> {
    const actor = await this.actor(name);
    const rules = { catalogue: indexCatalogue(actor.services.catalogue), links: settings.links, today };
    return this.import(name, ownCsv(kind, fileOf(`${kind}.csv`, lines.join('\n')), rules), options);
  }

  async count(sql: string, parameters: unknown[] = []): Promise<number> {
    const [row] = await this.world.rows<{ count: string }>(`select count(*) from ${sql}`, parameters);
    return Number(row?.count);
  }

  stop(): Promise<void> {
    return this.database.drop();
  }
}
