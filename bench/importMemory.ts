import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { actorOf } from '../src/cli/actor';
import type { Config } from '../src/config';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { openPools } from '../src/database/pools';
import {
  indexCatalogue,
  openDataFormats,
  openOpenData,
  openOwnCsv,
  readImportSettings,
  runImport,
  type ImportSource,
} from '../src/modules/exchange';
import { packageRoot } from '../src/modules/reference';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { buildWorld } from './relationsWorld';
import { importConfig, writeMeasurements } from './importRows';
import { addImporter } from './world';

/**
 * Peak resident memory and time of imports, each in a process of its own over a fresh embedded PostgreSQL.
 * `npm run bench -- importMemory` writes `bench/results-import.md`; the open data sets are read from SLUICE_OPEN_DATA.
 */
const GENERATED_ROWS = Number(process.env.SLUICE_BENCH_ROWS ?? '200000');
const SITES = 200;
const TODAY = '2026-01-01';

interface Measured {
  readonly what: string;
  readonly state: string;
  readonly seconds: number;
  /** Of these: until every row was read, checked and staged; the rest is the commit. */
  readonly stagingSeconds: number;
  /** Of the importing process, in MB of 10^6 bytes. */
  readonly peakMegabytes: number;
  readonly idleMegabytes: number;
  /** Of the server process that works for it, private and shared pages together. */
  readonly serverMegabytes: number;
  readonly stored: Readonly<Record<string, number>>;
}

interface Order {
  readonly config: Omit<Config, 'secret'> & { readonly secret: string };
  readonly what: string;
  readonly path: string;
}

function megabytes(kilobytes: number): number {
  return Math.round((kilobytes * 1024) / 1e6);
}

async function importAlone({ config, what, path }: Order): Promise<void> {
  const whole: Config = { ...config, secret: Buffer.from(config.secret, 'hex') };
  const pools = openPools({ adminUrl: whole.databaseUrl ?? '', secret: whole.secret });
  const actor = await actorOf(whole, pools, { name: 'sma', bearer: null });
  const settings = readImportSettings(join(packageRoot(), 'policies/exchange.yaml'));
  const format = openDataFormats.find((each) => each === what);
  const rules = { catalogue: indexCatalogue(actor.services.catalogue), links: settings.links, today: TODAY };
  const opened =
    format === undefined ? await openOwnCsv('measurements', path, rules) : await openOpenData(format, [path], TODAY);
  if (!opened.ok) throw new Error(opened.error.hint);
  const source: ImportSource = opened.value;
  const idleMegabytes = megabytes(process.memoryUsage.rss() / 1024);
  const started = Date.now();
  let stagingSeconds = 0;
  const onProgress = (step: string): void => {
    if (step === 'committing') stagingSeconds = (Date.now() - started) / 1000;
  };
  const { state, stored } = await runImport(actor, { source, settings, partial: true, dryRun: false, onProgress });
  const seconds = (Date.now() - started) / 1000;
  process.send?.({
    what,
    state,
    stored,
    seconds,
    stagingSeconds,
    idleMegabytes,
    peakMegabytes: megabytes(process.resourceUsage().maxRSS),
  });
  await pools.close();
}

async function measure(order: Order, admin: Pool): Promise<Measured> {
  let serverMegabytes = 0;
  const watch = setInterval(() => {
    void admin
      .query<{ pid: number }>(`select pid from pg_stat_activity where usename = 'sluice_contributor'`)
      .then(({ rows }) => {
        for (const { pid } of rows) serverMegabytes = Math.max(serverMegabytes, peakOf(pid));
      });
  }, 250);
  const child = fork(__filename, [JSON.stringify(order)], { execArgv: [] });
  const measured = await new Promise<Measured>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Measured));
    child.once('exit', (code) => reject(new Error(`the import ended with ${code} and said nothing`)));
  });
  clearInterval(watch);
  return { ...measured, serverMegabytes };
}

function peakOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return 0;
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'));
  return line === null ? 0 : megabytes(Number(line[1]));
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-import-memory-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret, fast: true });
  const admin = new Pool({ connectionString: server.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const sites = await sitesToImportFor(server.adminUrl);
    const config = configOf(server.adminUrl, secret);
    const generated = join(folder, 'measurements.csv');
    await writeMeasurements(generated, sites, GENERATED_ROWS);
    const openData = process.env.SLUICE_OPEN_DATA ?? '';
    const orders = [
      ...(openData === '' ? [] : openDataFormats.map((what): Order => ({ config, what, path: openData }))),
      { config, what: `${GENERATED_ROWS} measurements`, path: generated },
    ];
    const figures: Measured[] = [];
    for (const order of orders) {
      const measured = await measure(order, admin);
      console.log(JSON.stringify(measured));
      figures.push(measured);
    }
    writeFileSync(join(packageRoot(), 'bench/results-import.md'), report(figures));
  } finally {
    await admin.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A small alliance whose importer has two hundred sites. @returns their names */
async function sitesToImportFor(adminUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await buildWorld(client, { members: 8, sites: 8 * SITES, links: 100, minerals: 8, portfolio: 2, desks: 8 });
  await client.query(
    `insert into vault.initiative (alliance_id, name, aim, phase, standing) select id, 'standing', 'measure', 'COORDINATION', true from reference.alliance limit 1`,
  );
  const names = await addImporter(client);
  await client.end();
  return names;
}

function configOf(databaseUrl: string, secret: Buffer): Order['config'] {
  return { ...importConfig(databaseUrl, secret), secret: secret.toString('hex') };
}

function report(figures: readonly Measured[]): string {
  const rows = figures.map(
    ({ what, state, seconds, stagingSeconds, peakMegabytes, idleMegabytes, serverMegabytes, stored }) =>
      `| ${what} | ${state} | ${seconds.toFixed(1)} | ${stagingSeconds.toFixed(1)} | ${peakMegabytes} | ${idleMegabytes} | ${serverMegabytes} | ${Object.entries(
        stored,
      )
        .map(([table, count]) => `${table} ${count}`)
        .join(', ')} |`,
  );
  return `# Imports: memory and time

Written by \`bench/importMemory.ts\` on ${new Date().toISOString().slice(0, 10)} (load average ${loadavg()[0]?.toFixed(1)} at the end): each import in a process of its own, staged and committed to a fresh embedded
PostgreSQL on this machine (${cpus().length} processors, Node ${process.version}). Memory is resident, in MB of 10^6 bytes: of the
importing process at its peak and before it began, and of the server process that worked for it (its own pages and the
shared buffers that it touched). The limit for the importing process is 250 MB. Every
10,000 rows the process collects what finished portions left behind (\`GarbageCollection\`), which keeps it flat however long the file.

| files | outcome | seconds | of these staging | peak MB | before MB | server MB | stored |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const [given] = process.argv.slice(2);
void (given === undefined ? main() : importAlone(JSON.parse(given) as Order));
