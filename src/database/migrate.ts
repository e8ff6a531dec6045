import { type ClientBase } from 'pg';
import { type DataSource, type Logger, MigrationExecutor, type QueryRunner } from 'typeorm';
import { createDataSource, type MigrationClass, migrationClasses, migrationTable } from './dataSource';
import { ensureRoles } from './roles';
import { codeOf, StartupError } from './startupError';

/** The oldest PostgreSQL whose views can run with the rights that the boundary needs. */
const serverVersionMin = 150_000;
/** Any number, the same for all nodes: two that start together migrate one after the other. */
const migrationLock = 7_582_423;

/** What fails is thrown; TypeORM would print it to the output of a command as well. */
const silence: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

export interface MigrateOptions {
  adminUrl: string;
  secret: Buffer;
  /** rebuilds views and row policies from policies/build, in the transaction of the migrations */
  applyPolicyBuild?: (client: ClientBase, secret: Buffer) => Promise<void>;
  migrations?: MigrationClass[];
}

export interface MigrateReport {
  /** names of the migrations that ran now */
  applied: string[];
  /** what PUBLIC keeps because the migrating user is no superuser, one sentence each */
  warnings: string[];
}

/**
 * Brings a database to the schema, roles and law of this version: everything in one transaction, or nothing.
 * @throws StartupError for a schema newer than this version, a PostgreSQL older than 15, a refused or failed connection
 */
export async function migrate(options: MigrateOptions): Promise<MigrateReport> {
  const migrations = options.migrations ?? migrationClasses();
  const dataSource = createDataSource(options.adminUrl, migrations, { logger: silence });
  await connect(dataSource);
  try {
    const queryRunner = dataSource.createQueryRunner();
    try {
      await queryRunner.startTransaction();
      const report = await migrateInTransaction(queryRunner, dataSource, migrations, options);
      await queryRunner.commitTransaction();
      return report;
    } catch (error) {
      if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
      throw error;
    } finally {
      await queryRunner.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

async function migrateInTransaction(
  queryRunner: QueryRunner,
  dataSource: DataSource,
  migrations: MigrationClass[],
  options: MigrateOptions,
): Promise<MigrateReport> {
  const client: ClientBase = await queryRunner.connect();
  await client.query('select pg_catalog.pg_advisory_xact_lock($1)', [migrationLock]);
  await refuseOldServer(client);
  await refuseNewerSchema(client, migrations);
  const warnings = await ensureRoles(client, options.secret);
  const applied = await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
  await options.applyPolicyBuild?.(client, options.secret);
  return { applied: applied.map((migration) => migration.name), warnings };
}

async function connect(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.initialize();
  } catch (cause) {
    throw connectionError(cause);
  }
}

/** One sentence for a connection that DATABASE_URL does not give; anything else is passed on as it is. */
export function connectionError(cause: unknown): unknown {
  const code = codeOf(cause) ?? '';
  if (['28P01', '28000'].includes(code)) {
    return new StartupError('the database refuses the user or password of DATABASE_URL', { cause });
  }
  if (code === '3D000') return new StartupError('the database named in DATABASE_URL does not exist', { cause });
  if (code === '53100') return new StartupError('no space is left on the disk of the database', { cause });
  if (code === '57P03') return new StartupError('the database of DATABASE_URL is starting or stopping', { cause });
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH'].includes(code)) {
    return new StartupError(`no database answers at DATABASE_URL (${code})`, { cause });
  }
  return cause;
}

async function refuseOldServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`,
  );
  if ((rows[0]?.number ?? 0) < serverVersionMin) {
    throw new StartupError(`the database runs PostgreSQL ${rows[0]?.name ?? ''}, and 15 or newer is needed`);
  }
}

async function refuseNewerSchema(client: ClientBase, migrations: MigrationClass[]): Promise<void> {
  const known = migrations.map((migration) => migration.name);
  const unknown = (await appliedMigrations(client)).find((name) => !known.includes(name));
  if (unknown) {
    throw new StartupError(
      `the database was migrated by a newer version (migration \`${unknown}\` is unknown to this one): start that version or a later one`,
    );
  }
}

async function appliedMigrations(client: ClientBase): Promise<string[]> {
  const table = await client.query<{ there: boolean }>(
    `select to_regclass('public.${migrationTable}') is not null as there`,
  );
  if (!table.rows[0]?.there) return [];
  const { rows } = await client.query<{ name: string }>(`select name from public.${migrationTable} order by id`);
  return rows.map((row) => row.name);
}

/** Whether the schema is that of this version: a node that only serves starts without rights to migrate. */
export async function pendingMigrations(client: ClientBase, migrations = migrationClasses()): Promise<string[]> {
  await refuseNewerSchema(client, migrations);
  const applied = await appliedMigrations(client);
  return migrations.map((migration) => migration.name).filter((name) => !applied.includes(name));
}
