import 'reflect-metadata';
import { existsSync, readdirSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { DataSource, type DataSourceOptions, type MigrationInterface } from 'typeorm';

/** `.ts` under jest, `.js` when compiled: the folders lie alike in both. */
const extension = extname(__filename);
const root = resolve(__dirname, '..', '..');

/** Holds the names of the migrations that ran, in the schema public, which only the migrating user may use. */
export const migrationTable = 'migration';

export type MigrationClass = new () => MigrationInterface;

/** The migrations in the order of their timestamps. */
export function migrationClasses(folder = join(root, 'migrations')): MigrationClass[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => extname(file) === extension && !file.endsWith('.d.ts'))
    .sort()
    .flatMap((file) => classesIn(join(folder, file)));
}

function classesIn(file: string): MigrationClass[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the files are known only once the folder is read
  const exported: unknown = require(file);
  return Object.values(Object(exported)).filter((value): value is MigrationClass => typeof value === 'function');
}

/** Where the entities and views of the modules lie. */
export const moduleEntities = [join(root, 'src', 'modules', '**', `*.{entity,view}${extension}`)];

/**
 * TypeORM's data source; `synchronize` never. The application reads and writes through the pools: this serves
 * `sluice migrate`, which needs no entities, and TypeORM's own command line.
 */
export function createDataSource(
  url: string,
  migrations: MigrationClass[],
  extra: Pick<DataSourceOptions, 'entities' | 'logger'> = {},
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'sluice migrate',
    migrations,
    migrationsTableName: migrationTable,
    migrationsTransactionMode: 'all',
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    ...extra,
  });
}
