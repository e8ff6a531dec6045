import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, Pool, PoolClient } from 'pg';
import { startEmbedded } from '../src/database/embedded';
import { migrate } from '../src/database/migrate';
import { connectAdmin, openPools } from '../src/database/pools';
import { loadCatalogue, packageRoot } from '../src/modules/reference';
import {
  answerQuestion,
  checkStatistic,
  LedgerStates,
  readRegistry,
  type AnswerContext,
  type Question,
} from '../src/modules/statistics';
import { Randomness } from './randomness';

/** What an ad-hoc question costs the service: decision, entry and answer, in a database, with 200 and 1,000 groups. */
const sizes = (process.env.SLUICE_BENCH_GROUPS ?? '200,1000').split(',').map(Number);
const questionsMax = Number(process.env.SLUICE_BENCH_QUESTIONS ?? '400');
const minerals = ['copper', 'cobalt', 'nickel', 'lithium'];
const stages = ['CONCENTRATION', 'SMELTING', 'REFINING'];
const countries = ['CL', 'PE', 'CA', 'CD', 'ZM', 'CN', 'ID', 'AU'];
const standards = ['IRMA', 'RMAP', null];

async function freeze(admin: Client, groups: number, year: number): Promise<void> {
  const random = new Randomness(groups);
  const id = randomUUID();
  await admin.query(
    `insert into trustee.snapshot (id, measure, period_start, period_end, vintage, release_day, member_set_hash, unit, synthetic, public_sources, csi)
     values ($1, 'WATER_WITHDRAWN', $2, $3, 1, '2026-06-01', 'bench', 'ML', true, false, false)`,
    [id, `${year}-01-01`, `${year + 1}-01-01`],
  );
  const rows = Array.from({ length: groups }, (_, group) => ({
    figure: `${group}`,
    mineral: random.pick(minerals),
    stage: random.pick(stages),
    country: random.pick(countries),
    standards: [random.pick(standards)].filter((standard) => standard !== null),
    value: 1000 * Math.exp(random.normal()),
  }));
  await admin.query(
    `insert into trustee.holding (snapshot_id, unit_no, head, published, unit, known_to, protected, mineral, stage, country, standard, level, standards, owner_no, tails, amounts)
     select $1, f.figure::int, f.figure, false, 'group:' || f.figure, array['g' || f.figure], true, f.mineral, f.stage, f.country, 'ALL', 'ALL', f.standards, f.figure::int, '{""}', array[f.value]
     from jsonb_to_recordset($2::jsonb) as f(figure text, mineral text, stage text, country text, standards text[], value numeric)`,
    [id, JSON.stringify(rows)],
  );
}

function questions(context: AnswerContext, year: number): Question[] {
  const random = new Randomness(year);
  const catalogue = loadCatalogue();
  const codes = { mineral: minerals, stage: stages, country: countries, standard: ['IRMA', 'RMAP'] };
  return Array.from({ length: questionsMax }, () => {
    const filter = Object.fromEntries(
      Object.entries(codes).flatMap(([name, of]) => (random.next() < 0.4 ? [[name, random.pick(of)]] : [])),
    );
    const input = {
      indicator: 'WATER_WITHDRAWN',
      function: 'SUM',
      filter,
      period: String(year),
      purpose: 'bench',
      initiative: 'any',
    };
    return checkStatistic(input, context.registry, catalogue);
  });
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);

/** Time inside the database, by what a statement begins with. */
class Statements {
  readonly milliseconds = new Map<string, number>();
  count = 0;

