import type { Command } from 'commander';
import type { Config } from '../config';
import { StartupError } from '../database/startupError';
import { DEMO_IDENTITIES, findDemoIdentity, readIdentityThresholds } from '../identity';
import { packageRoot } from '../modules/reference';
import { demoIssuer } from '../server/hub';

const HOUR_SECONDS = 3600;
const HOURS_BY_DEFAULT = 12;

export function registerTokenCommand(program: Command, config: () => Config): void {
  program
    .command('token')
    .description('print a token of a demo identity; in the demo only')
    .requiredOption('--as <name>', `one of ${DEMO_IDENTITIES.map(({ name }) => name).join(', ')}`)
    .option('--hours <number>', 'how long it is good', String(HOURS_BY_DEFAULT))
    .action(async (options: { as: string; hours: string }) => {
      process.stdout.write(`${await demoToken(config(), options.as, Number(options.hours) * HOUR_SECONDS)}\n`);
    });
}

/** @throws StartupError outside the demo and for a name that nobody in it has; DomainError for hours out of bounds */
export async function demoToken(config: Config, name: string, ttlSeconds: number): Promise<string> {
  const issuer = await demoIssuer(config, readIdentityThresholds(`${packageRoot()}/policies`));
  if (issuer === null) {
    throw new StartupError('tokens are printed in the demo only: get one from the configured issuer');
  }
  const identity = findDemoIdentity(name);
  if (identity === null) throw new StartupError(`nobody in the demo is called \`${name}\``);
  return issuer.issueToken({ subject: identity.subject, ttlSeconds });
}
