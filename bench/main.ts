import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { bindingKey } from '../src/database/boundTransaction';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { openPools } from '../src/database/pools';
import { packageRoot } from '../src/modules/reference';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { ask, load, type LoadRequest, type LoadResult } from './load';
import { importRows } from './importRows';
import { buildBenchWorld, keepShownChains, PEER_SCHEMA, type BenchSize, type Reader } from './world';
import { answerOf, at, workloads, type Asker, type Workload } from './workloads';

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
  /** One for each reader; null where it has no part in the workload. */
  requests: (workload: Workload) => LoadRequest[] | null;
}

interface Row {
  size: BenchSize;
  workload: string;
  server: string;
  results: LoadResult[];
}

function settingsOf(words: readonly string[]): Settings {
  const peers = !words.includes('--no-peers');
  // zero seconds: only the check that all answer alike
  const given = process.env.SLUICE_BENCH_SIZE?.split(',').map(Number);
  if (given !== undefined) {
    const [members = 100, links = 2000, measurements = 10_000, viewers = 5, seconds = 1] = given;
    return { sizes: [{ members, links, measurements, viewers }], seconds, peers };
  }
  if (words.includes('--quick')) {
    return { sizes: [{ members: 300, links: 10_000, measurements: 100_000, viewers: 20 }], seconds: 1, peers };
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

/** The hub alone can tell the name that it has for the initiative. */
async function askersOf(readers: readonly Reader[], tokens: readonly string[]): Promise<Asker[]> {
  const found: Asker[] = [];
  for (const [place, reader] of readers.entries()) {
    const body = await ask(
      graphql(PORTS.hub, '{ initiatives { nodes { id standing } } }', { authorization: `Bearer ${tokens[place]}` }),
    );
    const list = at(body, 'data', 'initiatives', 'nodes');
    const id = Array.isArray(list) ? at(list[0], 'id') : null;
    if (typeof id !== 'string') throw new Error(`the hub names no initiative: ${JSON.stringify(body).slice(0, 300)}`);
    found.push({ ...reader, initiative: id });
  }
  return found;
}

const PORTS = { limit: 4701, hub: 4702, apollo: 4703, mercurius: 4704, postgraphile: 4705 };

async function contenders(
  url: string,
  secret: Buffer,
  readers: readonly Reader[],
  peers: boolean,
): Promise<Contender[]> {
  const env = {
    ...{ DATABASE_URL: url, SLUICE_SECRET: secret.toString('hex') },
    ...{ VIEWERS: String(readers.length), READERS: JSON.stringify(readers), GRAPHILE_ENV: 'production' },
  };
  const own = (name: string): string => join(root, 'dist', 'bench', 'servers', `${name}.js`);
  const peer = (name: string): string => join(root, 'bench', 'peers', `${name}.mjs`);
  const start = (file: string, port: number): ReturnType<typeof started> =>
    started(file, { ...env, PORT: String(port) });
  const limit = await start(own('limit'), PORTS.limit);
  const hub = await start(own('hub'), PORTS.hub);
  const apollo = await start(own('plainApollo'), PORTS.apollo);
  const tokens = tokensOf(hub.message);
  const askers = await askersOf(readers, tokens);
  const plainly =
    (port: number) =>
    (workload: Workload): LoadRequest[] =>
      askers.map((asker) => graphql(port, workload.plain(asker)));
  const list: Contender[] = [
    {
      name: LIMIT,
      process: limit.child,
      requests: (workload) =>
        askers.map(({ no }) => ({
          ...{ url: `http://127.0.0.1:${PORTS.limit}/${workload.field}/${no}`, method: 'GET' },
          ...{ headers: {}, body: undefined },
        })),
    },
    {
      name: 'Sluice',
      process: hub.child,
      requests: (workload) =>
        askers.map((asker) =>
          graphql(PORTS.hub, workload.hub(asker), { authorization: `Bearer ${tokens[asker.no] ?? ''}` }),
        ),
    },
    { name: 'Apollo, TypeORM, no policy', process: apollo.child, requests: plainly(PORTS.apollo) },
  ];
  if (!peers) return list;
  const mercurius = await start(peer('mercurius'), PORTS.mercurius);
  list.push({ name: 'Mercurius with jit, no policy', process: mercurius.child, requests: plainly(PORTS.mercurius) });
  const postgraphile = await start(peer('postgraphile'), PORTS.postgraphile);
  list.push({
    name: POSTGRAPHILE,
    process: postgraphile.child,
    requests: ({ postgraphile: query }) =>
      typeof query === 'string'
        ? askers.map(({ id }) => graphql(PORTS.postgraphile, query, { 'x-organisation': id }))
        : null,
  });
  return list;
}

const LIMIT = 'physical limit';
const POSTGRAPHILE = 'PostGraphile 5, row security';

/**
 * The limit is one only while its statement is served by indexes: a plan that sorts or walks a whole table of figures means
 * that statement and indexes have come apart.
 */
async function tellUnindexed(client: Client, reader: Reader): Promise<void> {
  // small tables are read whole even so: what matters is whether an index could serve
  await client.query('set enable_seqscan = off');
  for (const { name, field, sql, parameters } of workloads) {
    const values = parameters(reader);
    const types = values.map(() => 'int').join(', ');
    await client.query(`prepare ${field}${types === '' ? '' : ` (${types})`} as ${sql}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain execute ${field}${types === '' ? '' : ` (${values.map(Number).join(', ')})`}`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    if (/Seq Scan on (measurement|link|demand_response|assessment|shown_link)/.test(plan)) unindexed.add(name);
    if (/measurements|sites/.test(field) && /\bSort\b/.test(plan)) unindexed.add(name);
  }
}

/** Workloads whose limit sorts or walks: their ratios are not to be quoted, and the report says so. */
const unindexed = new Set<string>();

/** Every server gives every reader the same rows, or the comparison means nothing. */
async function checkEqual(list: readonly Contender[], workload: Workload): Promise<void> {
  const expected: string[] = [];
  let most = 0;
  for (const contender of list) {
    for (const [reader, request] of (contender.requests(workload) ?? []).entries()) {
      const body = await ask(request);
      const rows = workload.rows(answerOf(body, workload.field));
      if (at(body, 'errors') != null)
        throw new Error(`${contender.name} has errors for ${workload.name}: ${JSON.stringify(body).slice(0, 400)}`);
      most = Math.max(most, rows.length);
      const text = rows.join('\n\n');
      expected[reader] ??= text;
      if (text !== expected[reader])
        throw new Error(
          `${contender.name} gives other rows for ${workload.name} (${rows.length}):\n${text.slice(0, 600)}\nexpected\n${expected[reader].slice(0, 600)}`,
        );
    }
  }
  if (most === 0) throw new Error(`nobody gives a row for ${workload.name}`);
  say(`  ${workload.name}: all alike, up to ${most} rows`);
}

async function measure(list: readonly Contender[], size: BenchSize, seconds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const workload of workloads) {
    await checkEqual(list, workload).catch((error: unknown) => {
      if (seconds > 0) throw error;
      say(String(error));
      process.exitCode = 1;
    });
    if (seconds === 0) continue;
    const part = list.filter((contender) => contender.requests(workload) !== null);
    const mine = part.map((contender): Row => ({ size, workload: workload.name, server: contender.name, results: [] }));
    // Alternated, so that a drift of the machine's speed meets every server alike; the first round warms up.
    for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
      for (const [index, contender] of part.entries()) {
        const result = await load(contender.requests(workload) ?? [], repeat === 0 ? 1 : seconds);
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
      (other) => other.workload === row.workload && other.size === row.size && other.server === LIMIT,
    );
    const ratio = median(rates) / median(limit?.results.map((result) => result.requestsPerSecond) ?? []);
    lines.push(
      `| ${row.size.members} | ${row.size.links} | ${row.size.measurements} | ${row.workload} | ${row.server} | ${median(rates).toFixed(0)} | ${Math.min(...rates).toFixed(0)}-${Math.max(...rates).toFixed(0)} | ${ratio.toFixed(2)} | ${median(row.results.map((r) => r.p50Milliseconds))} | ${median(row.results.map((r) => r.p99Milliseconds))} |`,
    );
  }
  lines.push('', ...blanks(), '', '## Bulk import', '', ...imports.map((text) => `- ${text}`));
  return `${lines.join('\n')}\n`;
}

function blanks(): string[] {
  return workloads.flatMap(({ name, postgraphile }) =>
    typeof postgraphile === 'string' ? [] : [`- ${POSTGRAPHILE} has no part in **${name}**: ${postgraphile.blank}`],
  );
}

/** What each size told of the import: rows a second, once, with no peer that stages and checks. */
const imports: string[] = [];

async function benchOneSize(size: BenchSize, settings: Settings, peers: boolean): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  const children: ChildProcess[] = [];
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const client = new Client({ connectionString: server.adminUrl });
    // the server may stop first, where something else has failed
    client.on('error', () => undefined);
    await client.connect();
    await buildBenchWorld(client, size, (what) => say(`building ${what}`));
    await client.query(PEER_SCHEMA);
    say(`keeping what each reader is shown`);
    const pools = openPools({ adminUrl: server.adminUrl, secret });
    const readers = await keepShownChains(client, pools.reader, bindingKey(secret));
    await pools.close();
    await tellUnindexed(client, readers[0] ?? missing());
    say(`starting the servers`);
    const list = await contenders(server.adminUrl, secret, readers, peers);
    children.push(...list.map((contender) => contender.process));
    const measured = await measure(list, size, settings.seconds);
    for (const child of children) child.kill('SIGKILL');
    imports.push(
      `${size.measurements} measurements stored before: ${await importRows({ client, adminUrl: server.adminUrl, secret, folder, rows: size.measurements / 20 })}`,
    );
    await client.end();
    return measured;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function missing(): never {
  throw new Error('the world has no reader');
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
  if (settings.seconds > 0) writeFileSync(join(root, 'bench', 'results.md'), text);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
