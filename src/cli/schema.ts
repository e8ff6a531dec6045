import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { StartupError } from '../database/startupError';
import { packageRoot } from '../modules/reference';
import { buildHubSchema, printedSchema } from '../server/schema';

export const SCHEMA_PATH = 'schema/schema.graphql';

export function registerSchemaCommands(program: Command): void {
  program
    .command('schema')
    .description('the GraphQL schema')
    .command('print')
    .description(`write ${SCHEMA_PATH}`)
    .option('--check', 'only tell whether it is what the resolvers declare')
    .action((options: { check?: boolean }) => printHubSchema(options.check ?? false));
}

async function printHubSchema(checkOnly: boolean): Promise<void> {
  const file = join(packageRoot(), SCHEMA_PATH);
  const printed = printedSchema(await buildHubSchema());
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === printed;
  if (checkOnly) {
    if (!isCurrent) throw new StartupError(`\`${SCHEMA_PATH}\` is stale: run \`npm run schema:print\``);
    return;
  }
  if (isCurrent) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, printed);
}
