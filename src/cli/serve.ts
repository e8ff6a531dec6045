import type { Command } from 'commander';
import type { Config } from '../config';
import { startEmbedded } from '../database/embedded';
import { serveUntilStopped } from '../server/serve';
import { migrateTo, StartProgress } from '../server/startUp';

export function registerServeCommands(program: Command, config: () => Config): void {
  program
    .command('serve')
    .description('start the hub, as `npm start` does')
    .action(() => serveUntilStopped(config()));
  program
    .command('migrate')
    .description('bring the database to the schema, catalogue and law of this version')
    .action(() => migrateDatabase(config()));
}

async function migrateDatabase(config: Config): Promise<void> {
  const progress = new StartProgress(1);
  const embedded =
    config.databaseUrl === null ? await startEmbedded({ folder: config.dataFolder, secret: config.secret }) : null;
  try {
    const warnings = await migrateTo(embedded?.adminUrl ?? config.databaseUrl ?? '', config, progress);
    progress.end();
    for (const warning of warnings) console.warn(`sluice: ${warning}`);
    console.log('the database is at this version');
  } finally {
    progress.end();
    await embedded?.stop();
  }
}
