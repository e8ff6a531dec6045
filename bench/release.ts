import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import loadHighs from 'highs';
import type { Client, Pool } from 'pg';
import { highsSolver } from '../src/disclosureControl';
import { startEmbedded } from '../src/database/embedded';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { migrate } from '../src/database/migrate';
import { connectAdmin, openPools } from '../src/database/pools';
import { loadCatalogue, packageRoot } from '../src/modules/reference';
import {
  buildReleases,
  clearRelease,
  publishRelease,
  readRegistry,
  type Registry,
  type ReleaseContext,
} from '../src/modules/statistics';
import { buildWorld } from './relationsWorld';
import { Meter, timed } from './releaseMeter';

/** A registered table of 240 elementary cells over a million figures: what it costs to freeze, build, and serve. */
const figures = Number(process.argv[2] ?? 1_000_000);
const members = 200;
const sites = 10_000;
const YEAR = { start: '2024-01-01', end: '2025-01-01' };
const PLACES = {
  minerals: 6,
  countries: ['CL', 'PE', 'CA', 'AU', 'CN', 'ID', 'ZM', 'CD'],
  stages: ['MINING_LSM', 'CONCENTRATION', 'SMELTING', 'REFINING', 'RETAIL'],
};

/** Eight countries, five stages and six minerals; site, mineral and product name a figure. Sizes within a cell vary by e to either side. */
const STATEMENTS = [
  `update vault.site s set country = (array['${PLACES.countries.join("','")}'])[1 + p.place / 5 % 8], stages = array[(array['${PLACES.stages.join("','")}'])[1 + p.place % 5]]
     from public.site p where p.id = s.id`,
  `update vault.organisation set verified = true, joined_on = '2020-01-01'`,
  `insert into vault.measurement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, site_id, organisation_id, indicator_id, indicator_no, mineral_id, product, period_start, period_end, value, unit, method)
     select p.unit_no, p.owner_no, p.owner_no, 1, 0, 4, p.id, p.organisation_id, i.id, i.indicator_no, 'mineral' || (n % ${PLACES.minerals} + 1), 'product ' || n, '${YEAR.start}', '${YEAR.end}',
       round((1000 * exp(2 * random() - 1))::numeric, 3), i.unit, 'metered'
     from public.site p, reference.indicator i, generate_series(1, ${figures} / ${sites}) n where i.id = 'WATER_WITHDRAWN'`,
];

async function fill(admin: Client): Promise<void> {
  await buildWorld(admin, { members, sites, links: 1000, minerals: PLACES.minerals, portfolio: 4, desks: 2 });
  await admin.query('begin');
  await admin.query('set local session_replication_role = replica');
  for (const statement of STATEMENTS) await admin.query(statement);
  await admin.query('commit');
  await admin.query('vacuum analyze');
}

/** Under a name of its own, so that it is frozen anew beside the registered one. */
function registryOfBench(): Registry {
  const registry = readRegistry();
  const registered = registry.measures.get('WATER_WITHDRAWN');
  const table = registry.tables.find((candidate) => candidate.measure === 'WATER_WITHDRAWN');
  if (registered === undefined || table === undefined) throw new Error('no measure of water is registered');
  const measure = { ...registered, id: 'bench', family: 'bench' };
  const wide = {
    ...table,
    id: 'bench',
    measure: 'bench',
    dimensions: ['mineral', 'stage', 'place'] as const,
    rollUp: [],
    audience: 'PUBLIC' as const,
  };
  return { ...registry, measures: new Map([[measure.id, measure]]), tables: [wide] };
}

