import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { bindingKey, ReadSession } from '../src/database/boundTransaction';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { openPools } from '../src/database/pools';
import { EVERY_GROUND } from '../src/policy/grounds';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { buildWorld, type WorldSize } from './relationsWorld';

const WORLD: WorldSize = { members: 5000, sites: 20_000, links: 1_000_000, minerals: 40, portfolio: 10, desks: 60 };
const DEPTH = 5;
const NODES_MAX = 1000;
const ROUNDS = 3;

interface Reader {
  desk: number;
  unit: number;
  mineral: string;
}

interface Sample {
  nodes: number;
  walk: number;
  statement: number;
  levels: number;
}

/** Facts were loaded without their triggers: the class of each link as vault.classify_link would set it. */
const CLASSIFY = `
update vault.link set sensitivity = case when state = 'DISCLOSED' and effective_audience = 3 then 0 else 5 end, data_class = 5,
  tier = case when state <> 'DISCLOSED' then 6 else case effective_audience when 1 then 2 when 2 then 1 when 3 then 0 else 6 end end,
  supplier_distance = supplier_audience, customer_distance = customer_audience, detail_class = 37`;

/** The same question put as one recursive statement over the disclosed view, as a person would write it by hand. */
const BY_HAND = `
with recursive walk(unit_no, depth) as (
  select $1::int, 0
  union
  select l.unit_no, w.depth + 1 from walk w join disclosed.link l on l.customer_unit_no = w.unit_no and l.mineral_id = $2 and l.state = 'DISCLOSED'
  where w.depth < $3)
select count(distinct unit_no)::int as nodes from walk`;

const ONE_LEVEL = `
select distinct l.unit_no from disclosed.link l where l.customer_unit_no = any($1) and l.mineral_id = $2 and l.state in ('CONFIRMED', 'DISCLOSED')`;

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function measure(reader: Reader, pool: Pool, key: Buffer): Promise<Sample> {
  const session = ReadSession.open(pool, key, {
    desks: [reader.desk],
    organisation: reader.unit,
    may: EVERY_GROUND,
    purpose: '',
    initiative: null,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + 600,
  });
  try {
    let found: { far_no: number }[] = [];
    const run = async (): Promise<void> => {
      found = await session.query('select far_no from policy.chain_upward($1, $2, null, $3, $4, $5)', [
        reader.unit,
        reader.mineral,
        DEPTH,
        NODES_MAX,
        NODES_MAX * 5,
      ]);
    };
    await run();
    const walk = await time(run);
    const statement = await time(() => session.query(BY_HAND, [reader.unit, reader.mineral, DEPTH]));
    const levels = await time(() => levelByLevel(session, reader));
    return { nodes: new Set(found.map((hop) => hop.far_no)).size, walk, statement, levels };
  } finally {
    await session.close();
  }
}

/** What nested resolvers with a DataLoader come to at best: one statement for each level. */
async function levelByLevel(session: ReadSession, reader: Reader): Promise<void> {
  let front = [reader.unit];
  const seen = new Set(front);
  for (let depth = 0; depth < DEPTH && front.length > 0 && seen.size < NODES_MAX; depth += 1) {
    const rows = await session.query<{ unit_no: number }>(ONE_LEVEL, [front, reader.mineral]);
    front = rows.map((row) => row.unit_no).filter((unit) => !seen.has(unit));
    for (const unit of front) seen.add(unit);
  }
}

async function load(client: Client): Promise<Reader[]> {
  const seconds = await buildWorld(client, WORLD);
  await client.query('set session_replication_role = replica');
  await client.query(CLASSIFY);
  await client.query(
    `insert into vault.initiative (alliance_id, name, aim, phase, standing) select id, 'standing', 'measure', 'COORDINATION', true from reference.alliance limit 1`,
  );
  await client.query('set session_replication_role = origin');
  await client.query('vacuum analyze');
  console.log(`Relations of ${WORLD.members} members and ${WORLD.links} links refreshed in ${seconds.toFixed(1)} s.\n`);
  await client.query('select policy.bind_closure(desk_no) from policy.desk where organisation_no is not null');
  const { rows } = await client.query<Reader>(
    `select d.desk_no as desk, d.organisation_no as unit, m.mineral_id as mineral from policy.desk d
     cross join lateral (select distinct mineral_id from policy.live_link where customer_owner_no = d.organisation_no) m order by md5(d.desk_no || m.mineral_id)`,
  );
  return rows;
}

const BUCKETS = [
  { name: 'up to 50', from: 0, to: 50 },
  { name: '51 to 300', from: 51, to: 300 },
  { name: '301 to 1,000', from: 301, to: NODES_MAX + 1 },
];

function report(samples: readonly Sample[]): void {
  const at = (values: number[], share: number): string => {
    const sorted = [...values].sort((a, b) => a - b);
    return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  };
  console.log(
    '| visible nodes | queries | walk median ms | walk 99 % ms | by hand median ms | by hand 99 % ms | level by level median ms | 99 % ms |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const { name, from, to } of BUCKETS) {
    const inside = samples.filter((sample) => sample.nodes >= from && sample.nodes <= to);
    if (inside.length === 0) continue;
    const of = (pick: (sample: Sample) => number): string =>
      [0.5, 0.99].map((share) => at(inside.map(pick), share)).join(' | ');
    console.log(
      `| ${name} | ${inside.length} | ${of((s) => s.walk)} | ${of((s) => s.statement)} | ${of((s) => s.levels)} |`,
    );
  }
}

/** `node dist/bench/chain.js`: a chain with 1,000,000 links on a server of its own, thrown away afterwards. */
export async function benchChain(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-chain-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const client = new Client({ connectionString: server.adminUrl });
    await client.connect();
    const readers = await load(client);
    await client.end();
    const pools = openPools({ adminUrl: server.adminUrl, secret, connectionsMax: { reader: 1 } });
    const samples: Sample[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const reader of readers) samples.push(await measure(reader, pools.reader, bindingKey(secret)));
    }
    report(samples);
    await pools.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void benchChain();
