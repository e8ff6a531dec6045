import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { packageRoot } from '../src/modules/reference';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { ask, load, type LoadRequest, type LoadResult } from './load';
import { buildBenchWorld, PEER_SCHEMA, type BenchSize } from './world';
import { workloads, type Workload } from './workloads';

const root = packageRoot();
const REPEATS = 5;

interface Settings {
  sizes: BenchSize[];
  seconds: number;
  peers: boolean;
}

/** A server under load: how to ask it for a workload, and the process that answers. */
interface Contender {
  name: string;
  process: ChildProcess;
  requests: (workload: Workload) => LoadRequest[];
}

interface Row {
  size: BenchSize;
  workload: string;
  server: string;
  results: LoadResult[];
}

function settingsOf(words: readonly string[]): Settings {
  const peers = !words.includes('--no-peers');
  if (words.includes('--quick')) {
    return { sizes: [{ members: 300, links: 10_000, measurements: 100_000, viewers: 20 }], seconds: 2, peers };
  }
  const sizes = [10_000, 100_000, 1_000_000].map((links) => ({
    members: 1000,
    links,
    measurements: 1_000_000,
    viewers: 100,
  }));
  return { sizes, seconds: 5, peers };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Peers are installed only for this, and only once. */
function installPeers(): boolean {
  const folder = join(root, 'bench', 'peers');
  if (existsSync(join(folder, 'node_modules'))) return true;
  say('installing the peers (once)');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder, stdio: 'ignore' });
    return true;
  } catch {
    say('the peers could not be installed; the bench goes on without them');
    return false;
  }
}

function started(file: string, env: Record<string, string>): Promise<{ child: ChildProcess; message: unknown }> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', (message) => resolve({ child, message }));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready`)));
  });
}

function graphql(port: number, query: string, headers: Record<string, string> = {}, path = '/graphql'): LoadRequest {
  return {
    url: `http://127.0.0.1:${port}${path}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  };
}

function tokensOf(message: unknown): string[] {
  if (typeof message !== 'object' || message === null || !('tokens' in message)) return [];
  return Array.isArray(message.tokens) ? message.tokens.map(String) : [];
}

async function contenders(
  url: string,
  secret: Buffer,
  size: BenchSize,
  peers: boolean,
  organisation: string,
): Promise<Contender[]> {
  const env = { DATABASE_URL: url, SLUICE_SECRET: secret.toString('hex'), VIEWERS: String(size.viewers) };
  const own = (name: string): string => join(root, 'dist', 'bench', 'servers', `${name}.js`);
  const peer = (name: string): string => join(root, 'bench', 'peers', `${name}.mjs`);
  const at = (port: number): Record<string, string> => ({ ...env, PORT: String(port) });
  const limit = await started(own('limit'), at(4701));
  const hub = await started(own('hub'), at(4702));
  const apollo = await started(own('plainApollo'), at(4703));
  const tokens = tokensOf(hub.message);
  const list: Contender[] = [
    {
      name: 'physical limit',
      process: limit.child,
      requests: (workload) => [
        {
          url: `http://127.0.0.1:4701/${encodeURIComponent(workload.name)}`,
          method: 'GET',
          headers: {},
          body: undefined,
        },
      ],
    },
    {
      name: 'Sluice',
      process: hub.child,
      requests: (workload) => tokens.map((token) => graphql(4702, workload.hub, { authorization: `Bearer ${token}` })),
    },
    {
      name: 'Apollo, TypeORM, no policy',
      process: apollo.child,
      requests: (workload) => [graphql(4703, workload.plain)],
    },
  ];
  if (!peers) return list;
  const mercurius = await started(peer('mercurius'), at(4704));
  list.push({
    name: 'Mercurius with jit, no policy',
    process: mercurius.child,
    requests: (workload) => [graphql(4704, workload.plain)],
  });
  const postgraphile = await started(peer('postgraphile'), at(4705));
  list.push({
    name: 'PostGraphile 5, row security',
    process: postgraphile.child,
    requests: (workload) => [graphql(4705, workload.postgraphile, { 'x-organisation': organisation })],
  });
  return list;
}

/**
 * The limit is one only while its statement is served by indexes: a plan that sorts or walks a whole table of figures means
 * that statement and indexes have come apart.
 */