async function explained(query: (sql: string) => Promise<{ rows: object[] }>, sql: string): Promise<number> {
  const { rows } = await query(`explain (analyze, format json, timing off) ${sql}`);
  const [{ 'QUERY PLAN': plans }] = rows as [{ 'QUERY PLAN': { 'Planning Time': number; 'Execution Time': number }[] }];
  return (plans[0]?.['Planning Time'] ?? NaN) + (plans[0]?.['Execution Time'] ?? NaN);
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Through the reader's role, under the row law: as the server tells it, and as the client waits for it. */
async function served(reader: Pool, sql: string): Promise<string> {
  const [server, client]: [number[], number[]] = [[], []];
  let rows = 0;
  for (let round = 0; round < 101; round += 1) {
    server.push(await explained((text) => reader.query(text), sql));
    const { result, seconds } = await timed(() => reader.query(sql));
    client.push(1000 * seconds);
    rows = result.rows.length;
  }
  return `${rows} | ${median(server).toFixed(2)} | ${median(client).toFixed(2)} |`;
}

/** What `sluice release build` does for somebody at a terminal: a process of its own, which tells how far it is. */
async function builtByCommand(adminUrl: string, secret: string): Promise<Built> {
  const start = performance.now();
  const words = [join(packageRoot(), 'bin', 'sluice.js'), 'release', 'build', '--period', '2024'];
  const env = { ...process.env, DATABASE_URL: adminUrl, SLUICE_SECRET: secret, SLUICE_DEMO: 'off' };
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, progress] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (progress += text.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the command failed: ${progress}`);
  return { said: said.trim(), progress: progress.trim(), seconds: (performance.now() - start) / 1000 };
}

interface Built {
  readonly said: string;
  readonly progress: string;
  readonly seconds: number;
}

const COUNSEL = randomUUID();

/** Counsel's clearance and the publication: every open cell's set of figures enters the ledger. */
async function published(context: ReleaseContext, id: string): Promise<number> {
  await clearRelease(context.pool, id, COUNSEL);
  return (await timed(() => publishRelease(context, id, COUNSEL))).seconds;
}

const SOURCE = `select m.mineral_id, s.stages[1], s.country, sum(m.value), count(*) from vault.measurement m join vault.site s on s.id = m.site_id
  where m.indicator_id = 'WATER_WITHDRAWN' and m.period_start = '${YEAR.start}' group by 1, 2, 3`;
const FROZEN = 'select mineral, stage, country, sum(value), count(*) from trustee.input group by 1, 2, 3';

async function measureAll(adminUrl: string, secret: string): Promise<string> {
  const admin = await connectAdmin(adminUrl);
  const pools = openPools({ adminUrl, secret: Buffer.from(secret) });
  const plain = async (sql: string): Promise<number> =>
    median(await repeated(5, async () => (await timed(() => admin.query(sql))).seconds));
  try {
    const filling = await timed(() => fill(admin));
    process.stderr.write(`filled in ${filling.seconds.toFixed(0)} s\n`);
    const plainSource = await plain(SOURCE);
    const meter = new Meter();
    const context: ReleaseContext = {
      pool: meter.pool(pools.trustee),
      registry: registryOfBench(),
      catalogue: loadCatalogue(),
      lawHash: 'bench',
      today: '2026-11-01',
      solver: meter.around(highsSolver(await loadHighs())),
    };
    const build = await timed(() => buildReleases(context, { period: YEAR, dryRun: false, newVintage: false }));
    process.stderr.write(`built in ${build.seconds.toFixed(0)} s\n`);
    await admin.query('vacuum analyze trustee.holding');
    const plainFrozen = await plain(FROZEN);
    const [report] = build.result;
    if (report?.release == null) throw new Error('nothing was built');
    const publication = await published({ ...context, pool: pools.trustee }, report.release);
    process.stderr.write(`published in ${publication.toFixed(0)} s\n`);
    await admin.query('vacuum analyze released.cell');
    const command = await builtByCommand(adminUrl, secret);
    const table = await served(
      pools.reader,
      `select * from released.cell where release_id = '${report.release}' order by position`,
    );
    const cell = await served(
      pools.reader,
      `select r.id, r.unit, c.value, c.contributors from released.release r join released.cell c on c.release_id = r.id
       where r.table_id = 'bench' and r.period_start = '${YEAR.start}' and r.period_end = '${YEAR.end}' and c.coordinates = '{"mineral": "mineral1", "stage": "SMELTING", "place": "CL"}'`,
    );
    return written({
      report,
      build: build.seconds,
      meter,
      plainFrozen,
      plainSource,
      publication,
      command,
      table,
      cell,
    });
  } finally {
    await pools.close();
    await admin.end();
  }
}

async function repeated(times: number, work: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < times; round += 1) values.push(await work());
  return values;
}

interface Measured {
  readonly report: { readonly cells: number; readonly publishedShare: number; readonly auditPassed: boolean };
  readonly build: number;
  readonly meter: Meter;
  readonly plainFrozen: number;
  readonly plainSource: number;
  readonly publication: number;
  readonly command: Built;
  readonly table: string;
  readonly cell: string;
}

function written(measured: Measured): string {
  const { report, build, meter, plainFrozen, plainSource, publication, command, table, cell } = measured;
  const s = (seconds: number): string => seconds.toFixed(2);
  const own = build - meter.freeze - meter.aggregate - meter.store - meter.solver;
  const ratio = (cost: number, base: number): string => (cost / (base + meter.solver)).toFixed(2);
  return `# Statistics: a release over ${figures.toLocaleString('en-US')} figures

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end. Repeat with \`npm run bench -- release\`.
${members} ownership groups, ${sites.toLocaleString('en-US')} sites; mineral x stage x country, 240 elementary cells, ${report.cells} with all margins, of which
${(100 * report.publishedShare).toFixed(0)} % are published; audit ${report.auditPassed ? 'passed' : 'failed'}. Times in seconds.

| step of the cold build | s |
|---|---|
| freeze: eligibility, ownership units, figures copied by holding, hash of members | ${s(meter.freeze)} |
| figures taken together by unit and cell | ${s(meter.aggregate)} |
| linear programs | ${s(meter.solver)} |
| disclosure control in the hub: cells, rules, requirements, choice of cells | ${s(own)} |
| everything stored, the transaction durable | ${s(meter.store)} |
| all | ${s(build)} |

| compared | s |
|---|---|
| plain GROUP BY of the vault's rows with their sites | ${s(plainSource)} |
| plain GROUP BY of the frozen figures | ${s(plainFrozen)} |
| **freeze and build / (GROUP BY of the vault's rows + linear programs), goal 1.5** | **${ratio(build, plainSource)}** |
| build from frozen figures / (GROUP BY of them + linear programs) | ${ratio(build - meter.freeze, plainFrozen)} |
| freeze and build without the linear programs / GROUP BY of the vault's rows | ${((build - meter.solver) / plainSource).toFixed(2)} |

| end to end over the same figures | s |
|---|---|
| \`sluice release build --period 2024\`: a low-priority process of its own that tells its progress, the registered table of water by country | ${s(command.seconds)} |
| publication of the 240 cells: every open cell's set of figures into the ledger, the cells to their readers | ${s(publication)} |

What the command said: \`${command.said.replace(/^\S+\s+/, '')}\`, and on the way \`${command.progress.split('\n').at(-1) ?? ''}\`.

Served from \`released\` through the reader's role under its row law, medians of 101 (goal 5 ms):

| | rows | server, ms, planning included | client, ms |
|---|---|---|---|
| one cell by its coordinates | ${cell}
| the whole table | ${table}
`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secretText = randomBytes(32).toString('hex');
  const secret = Buffer.from(secretText);
  const server = await startEmbedded({ folder, secret });
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const report = await measureAll(server.adminUrl, secretText);
    if (figures >= 1_000_000) writeFileSync(join(packageRoot(), 'bench', 'results-release.md'), report);
    process.stdout.write(report);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