  pool(pool: Pool): Pool {
    const client = (real: PoolClient): PoolClient =>
      new Proxy(real, {
        get: (target, name, receiver): unknown => {
          if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
          return async (
            statement: string | { readonly text: string; readonly values: unknown[] },
            values?: unknown[],
          ) => {
            const started = performance.now();
            try {
              return typeof statement === 'string'
                ? await target.query(statement, values)
                : await target.query(statement);
            } finally {
              const text = typeof statement === 'string' ? statement : statement.text;
              const key = text.trim().split(/\s+/).slice(0, 3).join(' ');
              this.milliseconds.set(key, (this.milliseconds.get(key) ?? 0) + performance.now() - started);
              this.count += 1;
            }
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

  get total(): number {
    return [...this.milliseconds.values()].reduce((sum, each) => sum + each, 0);
  }
}

async function askAll(context: AnswerContext, groups: number, year: number): Promise<string> {
  const asker = { personId: null, organisationNo: 1, initiativeId: randomUUID(), lawHash: 'bench' };
  const told = { ANSWERED: 0, REFUSED: 0 };
  const milliseconds: number[] = [];
  const outside: number[] = [];
  const statements = new Statements();
  const metered = { ...context, pool: statements.pool(context.pool) };
  const before = process.cpuUsage();
  for (const question of questions(context, year)) {
    const [started, before] = [performance.now(), statements.total];
    told[(await answerQuestion(metered, question, asker)).kind] += 1;
    const spent = performance.now() - started;
    milliseconds.push(spent);
    outside.push(spent - (statements.total - before));
  }
  const used = process.cpuUsage(before);
  const cpu = (used.user + used.system) / 1000 / questionsMax;
  const sorted = milliseconds.slice(1).sort((a, b) => a - b);
  const decisions = outside.slice(1).sort((a, b) => a - b);
  for (const [begins, spent] of [...statements.milliseconds].sort(([, a], [, b]) => b - a)) {
    process.stderr.write(`${groups} groups: ${(spent / questionsMax).toFixed(2)} ms a question in \`${begins} ...\`\n`);
  }
  const [first = NaN] = milliseconds;
  const again = performance.now();
  const [one] = questions(context, year);
  if (one !== undefined) await answerQuestion({ ...context, states: new LedgerStates(1) }, one, asker);
  const anew = performance.now() - again;
  return `| ${groups} | ${questionsMax} | ${told.ANSWERED} | ${at(decisions, 0.5)} | ${at(decisions, 0.95)} | ${(statements.count / questionsMax).toFixed(1)} | ${at(sorted, 0.5)} | ${at(sorted, 0.95)} | ${at(sorted, 0.99)} | ${cpu.toFixed(1)} | ${first.toFixed(0)} | ${anew.toFixed(0)} |`;
}

async function measureAll(adminUrl: string, secret: Buffer): Promise<string[]> {
  const admin = await connectAdmin(adminUrl);
  const pools = openPools({ adminUrl, secret });
  try {
    const pool: Pool = pools.trustee;
    const registry = { ...readRegistry(), tables: [] };
    const rows: string[] = [];
    for (const [position, groups] of sizes.entries()) {
      const year = 2020 + position;
      await freeze(admin, groups, year);
      rows.push(await askAll({ pool, registry, states: new LedgerStates(4), today: '2026-11-01' }, groups, year));
    }
    return rows;
  } finally {
    await pools.close();
    await admin.end();
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const secret = randomBytes(32);
  const server = await startEmbedded({ folder, secret });
  try {
    await migrate({ adminUrl: server.adminUrl, secret });
    const load = loadavg()[0] ?? 0;
    const rows = await measureAll(server.adminUrl, secret);
    const report = `# Statistics: what an ad-hoc question costs the service

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${load.toFixed(1)} at the start. Repeat with \`npm run bench -- ledgerService\`. Questions as the
hub's filters allow, one after the other: lock, decision over the kept state, entry, durable commit (fsync on), answer. Targets of the
decision: 5 ms with 200 groups, 50 ms with 1,000.

| groups | questions | answered | decision and all else in the hub, ms, median | 95 % | statements | with lock, entry and durable commit, ms, median | 95 % | 99 % | CPU ms of the hub, mean | first question, ms | state made anew from the entries, ms |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
    writeFileSync(join(packageRoot(), 'bench', 'results-ledger-service.md'), report);
    process.stdout.write(report);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
