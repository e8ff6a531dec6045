import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientBase } from 'pg';
import { bindingKey, bindingStatement, signBinding } from '../src/database/boundTransaction';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { passwordOf } from '../src/database/roles';
import { groundMask } from '../src/policy/grounds';
import { MEMBER_GROUNDS } from '../src/policy/kinds';
import { applyPolicyBuild } from '../src/server/prepareDatabase';

const MEMBERS = 1000;
const MEASUREMENTS = Number(process.env.SLUICE_BENCH_ROWS ?? 1_000_000);
const DESK = 2;

/** Measurements of a thousand members over ten years; a third is kept by its owner, most of the rest is for the alliance. */
async function buildWorld(client: ClientBase): Promise<void> {
  const member = groundMask(['ANYONE', 'MEMBER', 'CO_MEMBER', 'PARTY', 'GRANT']);
  const competitor = groundMask(['ANYONE', 'MEMBER_COMPETITOR', 'CO_MEMBER_COMPETITOR', 'PARTY_COMPETITOR']);
  await client.query(`
    set session_replication_role = replica;
    insert into policy.unit (unit_no, owner_no, organisation_id) overriding system value select n, n, gen_random_uuid() from generate_series(1, ${MEMBERS}) n;
    insert into policy.desk (desk_no, organisation_no, name) overriding system value values (${DESK}, 2, 'main');
    insert into policy.viewer (desk_no, grounds, closure_valid)
      select ${DESK}, array_agg(case when n % 5 = 0 then ${competitor} else ${member} end order by n), true from generate_series(1, ${MEMBERS}) n;
    insert into vault.initiative (alliance_id, name, aim, phase, standing) values (gen_random_uuid(), 'standing', 'an aim', 'COOPERATION', true);
    insert into vault.measurement (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, organisation_id, indicator_id, indicator_no, mineral_id, product,
      period_start, period_end, value, unit, method)
    select u, u, u, case n % 3 when 0 then 8 else 1 end, 0, 4, gen_random_uuid(), 'indicator' || n % 50, n % 50, 'copper', 'product' || n,
      d, (d + interval '1 year')::date, n % 1000, 't', 'm' || n % 7
    from (select n, 1 + n % ${MEMBERS} as u, date '2014-01-01' + (hashint4(n) & 4095) as d from generate_series(1, ${MEASUREMENTS}) n) g;
    set session_replication_role = origin`);
  await client.query('vacuum analyze vault.measurement');
}

/** In how many turns the runs of a task are taken. */
const TURNS = 100;

interface Task {
  name: string;
  /** over \`SOURCE\`, which stands for the table or the view */
  sql: string;
  /** of each run */
  parameters: (run: number, ids: readonly string[]) => unknown[];
  runs: number;
  /** most of the raw table's time that it may take (issue 3); a read of every column has none: the hub selects what is asked for */
  budget: number | null;
}

const COLUMNS = 'id, unit_no, organisation_id, indicator_id, period_start, period_end, value, unit, method';
const tasks: Task[] = [
  {
    name: 'point read',
    sql: `select ${COLUMNS} from SOURCE where id = $1`,
    parameters: (run, ids) => [ids[run % ids.length]],
    runs: 20_000,
    budget: 1.5,
  },
  {
    name: 'point read, every column of the view',
    sql: `select COLUMNS from SOURCE where id = $1`,
    parameters: (run, ids) => [ids[run % ids.length]],
    runs: 2000,
    budget: null,
  },
  {
    name: 'first 50, newest first',
    sql: `select ${COLUMNS} from SOURCE order by period_end desc nulls last, id desc nulls last limit 50`,
    parameters: () => [],
    runs: 500,
    budget: 3,
  },
  {
    name: 'first 50 of an indicator, newest first',
    sql: `select ${COLUMNS} from SOURCE where indicator_id = $1 order by period_end desc nulls last, id desc nulls last limit 50`,
    parameters: (run) => [`indicator${run % 50}`],
    runs: 500,
    budget: 3,
  },
  { name: 'full scan', sql: 'select count(*), sum(value) from SOURCE', parameters: () => [], runs: 11, budget: 2.5 },
];

interface Side {
  client: ClientBase;
  source: string;
  /** milliseconds of each run, turn by turn */
  turns: number[][];
}

const quantile = (samples: readonly number[], part: number): number =>
  [...samples].sort((a, b) => a - b)[Math.floor((samples.length - 1) * part)] ?? 0;
const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/**
 * By turns, since a shared machine is fast for some seconds and slow for the next: what is compared are the two medians of a turn.
 * Which side begins changes from turn to turn.
 */
async function compare(task: Task, sides: readonly Side[], columns: string, ids: readonly string[]): Promise<void> {
  const turn = Math.max(1, Math.floor(task.runs / TURNS));
  for (let run = -turn, first = 0; run < task.runs; run += turn, first = 1 - first) {
    for (const { client, source, turns } of first === 0 ? sides : [...sides].reverse()) {
      const text = task.sql.replace('SOURCE', source).replace('COLUMNS', columns);
      const name = `${task.name} ${source}`.slice(0, 60);
      const samples: number[] = [];
      for (let each = run; each < run + turn; each += 1) {
        const start = process.hrtime.bigint();
        await client.query({ name, text, values: task.parameters(Math.abs(each), ids) });
        samples.push(Number(process.hrtime.bigint() - start) / 1e6);
      }
      if (run >= 0) turns.push(samples);
    }
  }
}

