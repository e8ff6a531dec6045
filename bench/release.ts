import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import loadHighs from 'highs';
import type { Client, Pool, PoolClient } from 'pg';
import { highsSolver, type LinearProgramSolver } from '../src/disclosureControl';
import { startEmbedded } from '../src/database/embedded';
import { applyPolicyBuild } from '../src/server/prepareDatabase';
import { migrate } from '../src/database/migrate';
import { connectAdmin, openPools } from '../src/database/pools';
import { loadCatalogue, packageRoot } from '../src/modules/reference';
import {
  buildReleases,
  clearRelease,
  readRegistry,
  type Registry,
  type ReleaseContext,
} from '../src/modules/statistics';
import { buildWorld } from './relationsWorld';

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

function registryOfBench(): Registry {
  const registry = readRegistry();
  const measure = registry.measures.get('WATER_WITHDRAWN');
  const table = registry.tables.find((candidate) => candidate.measure === 'WATER_WITHDRAWN');
  if (measure === undefined || table === undefined) throw new Error('no measure of water is registered');
  const wide = {
    ...table,
    id: 'bench',
    dimensions: ['mineral', 'stage', 'place'] as const,
    rollUp: [],
    audience: 'PUBLIC' as const,
  };
  return { ...registry, measures: new Map([[measure.id, measure]]), tables: [wide] };
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

/** Seconds inside the solver and inside the statements of a build, by what they do. */
class Meter {
  solver = 0;
  freeze = 0;
  aggregate = 0;
  store = 0;

  around(solver: LinearProgramSolver): LinearProgramSolver {
    return {
      open: (program) =>
        this.measured(
          () => solver.open(program),
          (opened) => this.solving(opened),
        ),
    };
  }

  private solving<T extends object>(opened: T): T {
    return new Proxy(opened, {
      get: (target, name, receiver): unknown => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown =>
          this.measured(
            () => Reflect.apply(member, target, given) as unknown,
            (result) => result,
          );
      },
    });
  }

  private measured<T>(work: () => T, then: (result: T) => T): T {
    const start = performance.now();
    try {
      return then(work());
    } finally {
      this.solver += (performance.now() - start) / 1000;
    }
  }

  pool(pool: Pool): Pool {
    const client = (real: PoolClient): PoolClient =>
      new Proxy(real, {
        get: (target, name, receiver): unknown => {
          if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
          return async (sql: string, parameters?: unknown[]) => {
            const { result, seconds } = await timed(() => target.query(sql, parameters));
            if (sql.includes('trustee.freeze')) this.freeze += seconds;
            else if (sql.includes('sum(value)')) this.aggregate += seconds;
            else this.store += seconds;
            return result;
          };
        },
      });
    return new Proxy(pool, {
      get: (target, name, receiver): unknown =>
        name === 'connect'
          ? async () => client(await target.connect())
          : (Reflect.get(target, name, receiver) as unknown),
    });
  }
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

async function measureAll(adminUrl: string, secret: Buffer): Promise<string> {
  const admin = await connectAdmin(adminUrl);
  const pools = openPools({ adminUrl, secret });
  try {
    const filling = await timed(() => fill(admin));
    process.stderr.write(`filled in ${filling.seconds.toFixed(0)} s\n`);
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
    await admin.query('vacuum analyze trustee.input');
    const grouping = 'select mineral, stage, country, sum(value), count(*) from trustee.input group by 1, 2, 3';
    const plain = median(await repeated(5, async () => (await timed(() => admin.query(grouping))).seconds));
    const source = `select m.mineral_id, s.stages[1], s.country, sum(m.value), count(*) from vault.measurement m join vault.site s on s.id = m.site_id
      where m.indicator_id = 'WATER_WITHDRAWN' and m.period_start = '${YEAR.start}' group by 1, 2, 3`;
    const plainSource = median(await repeated(5, async () => (await timed(() => admin.query(source))).seconds));
    const [report] = build.result;
    if (report?.release == null) throw new Error('nothing was built');
    await publishForReaders(admin, pools.trustee, report.release);
    const table = await served(
      pools.reader,
      `select * from released.cell where release_id = '${report.release}' order by position`,
    );
    const cell = await served(
      pools.reader,
      `select r.id, r.unit, c.value, c.contributors from released.release r join released.cell c on c.release_id = r.id
       where r.table_id = 'bench' and r.period_start = '${YEAR.start}' and r.period_end = '${YEAR.end}' and c.coordinates = '{"mineral": "mineral1", "stage": "SMELTING", "place": "CL"}'`,
    );
    return written({ report, build: build.seconds, meter, plain, plainSource, table, cell });
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

/** As `publishRelease` copies it; without the ledger, whose entries are measured by a bench of their own. */
async function publishForReaders(admin: Client, trustee: Pool, release: string): Promise<void> {
  await clearRelease(trustee, release, randomUUID());
  await admin.query(
    `insert into released.release (id, table_id, title, measure, function, dimensions, unit, period_start, period_end, vintage, audience, public_from, public_sources, inputs_as_of, member_set_hash, rule_version)
     select r.id, r.table_id, 'bench', s.measure, 'SUM', '{mineral,stage,place}', s.unit, s.period_start, s.period_end, s.vintage, 'PUBLIC', current_date, false, s.inputs_as_of, s.member_set_hash, r.rule_version
     from trustee.release r join trustee.snapshot s on s.id = r.snapshot_id where r.id = $1`,
    [release],
  );
  await admin.query(
    `insert into released.cell select release_id, position, coordinates, value, contributors, suppressed, case when suppressed then 'Q' else 'A' end, case when suppressed then 'C' else 'F' end
     from trustee.cell where release_id = $1`,
    [release],
  );
  await admin.query('vacuum analyze released.cell');
}

interface Measured {
  readonly report: { readonly cells: number; readonly publishedShare: number; readonly auditPassed: boolean };
  readonly build: number;
  readonly meter: Meter;
  readonly plain: number;
  readonly plainSource: number;
  readonly table: string;
  readonly cell: string;
}

function written({ report, build, meter, plain, plainSource, table, cell }: Measured): string {
  const s = (seconds: number): string => seconds.toFixed(2);
  const own = build - meter.freeze - meter.aggregate - meter.store - meter.solver;
  const ratio = (cost: number, base: number): string => (cost / (base + meter.solver)).toFixed(2);
  return `# Statistics: a release over ${figures.toLocaleString('en-US')} figures

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end. Repeat with \`npm run bench -- release\`.
${members} ownership groups, ${sites.toLocaleString('en-US')} sites; mineral x stage x country, 240 elementary cells, ${report.cells} with all margins, of which
${(100 * report.publishedShare).toFixed(0)} % are published; audit ${report.auditPassed ? 'passed' : 'failed'}. Times in seconds.

| step of the cold build | s |
|---|---|
| freeze: eligibility, ownership units, rows copied and indexed, hash of members | ${s(meter.freeze)} |
| figures taken together by unit and cell | ${s(meter.aggregate)} |
| linear programs | ${s(meter.solver)} |
| disclosure control in the hub: cells, rules, requirements, choice of cells | ${s(own)} |
| everything stored, the transaction durable | ${s(meter.store)} |
| all | ${s(build)} |

| compared | s |
|---|---|
| plain GROUP BY of the frozen rows | ${s(plain)} |
| plain GROUP BY of the vault's rows with their sites | ${s(plainSource)} |
| build from frozen rows / (GROUP BY of them + linear programs), goal 1.5 | ${ratio(build - meter.freeze, plain)} |
| freeze and build / (GROUP BY of the vault's rows + linear programs) | ${ratio(build, plainSource)} |

Served from \`released\` through the reader's role under its row law, medians of 101 (goal 5 ms):

| | rows | server, ms, planning included | client, ms |
|---|---|---|---|
| one cell by its coordinates | ${cell}
| the whole table | ${table}

The cold build of the table is what comes after the freeze: a period is frozen once (A4), whatever tables are made of it. Freezing copies
a million rows into the trustee's own table under a key, which no plain GROUP BY does.
`;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  try {
    await migrate({ adminUrl: server.adminUrl, secret, applyPolicyBuild });
    const report = await measureAll(server.adminUrl, secret);
    if (figures >= 1_000_000) writeFileSync(join(packageRoot(), 'bench', 'results-release.md'), report);
    process.stdout.write(report);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
