import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { processorMilliseconds } from './processorTime';
import { buildWorld, type WorldSize } from './relationsWorld';

const MEDIUM: WorldSize = { members: 700, sites: 3000, links: 40_000, minerals: 20, portfolio: 4, desks: 700 };
const LARGE: WorldSize = { members: 5000, sites: 20_000, links: 1_000_000, minerals: 40, portfolio: 10, desks: 80 };

interface Figure {
  what: string;
  /** milliseconds by the clock */
  samples: number[];
  /** milliseconds that the server's process ran; empty where the system does not tell */
  ran: number[];
}

/** Times each piece of work by the clock and by the processor of the server's process; `between` is not counted. */
async function sample(
  client: Client,
  what: string,
  pieces: (() => Promise<unknown>)[],
  between?: () => Promise<unknown>,
): Promise<Figure> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  const figure: Figure = { what, samples: [], ran: [] };
  for (const piece of pieces) {
    const before = processorMilliseconds(pid);
    figure.samples.push(await time(piece));
    const after = processorMilliseconds(pid);
    if (before !== null && after !== null) figure.ran.push(after - before);
    await between?.();
  }
  return figure;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** One statement on one row in a transaction of its own, from begin to a durable commit. */
async function transact(client: Client, statement: string, id: string): Promise<void> {
  await client.query('begin');
  await client.query(statement, [id]);
  await client.query('commit');
}

/** The first change that a connection makes plans what its later ones find planned. */
async function measureFirst(client: Client, url: string, rows: string, statement: string): Promise<Figure> {
  const figure: Figure = { what: 'confirm a link, the first change of its connection', samples: [], ran: [] };
  const { rows: targets } = await client.query<{ id: string }>(rows);
  for (const { id } of targets.slice(0, 10)) {
    const fresh = new Client({ connectionString: url });
    await fresh.connect();
    const { samples, ran } = await sample(fresh, '', [() => transact(fresh, statement, id)]);
    figure.samples.push(...samples);
    figure.ran.push(...ran);
    await fresh.end();
  }
  return figure;
}

/** The same statement on different rows. */
async function measure(client: Client, what: string, rows: string, statement: string): Promise<Figure> {
  const { rows: targets } = await client.query<{ id: string }>(rows);
  const pieces = targets.map(
    ({ id }) =>
      () =>
        transact(client, statement, id),
  );
  return sample(client, what, pieces, () =>
    client.query('select policy.bind_closure(desk_no) from policy.viewer where not closure_valid limit 3'),
  );
}

const INSERT_LINK = (stage: string) => `
insert into vault.link (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, customer_unit_no, customer_owner_no, supplier_id, customer_id,
  asserted_by_no, mineral_id, supplier_stage, period_start, period_end, confidence, confidence_basis, state, supplier_audience, customer_audience)
select unit_no, owner_no, contributor_no, tier, sensitivity, data_class, customer_unit_no, customer_owner_no, supplier_id, customer_id,
  asserted_by_no, mineral_id, ${stage}, period_start, period_end, 0.7, 'TWO_SIDED', 'DISCLOSED', 1, 1 from vault.link where id = $1`;

const AGREEMENT = `
insert into vault.agreement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, partner_no, partner_id, proposer_no, state, purpose,
  data_classes, fields, starts_on, ends_on, deletion_rule, needs_clearance)
select owner_no, owner_no, owner_no, 3, 5, 5, customer_owner_no, gen_random_uuid(), owner_no, 'ACTIVE', 'DUE_DILIGENCE',
  '{PERFORMANCE}', '{Measurement.*}', '2026-01-01', '2027-01-01', 'DELETE', false from vault.link where id = $1`;

