import { Presets, SingleBar } from 'cli-progress';
import { Client } from 'pg';
import type { Config } from '../config';
import { startEmbedded, type EmbeddedStep } from '../database/embedded';
import { isBoundaryStale } from '../database/loadBoundary';
import { connectionError, migrate, pendingMigrations } from '../database/migrate';
import { migrationClasses } from '../database/dataSource';
import { StartupError } from '../database/startupError';
import { applyPolicyBuild, readLaw } from './prepareDatabase';

/** Where the database is, ready to be served from. */
export interface PreparedDatabase {
  readonly adminUrl: string;
  /** Stops the server that this hub started; nothing for another's. */
  stop(): Promise<void>;
}

const stepWords: Readonly<Record<EmbeddedStep, string>> = {
  unpack: 'unpacking PostgreSQL',
  recover: 'recovering after a stop that was none',
  create: 'creating the data folder',
  start: 'starting PostgreSQL',
  ready: 'PostgreSQL is ready',
};

/** Says what the start is doing, on one line that moves in a terminal and on lines of their own elsewhere. */
export class StartProgress {
  private bar: SingleBar | null = null;
  private at = 0;

  constructor(
    private readonly steps: number,
    private readonly output: NodeJS.WriteStream = process.stdout,
  ) {}

  step(words: string): void {
    this.at = Math.min(this.at + 1, this.steps);
    if (!this.output.isTTY) {
      this.output.write(`${words}\n`);
      return;
    }
    this.begin(words);
    this.bar?.setTotal(this.steps);
    this.bar?.update(this.at, { words });
  }

  private begin(words: string): void {
    if (this.bar !== null) return;
    this.bar = new SingleBar(
      { format: ' {bar} {words}', hideCursor: true, clearOnComplete: true, stream: this.output },
      Presets.shades_classic,
    );
    this.bar.start(this.steps, this.at, { words });
  }

  /** A step that takes long enough to be counted. */
  within(words: string, done: number, total: number): void {
    if (!this.output.isTTY) {
      if (done === 0) this.output.write(`${words}\n`);
      return;
    }
    this.begin(words);
    this.bar?.setTotal(total);
    this.bar?.update(done, { words });
  }

  end(): void {
    this.bar?.stop();
    this.bar = null;
  }
}

/**
 * The database of the settings: the embedded one is always brought to this version; one that others may serve from is only
 * filled when it is empty, and otherwise changed by `sluice migrate` alone.
 * @throws StartupError with one sentence
 */
export async function prepareDatabase(config: Config, progress: StartProgress): Promise<PreparedDatabase> {
  if (config.databaseUrl !== null) {
    progress.step('connecting to the database');
    await prepareShared(config.databaseUrl, config, progress);
    return { adminUrl: config.databaseUrl, stop: () => Promise.resolve() };
  }
  const server = await startEmbedded({
    folder: config.dataFolder,
    secret: config.secret,
    onStep: (step) => progress.step(stepWords[step]),
  });
  try {
    await migrateTo(server.adminUrl, config, progress);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { adminUrl: server.adminUrl, stop: () => server.stop() };
}

/** Migrations, catalogue and law, in one transaction. @returns what was left open to every login, one sentence each */
export async function migrateTo(adminUrl: string, config: Config, progress: StartProgress): Promise<string[]> {
  progress.step('loading schema, catalogue and law');
  const report = await migrate({
    adminUrl,
    secret: config.secret,
    applyPolicyBuild: (client) => applyPolicyBuild(client, config.secret),
  });
  return report.warnings;
}

async function prepareShared(adminUrl: string, config: Config, progress: StartProgress): Promise<void> {
  const state = await stateOf(adminUrl);
  if (state === 'EMPTY') await migrateTo(adminUrl, config, progress);
  if (state === 'OTHER_VERSION') {
    throw new StartupError('the database was loaded from another version of schema or law: run `sluice migrate` first');
  }
}

async function stateOf(adminUrl: string): Promise<'EMPTY' | 'OTHER_VERSION' | 'CURRENT'> {
  const client = new Client({ connectionString: adminUrl });
  try {
    await client.connect();
  } catch (cause) {
    throw connectionError(cause);
  }
  try {
    const pending = await pendingMigrations(client);
    if (pending.length === migrationClasses().length) return 'EMPTY';
    return pending.length > 0 || (await isBoundaryStale(client, readLaw().build)) ? 'OTHER_VERSION' : 'CURRENT';
  } finally {
    await client.end();
  }
}
