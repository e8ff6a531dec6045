import DataLoader from 'dataloader';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { bindingKey, ReadSession } from '../src/database/boundTransaction';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { openPools } from '../src/database/pools';
import { packageRoot } from '../src/modules/reference';
import { hopsOf, type StepRow, STEPS } from '../src/modules/valueChain/hops';
import { MEMBER_GROUNDS } from '../src/policy/kinds';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { processorMilliseconds } from './processorTime';
import { buildWorld, type WorldSize } from './relationsWorld';

const SIZES: readonly WorldSize[] = [
  { members: 500, sites: 2000, links: 10_000, minerals: 20, portfolio: 4, desks: 20 },
  { members: 1500, sites: 6000, links: 100_000, minerals: 30, portfolio: 6, desks: 20 },
  { members: 5000, sites: 20_000, links: 1_000_000, minerals: 40, portfolio: 10, desks: 20 },
];
const DEPTH = 5;
const NODES_MAX = 1000;
const ROUNDS = 3;
const READERS_MAX = 100;

interface Reader {
  desk: number;
  unit: number;
  mineral: string;
}

interface Sample {
  wall: number;
  /** null where the system does not tell */
  processor: number | null;
}

/** Who answers the question: how many nodes a reader gets, and how long each query took. */
interface Contender {
  name: string;
  nodes: number[];
  samples: Sample[];
}

/** The same question by hand and without policy: whoever writes it like this shows everything to everybody. */
const BY_HAND = `
with recursive walk(unit_no, depth) as (
  select $1::int, 0
  union
  select l.unit_no, w.depth + 1 from walk w
  join lateral (select n from unnest(policy.chain_stands(array[w.unit_no], $2)) n) s on true
  join vault.link l on l.customer_unit_no = s.n and l.mineral_id = $2 and l.state = 'DISCLOSED' and l.ended_on is null
  where w.depth < $3)
select distinct l.unit_no as far, l.customer_unit_no as near, l.confidence, l.custody_model, l.product_hs6, l.supplier_stage
from (select distinct unit_no from walk where depth < $3 limit ${NODES_MAX}) w
join lateral (select n from unnest(policy.chain_stands(array[w.unit_no], $2)) n) s on true
join vault.link l on l.customer_unit_no = s.n and l.mineral_id = $2 and l.state = 'DISCLOSED' and l.ended_on is null limit ${NODES_MAX * 5}`;

const SUPPLIERS_OF = `
select l.customer_unit_no as near, l.unit_no as far, l.owner_no as owner, l.confidence, l.custody_model, l.product_hs6, l.supplier_stage from vault.link l
where l.customer_unit_no = any($1) and l.mineral_id = $2 and l.state = 'DISCLOSED' and l.ended_on is null`;
const PLACES_OF = `
select e.unit_no as end, s.n as place from unnest($1::int[]) e(unit_no) cross join lateral unnest(policy.chain_stands(array[e.unit_no], $2)) s(n)`;

async function timed(
  client: { query: (sql: string) => Promise<{ rows: { pid: number }[] }> },
  work: () => Promise<unknown>,
): Promise<Sample> {
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  const before = processorMilliseconds(pid);
  const start = process.hrtime.bigint();
  await work();
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const after = processorMilliseconds(pid);
  return { wall, processor: before === null || after === null ? null : after - before };
}

/** Nested resolvers, as they are usually written: each node asks for its suppliers, gathered by a DataLoader a level. */
async function nested(client: Client, { unit, mineral }: Reader): Promise<number> {
  const places = new DataLoader<number, number[]>(async (ends) => {
    const { rows } = await client.query<{ end: number; place: number }>(PLACES_OF, [ends, mineral]);
    return ends.map((end) => rows.filter((row) => row.end === end).map((row) => row.place));
  });
  const suppliers = new DataLoader<number, number[]>(async (ends) => {
    const { rows } = await client.query<{ near: number; far: number }>(SUPPLIERS_OF, [ends, mineral]);
    const byEnd = new Map<number, number[]>();
    for (const { near, far } of rows) byEnd.set(near, [...(byEnd.get(near) ?? []), far]);
    return ends.map((end) => byEnd.get(end) ?? []);
  });
  const seen = new Set([unit]);
  const resolve = async (end: number, depth: number): Promise<void> => {
    if (depth === DEPTH || seen.size > NODES_MAX) return;
    const stands = await places.load(end);
    const found = (await Promise.all(stands.map((place) => suppliers.load(place)))).flat();
    const fresh = [...new Set(found)].filter((far) => !seen.has(far));
    for (const far of fresh) seen.add(far);
    await Promise.all(fresh.map((far) => resolve(far, depth + 1)));
  };
  await resolve(unit, 0);
  return Math.min(seen.size, NODES_MAX);
}