async function tellUnindexed(client: Client): Promise<void> {
  for (const { name, sql } of workloads) {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (/\bSort\b|Seq Scan on measurement/.test(plan)) unindexed.add(name);
  }
}

/** Workloads whose limit sorts or walks: their ratios are not to be quoted, and the report says so. */
const unindexed = new Set<string>();

/** Every server gives the same rows, or the comparison means nothing. */
async function checkEqual(list: readonly Contender[], workload: Workload): Promise<void> {
  let expected: string | null = null;
  for (const contender of list) {
    const [request] = contender.requests(workload);
    if (request === undefined) throw new Error(`${contender.name} has no request`);
    const body = await ask(request);
    const rows = workload.rows(body);
    if (rows === null)
      throw new Error(`${contender.name} gives no rows for ${workload.name}: ${JSON.stringify(body).slice(0, 300)}`);
    expected ??= rows;
    if (rows !== expected) throw new Error(`${contender.name} gives other rows for ${workload.name}`);
  }
}

async function measure(list: readonly Contender[], size: BenchSize, seconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workload of workloads) {
    await checkEqual(list, workload);
    const mine = list.map((contender): Row => ({ size, workload: workload.name, server: contender.name, results: [] }));
    // Alternated, so that a drift of the machine's speed meets every server alike; the first round warms up.
    for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
      for (const [index, contender] of list.entries()) {
        const result = await load(contender.requests(workload), repeat === 0 ? 1 : seconds);
        if (result.refused > 0) throw new Error(`${contender.name} refused ${result.refused} requests`);
        if (repeat > 0) mine[index]?.results.push(result);
      }
      say(`  ${workload.name}: round ${repeat} of ${REPEATS}`);
    }
    rows.push(...mine);
  }
  return rows;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function report(rows: readonly Row[], words: readonly string[]): string {
  const lines = [
    '# Bench',
    '',
    `\`npm run bench${words.length === 0 ? '' : ` -- ${words.join(' ')}`}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, embedded PostgreSQL, all on one machine.`,
    'Medians of five alternated repeats, spread as min-max. Ratios are to the physical limit (one handwritten statement, JSON text through bare HTTP). The rows of all servers were checked equal first.',
    '',
    ...workloads.map((workload) => `- **${workload.name}**: ${workload.story}`),
    ...[...unindexed].map((name) => `- NOT SERVED BY AN INDEX, so its limit is none: ${name}`),
    '',
    '| members | links | measurements | workload | server | requests/s | spread | ratio | p50 ms | p99 ms |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const row of rows) {
    const rates = row.results.map((result) => result.requestsPerSecond);
    const limit = rows.find(
      (other) => other.workload === row.workload && other.size === row.size && other.server === 'physical limit',
    );
    const ratio = median(rates) / median(limit?.results.map((result) => result.requestsPerSecond) ?? []);
    lines.push(
      `| ${row.size.members} | ${row.size.links} | ${row.size.measurements} | ${row.workload} | ${row.server} | ${median(rates).toFixed(0)} | ${Math.min(...rates).toFixed(0)}-${Math.max(...rates).toFixed(0)} | ${ratio.toFixed(2)} | ${median(row.results.map((r) => r.p50Milliseconds))} | ${median(row.results.map((r) => r.p99Milliseconds))} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

async function benchOneSize(size: BenchSize, settings: Settings, peers: boolean): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  const children: ChildProcess[] = [];
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const client = new Client({ connectionString: server.adminUrl });
    await client.connect();
    await buildBenchWorld(client, size, (what) => say(`building ${what}`));
    await client.query(PEER_SCHEMA);
    await tellUnindexed(client);
    const { rows } = await client.query<{ id: string }>('select id from public.reader limit 1');
    await client.end();
    const list = await contenders(server.adminUrl, secret, size, peers, rows[0]?.id ?? '');
    children.push(...list.map((contender) => contender.process));
    return await measure(list, size, settings.seconds);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const settings = settingsOf(words);
  const peers = settings.peers && installPeers();
  const rows: Row[] = [];
  for (const size of settings.sizes) rows.push(...(await benchOneSize(size, settings, peers)));
  if (words.includes('--json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  const text = report(rows, words);
  if (!words.includes('--json')) process.stdout.write(text);
  writeFileSync(join(root, 'bench', 'results.md'), text);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
