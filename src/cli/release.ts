import { constants, setPriority } from 'node:os';
import type { Command } from 'commander';
import loadHighs from 'highs';
import type { Config } from '../config';
import { openDatabase } from '../database/openDatabase';
import { openPools, type Pools } from '../database/pools';
import { StartupError } from '../database/startupError';
import { highsSolver } from '../disclosureControl';
import type { Role } from '../identity';
import type { OpaqueIds } from '../kernel/opaqueId';
import { parsePeriod } from '../kernel/period';
import {
  adoptLedgers,
  auditLedgers,
  buildReleases,
  clearRelease,
  guideText,
  ledgerAlarms,
  liftAlarm,
  publishRelease,
  readRegistry,
  reproduce,
  sealLedgers,
  withdrawRelease,
  type BuildReport,
  type LedgerAudit,
  type ReleaseContext,
} from '../modules/statistics';
import { openServices } from '../server/hub';
import { actingAs, actorOf } from './actor';

interface ActorOptions {
  readonly as?: string;
  readonly reason?: string;
}

interface BuildCommandOptions {
  readonly period: string;
  readonly dryRun: boolean;
  readonly newVintage: boolean;
  readonly json: boolean;
}

const CLEARING: readonly Role[] = ['COMPETITION_COUNSEL'];
const PUBLISHING: readonly Role[] = ['COMPETITION_COUNSEL', 'SECRETARIAT'];

/** Adds `release build | clear ID | publish ID | withdraw ID | reproduce ID | guide | seal REASON | adopt REASON | audit | lift ID`. */
export function registerReleaseCommands(program: Command, config: () => Config): void {
  const release = program.command('release').description('statistics: draft, review, publish');
  release
    .command('build')
    .description('freeze the inputs of a period and draft its registered tables')
    .requiredOption('--period <period>', 'a year, or YYYY-MM-DD/YYYY-MM-DD')
    .option('--dry-run', 'compute and tell, store nothing', false)
    .option('--new-vintage', 'freeze again what changed since the first vintage', false)
    .option('--json', 'the report as JSON', false)
    .action((options: BuildCommandOptions) => withTrustee(config(), (context) => build(context, options)));
  step(release, config, 'clear', 'let a draft pass, as counsel', CLEARING, async ({ pools }, id, personId) => {
    await clearRelease(pools.trustee, id, personId);
    return 'cleared';
  });
  step(release, config, 'publish', 'open a cleared release to its audience', PUBLISHING, publish);
  step(release, config, 'withdraw', 'take a release back after an objection', PUBLISHING, async ({ pools }, id) => {
    await withdrawRelease(pools.trustee, id);
    return 'withdrawn';
  });
  release
    .command('reproduce')
    .alias('verify')
    .description('compute a release anew from its stored inputs and rules')
    .argument('<id>')
    .action((id: string) => withTrustee(config(), (context) => verify(context, id)));
  release
    .command('guide')
    .description('print what statistics protect and why figures are missing, with the numbers in force')
    .action(() => {
      process.stdout.write(guideText(readRegistry()));
    });
  release
    .command('seal')
    .description('after a restore from backup: answer nothing more on periods that were open')
    .argument('<reason>')
    .action((reason: string) =>
      withTrustee(config(), async ({ pools }) => say(`sealed: ${await sealLedgers(pools.trustee, reason)} ledgers`)),
    );
  release
    .command('audit')
    .description('audit everything answered and released since the last audit; an alarm freezes its family')
    .option('--json', 'the findings as JSON', false)
    .action(({ json }: { json: boolean }) => withTrustee(config(), (context) => audit(context, json)));
  step(
    release,
    config,
    'lift',
    'let a family answer again after its alarm, as counsel',
    CLEARING,
    async ({ pools }, id, by, reason) => {
      await liftAlarm(pools.trustee, id, by, reason);
      return 'lifted';
    },
  ).requiredOption('--reason <reason>', 'why the family may answer again; it stays on the record');
  release
    .command('adopt')
    .description('after a move or a promotion that lost nothing: go on with the ledgers as they are')
    .argument('<reason>', 'why nothing can have been answered after the state they are in')
    .action((reason: string) =>
      withTrustee(config(), async ({ pools }) => say(`adopted: ${await adoptLedgers(pools.trustee, reason)} ledgers`)),
    );
}

type TrusteeContext = ReleaseContext & { readonly pools: Pools; readonly config: Config; readonly ids: OpaqueIds };

