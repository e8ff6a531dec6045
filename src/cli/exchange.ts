import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Config } from '../config';
import { openDatabase } from '../database/openDatabase';
import { openPools } from '../database/pools';
import { codeOf, StartupError } from '../database/startupError';
import {
  exportData,
  indexCatalogue,
  openDataFormats,
  openOpenData,
  openOwnCsv,
  ownKinds,
  readImportSettings,
  runImport,
  type Actor,
  type ImportReport,
  type ImportSettings,
  type ImportSource,
} from '../modules/exchange';
import { packageRoot } from '../modules/reference';
import { actingAs, actorOf } from './actor';

interface ImportOptions {
  readonly as?: string;
  readonly partial: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface ExportOptions {
  readonly as?: string;
  readonly format: string;
  readonly out: string;
}

const FORMATS = [...ownKinds, ...openDataFormats].join(', ');

/** Adds `import` and `export`. Both act as a person: with that person's rights, behind the boundary. */
export function registerExchangeCommands(program: Command, config: () => Config): void {
  program
    .command('import')
    .description('stage, preview and commit files; the same files again store nothing twice')
    .argument('<format>', FORMATS)
    .argument('<paths...>', 'files, or a folder of open data')
    .option('--as <name>', 'act as this person of the demo; else SLUICE_TOKEN or SLUICE_API_KEY says who')
    .option('--partial', 'commit the rows without fault although others have one', false)
    .option('--dry-run', 'only say what would happen', false)
    .option('--json', 'the report as JSON', false)
    .action((format: string, paths: string[], options: ImportOptions) =>
      acting(config(), options.as, (actor) => importFiles(actor, format, paths, options)),
    );
  program
    .command('export')
    .description('give an organisation all of its data back')
    .option('--as <name>', 'act as this person of the demo; else SLUICE_TOKEN or SLUICE_API_KEY says who')
    .option('--format <format>', 'csv or json', 'csv')
    .option('--out <folder>', 'where the files go; it is made', 'sluice-export')
    .action((options: ExportOptions) => acting(config(), options.as, (actor) => exportFiles(actor, options)));
}

async function acting(config: Config, name: string | undefined, work: (actor: Actor) => Promise<void>): Promise<void> {
  const database = await openDatabase(config, { attach: true });
  const pools = openPools({
    adminUrl: database.adminUrl,
    secret: config.secret,
    connectionsMax: { reader: 2, contributor: 2 },
  });
  try {
    await work(await actorOf(config, pools, actingAs(name)).catch(explainEmptyDatabase));
  } finally {
    await pools.close();
    await database.stop();
  }
}

/** Schema, table, function or login role that is not there. */
const NOT_LOADED = ['3F000', '42P01', '42883', '28000', '28P01'];

function explainEmptyDatabase(cause: unknown): never {
  const code = codeOf(cause);
  if (code === undefined || !NOT_LOADED.includes(code)) throw cause;
  throw new StartupError('the database is not loaded by this version: start the hub once, or run `sluice migrate`', {
    cause,
  });
}

async function importFiles(actor: Actor, format: string, paths: string[], options: ImportOptions): Promise<void> {
  const settings = readImportSettings(`${packageRoot()}/policies/exchange.yaml`);
  const source = await openSource(actor, format, paths, settings);
  const bar = progressBar();
  const { partial, dryRun } = options;
  const report = await runImport(actor, {
    source,
    settings,
    partial,
    dryRun,
    onProgress: (step, rows) => bar.update(rows, { step: step === 'reading' ? 'rows read and checked' : 'committing' }),
  }).finally(() => bar.stop());
  const { state, preview, stored, commitFaults } = report;
  process.stdout.write(
    options.json ? `${JSON.stringify({ state, preview: preview.data, stored, commitFaults })}\n` : reportText(report),
  );
  const isRefused = state === 'REFUSED' || (state === 'PREVIEWED' && (preview.hasRejections || hasFaults(report)));
  if (isRefused && !(state === 'PREVIEWED' && partial && !hasFaults(report))) process.exitCode = 1;
}

function hasFaults({ preview }: ImportReport): boolean {
  return preview.data.faults.length > 0;
}

async function openSource(
  { services }: Actor,
  format: string,
  paths: string[],
  settings: ImportSettings,
): Promise<ImportSource> {
  const today = services.today();
  const openFormat = openDataFormats.find((each) => each === format);
  const kind = ownKinds.find((each) => each === format);
  if (openFormat === undefined && kind === undefined) throw new StartupError(`no format \`${format}\`: use ${FORMATS}`);
  if (kind !== undefined && paths.length !== 1) throw new StartupError(`\`${kind}\` is one file`);
  const opened =
    kind === undefined
      ? await openOpenData(openFormat ?? 'fineprint', paths, today)
      : await openOwnCsv(kind, paths[0] ?? '', {
          catalogue: indexCatalogue(services.catalogue),
          links: settings.links,
          today,
        });
  if (opened.ok) return opened.value;
  throw new StartupError(opened.error.hint);
}

/** On the error channel, so that a report can be piped. */
function progressBar(): SingleBar {
  const bar = new SingleBar(
    { format: ' {bar} {value} {step}', hideCursor: true, clearOnComplete: true, stream: process.stderr },
    Presets.shades_classic,
  );
  if (process.stderr.isTTY) bar.start(0, 0, { step: 'rows read and checked' });
  return bar;
}

const SENTENCES = {
  PREVIEWED: 'nothing was stored: this was a dry run',
  REFUSED: 'nothing was stored: correct the rows above, or commit the others with --partial',
  COMMITTED: 'committed',
  COMMITTED_BEFORE: 'these files were committed before: nothing was stored again',
} as const;

function reportText(report: ImportReport): string {
  const { state, preview, stored, commitFaults } = report;
  const faults = commitFaults.map(
    ({ file, row, column, code, value, hint }) => `${file},${row},${column ?? ''},${code}  \`${value}\`  ${hint}\n`,
  );
  const facts = Object.entries(stored).map(([kind, rows]) => `  ${String(rows).padStart(8)}  ${kind}\n`);
  return `${preview.toText()}${faults.join('')}${SENTENCES[state]}\n${facts.join('')}`;
}

async function exportFiles(actor: Actor, { format, out }: ExportOptions): Promise<void> {
  if (format !== 'csv' && format !== 'json') throw new StartupError('the format is csv or json');
  const manifest = await exportData(actor, { format, folder: out });
  for (const { name, rows } of manifest.files) process.stdout.write(`${String(rows).padStart(8)}  ${name}\n`);
  process.stdout.write(`written to \`${out}\`\n`);
}