/** A session of an ordinary role with the limits that readers have, so that the two sides differ in what they read alone. */
async function connectAs(url: string, user: string, password: string): Promise<Client> {
  const { host, port, database } = new Client({ connectionString: url });
  const client = new Client({ host, port, database, user, password });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(
    `set search_path = pg_catalog; set statement_timeout = '5min'; set jit = off; set max_parallel_workers_per_gather = 0`,
  );
  return client;
}

/** Who reads the table past its law. Not the superuser, who is asked for no rights and so reads anything faster than others do. */
async function asUnjudged(admin: Client, url: string): Promise<Client> {
  const password = randomBytes(32).toString('hex');
  await admin.query(`
    create role bench_unjudged login bypassrls password '${password}';
    grant usage on schema vault to bench_unjudged;
    grant select on vault.measurement to bench_unjudged`);
  return connectAs(url, 'bench_unjudged', password);
}

async function asReader(url: string, secret: Buffer): Promise<Client> {
  const client = await connectAs(url, 'sluice_reader', passwordOf(secret, 'sluice_reader'));
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const binding = signBinding(bindingKey(secret), {
    desks: [DESK],
    organisation: 2,
    may: MEMBER_GROUNDS,
    purpose: '',
    initiative: null,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + 7200,
    backendPid: rows[0]?.pid ?? 0,
  });
  // for the session, not for one transaction
  await client.query(bindingStatement(binding).replaceAll(', true)', ', false)'));
  return client;
}

/** The plan of a task through the view, in short lines; asked as the superuser's session bound to the same viewer. */
async function planOf(client: ClientBase, sql: string, parameters: unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers, costs off, timing off) ${sql}`,
    parameters,
  );
  return rows
    .map((row) => row['QUERY PLAN'])
    .filter((line) => /Scan|Index Cond|rows=|Rows Removed|Sort|Buffers|Planning Time|Execution/.test(line))
    .map((line) => line.slice(0, 150));
}

/** What one call of each lookup costs within a statement, in microseconds: a thousand of them against none. */
async function lookupCosts(reader: Client): Promise<void> {
  const calls = 1000;
  console.log('\n| lookup | one call, us |\n|---|---|');
  for (const lookup of ['policy.grounds()', 'policy.gates()', 'policy.granted()', 'policy.organisation_no()']) {
    const samples: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const start = process.hrtime.bigint();
      // n keeps the planner from calling it once for all rows
      await reader.query(
        `select count(called) from (select case when n > 0 then ${lookup} end as called from generate_series(1, ${calls}) n offset 0) x`,
      );
      samples.push(Number(process.hrtime.bigint() - start) / 1000 / calls);
    }
    console.log(`| ${lookup} | ${(samples.sort((a, b) => a - b)[2] ?? 0).toFixed(1)} |`);
  }
}

async function run(admin: Client, unjudged: Client, reader: Client): Promise<void> {
  const { rows } = await admin.query<{ id: string }>(
    `select id from vault.measurement where tier = 1 order by md5(id::text) limit 1000`,
  );
  const ids = rows.map((row) => row.id);
  const { rows: named } = await admin.query<{ columns: string }>(
    `select string_agg(column_name, ', ' order by ordinal_position) as columns from information_schema.columns
      where table_schema = 'disclosed' and table_name = 'measurement' and column_name <> 'redacted'`,
  );
  console.log(
    '| task | raw table, ms | disclosed view, ms | ratio, middle half of the turns | budget |\n|---|---|---|---|---|',
  );
  for (const task of tasks) {
    const columns = named[0]?.columns ?? '';
    const raw: Side = { client: unjudged, source: 'vault.measurement', turns: [] };
    const disclosed: Side = { client: reader, source: 'disclosed.measurement', turns: [] };
    await compare(task, [raw, disclosed], columns, ids);
    const [bare, judged] = [raw, disclosed].map(({ turns }) => median(turns.flat()));
    const ratios = raw.turns.map((turn, place) => median(disclosed.turns[place] ?? []) / median(turn));
    const quarter = (part: number): string => quantile(ratios, part / 4).toFixed(2);
    console.log(
      `| ${task.name} | ${bare?.toFixed(3)} | ${judged?.toFixed(3)} | ${quarter(2)} (${quarter(1)}-${quarter(3)}) | ${task.budget ?? 'none'} |`,
    );
  }
  const ordered = await planOf(
    reader,
    `select ${COLUMNS} from disclosed.measurement where indicator_id = $1 order by period_end desc nulls last, id desc nulls last limit 50`,
    ['indicator7'],
  );
  console.log(`\nFirst 50 of an indicator:\n\n${ordered.map((line) => `    ${line}`).join('\n')}`);
  const ofUnit = await planOf(
    reader,
    `select ${COLUMNS} from disclosed.measurement where unit_no = 7 order by period_end desc nulls last, id desc nulls last limit 50`,
    [],
  );
  console.log(`\nFirst 50 of a unit:\n\n${ofUnit.map((line) => `    ${line}`).join('\n')}`);
}

/** `npm run bench -- boundaryCost`: a server of its own, thrown away afterwards. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  try {
    const admin = new Client({ connectionString: server.adminUrl });
    admin.on('error', () => undefined);
    await admin.connect();
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    await buildWorld(admin);
    const unjudged = await asUnjudged(admin, server.adminUrl);
    const reader = await asReader(server.adminUrl, secret);
    await run(admin, unjudged, reader);
    await lookupCosts(reader);
    await unjudged.end();
    await reader.end();
    await admin.end();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