async function withTrustee(config: Config, work: (context: TrusteeContext) => Promise<void>): Promise<void> {
  const database = await openDatabase(config, { attach: true });
  const pools = openPools({ adminUrl: database.adminUrl, secret: config.secret });
  try {
    const services = openServices(config, pools);
    await work({
      pools,
      config,
      ids: services.ids,
      pool: pools.trustee,
      registry: readRegistry(),
      catalogue: services.catalogue,
      lawHash: services.masks.lawHash,
      today: services.today(),
      solver: highsSolver(await loadHighs()),
      onProgress: tellProgress,
    });
  } finally {
    await pools.close();
    await database.stop();
  }
}

async function build(context: ReleaseContext, options: BuildCommandOptions): Promise<void> {
  const period = parsePeriod(options.period);
  if (!period.ok) throw new StartupError(`--period: ${period.error.hint}`);
  const { dryRun, newVintage } = options;
  // A process of its own, and a modest one: whoever serves from the same machine comes first.
  setPriority(constants.priority.PRIORITY_LOW);
  const reports = await buildReleases(context, { period: period.value, dryRun, newVintage });
  if (options.json) return say(JSON.stringify(reports, null, 2));
  if (reports.length === 0) return say('nothing to draft: the period is frozen, or no table has inputs');
  for (const report of reports) say(lineOf(report));
}

function lineOf({ release, table, period, cells, publishedShare, cuts }: BuildReport): string {
  const share = `${Math.round(publishedShare * 100)} % of ${cells} cells`;
  return `${release ?? 'not stored'}  ${table} ${period}: ${share}${cuts === 0 ? '' : `, rolled up ${cuts} times`}`;
}

async function verify(context: ReleaseContext, id: string): Promise<void> {
  const { same, cells } = await reproduce(context, id);
  if (!same) process.exitCode = 1;
  say(same ? `${cells} cells come out the same` : 'the release does not follow from its stored inputs');
}

async function audit(context: TrusteeContext, json: boolean): Promise<void> {
  const audits = await auditLedgers(context);
  const alarms = await ledgerAlarms(context.pools.trustee);
  if (alarms.length > 0) process.exitCode = 1;
  if (json) return say(JSON.stringify({ audits, alarms }, null, 2));
  for (const one of audits) say(auditLine(one));
  for (const { id, family, exposedUnits } of alarms) {
    say(
      `ALARM ${id}: ${family} is frozen, ${exposedUnits} units lie in too narrow an interval; counsel may \`release lift\` it with a reason`,
    );
  }
  if (audits.length === 0 && alarms.length === 0) say('nothing was answered or released since the last audit');
}

function auditLine({ family, version, passed, requirements, linearPrograms }: LedgerAudit): string {
  return `${family}: ${version} entries, ${requirements} intervals, ${linearPrograms} linear programs, ${passed ? 'passed' : 'NOT passed'}`;
}

async function publish(context: TrusteeContext, id: string, personId: string): Promise<string> {
  const { publicFrom } = await publishRelease(context, id, personId);
  return publicFrom === null ? 'published to the alliance' : `published to the alliance, and to all from ${publicFrom}`;
}

function step(
  release: Command,
  config: () => Config,
  name: string,
  description: string,
  roles: readonly Role[],
  work: (context: TrusteeContext, id: string, personId: string, reason: string) => Promise<string>,
): Command {
  return release
    .command(name)
    .description(description)
    .argument('<id>')
    .option(
      '--as <name>',
      'who acts, in the demo; else SLUICE_TOKEN (counsel acts in person, with a token) or SLUICE_API_KEY',
    )
    .action((id: string, options: ActorOptions) =>
      withTrustee(config(), async (context) => {
        const { viewer } = await actorOf(context.config, context.pools, actingAs(options.as));
        if (viewer.personId === null || !roles.some((role) => viewer.roles.includes(role))) {
          throw new StartupError(`this needs the role ${roles.join(' or ')}`);
        }
        const named = context.ids.decode(id, viewer.idKey)?.uuid ?? id;
        say(await work(context, named, viewer.personId, options.reason ?? ''));
      }),
    );
}

/** On one line in a terminal; elsewhere a line for each family that is done. */
function tellProgress(what: string, settled: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what}: ${settled} of ${all} cells settled `);
  else if (settled === all) process.stderr.write(`${what}: ${all} cells settled\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