async function askAll(
  reader: Reader,
  pool: Pool,
  key: Buffer,
  plain: Client,
  into: readonly Contender[],
): Promise<void> {
  const session = ReadSession.open(pool, key, {
    desks: [reader.desk],
    organisation: reader.unit,
    may: MEMBER_GROUNDS,
    purpose: '',
    initiative: null,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + 600,
  });
  const asked = { query: async (sql: string) => ({ rows: await session.query<{ pid: number }>(sql) }) };
  const chain = async (): Promise<number> => {
    const { hops } = hopsOf(
      await session.query<StepRow & Record<string, unknown>>(STEPS(true), [
        ...[reader.unit, reader.mineral, null, DEPTH, NODES_MAX, NODES_MAX * 5],
      ]),
    );
    return new Set([reader.unit, ...hops.map((hop) => hop.farNo)]).size;
  };
  const byHand = async (): Promise<number> => {
    const { rows } = await plain.query<{ far: number }>(BY_HAND, [reader.unit, reader.mineral, DEPTH]);
    return new Set(rows.map((row) => row.far)).size;
  };
  const works = [chain, byHand, () => nested(plain, reader)];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, work] of works.entries()) {
        let nodes = 0;
        const sample = await timed(index === 0 ? asked : plain, async () => (nodes = await work()));
        // The first round warms up.
        if (round === 0) into[index]?.nodes.push(nodes);
        else into[index]?.samples.push(sample);
      }
    }
  } finally {
    await session.close();
  }
}

async function load(client: Client, size: WorldSize): Promise<Reader[]> {
  await buildWorld(client, size);
  await client.query('set session_replication_role = replica');
  await client.query(
    `insert into vault.initiative (alliance_id, name, aim, phase, standing) select id, 'standing', 'measure', 'COORDINATION', true from reference.alliance limit 1`,
  );
  await client.query('set session_replication_role = origin');
  await client.query('vacuum analyze');
  await client.query('select policy.bind_closure(desk_no) from policy.desk where organisation_no is not null');
  const { rows } = await client.query<Reader>(
    `select d.desk_no as desk, d.organisation_no as unit, m.mineral_id as mineral from policy.desk d
     cross join lateral (select distinct mineral_id from policy.live_link where customer_owner_no = d.organisation_no) m
     order by md5(d.desk_no || m.mineral_id) limit ${READERS_MAX}`,
  );
  return rows;
}

function rowsOf(size: WorldSize, contenders: readonly Contender[]): string[] {
  const at = (values: readonly number[], share: number): number =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;
  return contenders.map(({ name, nodes, samples }) => {
    const walls = samples.map((sample) => sample.wall);
    const processors = samples.flatMap((sample) => (sample.processor === null ? [] : [sample.processor]));
    const figures = [at(walls, 0.5), at(walls, 0.99), at(processors, 0.5), at(processors, 0.99)].map((value) =>
      value.toFixed(1),
    );
    return `| ${size.links} | ${name} | ${samples.length} | ${at(nodes, 0.5)} | ${at(nodes, 1)} | ${figures.join(' | ')} |`;
  });
}

async function benchOneSize(size: WorldSize): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-chain-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret, fast: true });
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const client = new Client({ connectionString: server.adminUrl });
    await client.connect();
    const readers = await load(client, size);
    const pools = openPools({ adminUrl: server.adminUrl, secret, connectionsMax: { reader: 1 } });
    const contenders = [
      'Sluice, one statement with policy',
      'by hand, no policy',
      'nested resolvers with DataLoader, no policy',
    ].map((name): Contender => ({ name, nodes: [], samples: [] }));
    for (const reader of readers) await askAll(reader, pools.reader, bindingKey(secret), client, contenders);
    await pools.close();
    await client.end();
    return rowsOf(size, contenders);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEAD = [
  '# Chains: what a query costs',
  '',
  `Upstream, depth ${DEPTH}, at most ${NODES_MAX} nodes; worlds in eight layers, nine links in ten disclosed along the chain. Each query runs alone on one connection, as it is asked by one of up to ${READERS_MAX}`,
  'pairs of member and mineral, after a round that warms up. Wall clock from the question to the last hop read in Node; beside it the processor time of the server process, which other',
  'work on the machine disturbs least. Goal: 99 % of Sluice within 50 ms at 1,000,000 links.',
  'By hand the whole reach is walked before it is cut, since a recursive query knows no bound on what it has found; so it also gives more nodes.',
  '',
];

/** `npm run bench -- chain [links ...]`, or a size of its own by SLUICE_BENCH_LINKS: servers of its own, thrown away afterwards; writes bench/results-chain.md. */
export async function benchChain(only: readonly string[]): Promise<void> {
  const links = Number(process.env.SLUICE_BENCH_LINKS ?? '0');
  const own: WorldSize = { members: 100, sites: 400, links, minerals: 20, portfolio: 4, desks: 5 };
  const sizes = links > 0 ? [own] : SIZES.filter((size) => only.length === 0 || only.includes(String(size.links)));
  const before = loadavg()[0] ?? 0;
  const rows: string[] = [];
  for (const size of sizes) {
    rows.push(...(await benchOneSize(size)));
    console.log(rows.slice(-3).join('\n'));
  }
  const text = [
    ...HEAD,
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, embedded PostgreSQL; load average ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after (1 is this bench alone).`,
    'Again: `npm run bench -- chain`.',
    '',
    '| links | asked of | queries | nodes median | nodes most | median ms | 99 % ms | processor ms, median | 99 % |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  const file = join(packageRoot(), 'bench', 'results-chain.md');
  const kept = existsSync(file) ? (readFileSync(file, 'utf8').split('\n## ')[1] ?? null) : null;
  writeFileSync(file, kept === null ? text : `${text}\n## ${kept}`);
}

if (require.main === module) void benchChain(process.argv.slice(2));