async function changes(client: Client, url: string): Promise<Figure[]> {
  const some = (condition: string) => `select id from vault.link where ${condition} order by md5(id::text) limit 25`;
  return [
    await measureFirst(client, url, some(`state = 'DISCLOSED'`), INSERT_LINK('supplier_stage')),
    await measure(client, 'confirm a link', some(`state = 'DISCLOSED'`), INSERT_LINK('supplier_stage')),
    await measure(
      client,
      'narrow a link (DISCLOSED to CONFIRMED)',
      some(`state = 'DISCLOSED'`),
      `update vault.link set state = 'CONFIRMED' where id = $1`,
    ),
    await measure(
      client,
      'withdraw a link',
      some(`state = 'DISCLOSED'`),
      `update vault.link set withdrawn_at = now() where id = $1`,
    ),
    await measure(
      client,
      'confirm a link that shows a new trade of both ends',
      some(`state = 'DISCLOSED'`),
      INSERT_LINK(`'RETAIL'`),
    ),
    await measure(client, 'an agreement becomes active', some('true'), AGREEMENT),
    await measure(
      client,
      'a member declares an activity',
      'select id from vault.organisation order by md5(id::text) limit 15',
      `insert into vault.activity (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, mineral_id, stage, side)
       select unit_no, unit_no, unit_no, 1, 0, 1, id, 'mineral1', 'METAL_TRADING', 'SELL' from vault.organisation where id = $1`,
    ),
    await measure(
      client,
      'a member is suspended',
      'select id from vault.organisation order by md5(id::text) limit 15',
      `update vault.organisation set standing = 'SUSPENDED' where id = $1`,
    ),
    await measure(
      client,
      'a site is written',
      'select id from vault.site order by md5(id::text) limit 15',
      `update vault.site set minerals = minerals || '{mineral2}' where id = $1`,
    ),
  ];
}

/** Reads and writes nothing: when this takes longer, the machine was slower, whatever the reason. */
const YARDSTICK = 'select sum(n % 7) from generate_series(1, 200000) n';

/** Closures, and between them the yardstick, so that a slow hour of the machine is not taken for a slow closure. */
async function closures(client: Client): Promise<Figure[]> {
  const { rows } = await client.query<{ desk_no: number }>(
    'select desk_no from policy.desk where organisation_no is not null order by desk_no',
  );
  const pieces = rows.slice(0, 100).map(
    ({ desk_no: desk }) =>
      () =>
        client.query('select policy.bind_closure($1)', [desk]),
  );
  const yardstick: Figure = { what: 'yardstick between the closures', samples: [], ran: [] };
  const closure = await sample(client, "one viewer's closure", pieces, async () => {
    const { samples, ran } = await sample(client, '', [() => client.query(YARDSTICK)]);
    yardstick.samples.push(...samples);
    yardstick.ran.push(...ran);
  });
  return [closure, yardstick];
}

async function reachOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ average: string; most: string }>(
    `select round(avg(n)) as average, max(n) as most from (select count(*) filter (where (g & ${(3 << 12) | (3 << 22)}) <> 0) as n
     from policy.viewer cross join unnest(grounds) g group by desk_no) counted`,
  );
  return `units reached over more than one hop: ${rows[0]?.average ?? ''} on average, ${rows[0]?.most ?? ''} at most`;
}

function row({ what, samples, ran }: Figure): string {
  const at = (list: readonly number[], share: number): string => {
    const sorted = [...list].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(1) ?? '-';
  };
  const clock = [0.5, 0.95, 1].map((share) => at(samples, share));
  return `| ${[what, samples.length, ...clock, at(ran, 0), at(ran, 0.5)].join(' | ')} |`;
}

async function run(size: WorldSize, isChanged: boolean, client: Client, url: string): Promise<void> {
  const seconds = await buildWorld(client, size);
  const { rows } = await client.query<{ links: string }>('select count(*) as links from vault.link');
  console.log(
    `\n## ${size.members} members, ${size.sites} sites, ${rows[0]?.links ?? ''} links, ${size.desks} desks\n`,
  );
  console.log(`Everything refreshed at once: ${seconds.toFixed(1)} s.\n`);
  console.log(`Load average ${loadavg()[0]?.toFixed(1) ?? ''} on ${cpus().length} cores.\n`);
  console.log('| change | samples | median ms | 95 % ms | most ms | least processor ms | median processor ms |');
  console.log('|---|---|---|---|---|---|---|');
  for (const figure of await closures(client)) console.log(row(figure));
  if (isChanged) for (const figure of await changes(client, url)) console.log(row(figure));
  console.log(`\n${await reachOf(client)}`);
}

/** `node dist/bench/relations.js [medium|large]`: a server of its own, thrown away afterwards. */
export async function benchRelations(only?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  try {
    for (const [name, size] of Object.entries({ medium: MEDIUM, large: LARGE })) {
      if (only !== undefined && only !== name) continue;
      const admin = new Client({ connectionString: server.adminUrl });
      await admin.connect();
      await admin.query(`create database ${name}`);
      await admin.end();
      const url = server.adminUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
      await migrate({ adminUrl: url, secret });
      const client = new Client({ connectionString: url });
      await client.connect();
      await run(size, name === 'medium', client, url);
      await client.end();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void benchRelations(process.argv[2]);
