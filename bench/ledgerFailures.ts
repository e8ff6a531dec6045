import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
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
} from '../src/modules/statistics';
import { Randomness } from './randomness';

/**
 * Races, restores and crashes around the ledger, in a real database, this many times each. In every period 22 groups report,
 * all but one of them copper: the sum of all and the sum of copper together give that one away. One is answered, never both.
 */
const attempts = Number(process.argv[2] ?? 200);
const groups = 22;
const ALL = {};
const ALL_BUT_ONE = { mineral: 'copper' };

async function freeze(admin: Client, year: number): Promise<void> {
  const id = randomUUID();
  await admin.query(
    `insert into trustee.snapshot (id, measure, period_start, period_end, vintage, release_day, member_set_hash, unit, synthetic, public_sources, csi)
     values ($1, 'WATER_WITHDRAWN', $2, $3, 1, '2026-06-01', 'bench', 'ML', true, false, false)`,
    [id, `${year}-01-01`, `${year + 1}-01-01`],
  );
  await admin.query(
    `insert into trustee.holding (snapshot_id, unit_no, head, published, unit, known_to, protected, mineral, stage, country, standard, level, standards, owner_no, tails, amounts)
     select $1, g, g::text, false, 'group:' || g, array['g' || g], true, case when g = $2 then 'nickel' else 'copper' end, 'SMELTING', 'CL', 'ALL', 'ALL', '{}', g, '{""}', array[100 + g]
     from generate_series(1, $2) g`,
    [id, groups],
  );
}

type Statement = (sql: string, run: () => Promise<unknown>) => Promise<unknown>;

/** The same pool with a hand in every statement of its transactions. */
function meddled(pool: Pool, meddle: Statement): Pool {
  const client = (real: PoolClient): PoolClient =>
    new Proxy(real, {
      get: (target, name, receiver): unknown => {
        if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
        return (sql: string | { readonly text: string; readonly values: unknown[] }, values?: unknown[]) =>
          typeof sql === 'string'
            ? meddle(sql, () => target.query(sql, values))
            : meddle(sql.text, () => target.query(sql));
      },
    });
  return new Proxy(pool, {
    get: (target, name, receiver): unknown =>
      name === 'connect'
        ? async () => client(await target.connect())
        : (Reflect.get(target, name, receiver) as unknown),
  });
}

/** A hub whose ledger forgets what it is told, and whose lock holds nobody. */
const forgetful: Statement = async (sql, run) => {
  if (sql.startsWith('insert into trustee.ledger_entry')) return { rows: [], rowCount: 0 };
  const result = await run();
  return sql.startsWith('select version, head') ? { rows: [{ version: 0, head: '', isOpen: true }] } : result;
};

/** A hub that answers before its ledger is durable, when it dies there. */
const hasty: Statement = async (sql, run) => {
  if (sql !== 'commit') return run();
  throw new Error('died before the commit, the answer given');
};

class Alliance {
  private year = 1000;
  private readonly registry = { ...readRegistry(), tables: [] };
  private readonly catalogue = loadCatalogue();

  constructor(
    private readonly admin: Client,
    readonly pool: Pool,
    readonly random = new Randomness(1),
  ) {}

  async freshYear(): Promise<number> {
    this.year += 1;
    await freeze(this.admin, this.year);
    return this.year;
  }

  /** A node of the hub: what it keeps is its own. */
  node(pool = this.pool): AnswerContext {
    return { pool, registry: this.registry, states: new LedgerStates(4), today: '2026-11-01' };
  }

  /** The sum that was told, or null. */
  async told(node: AnswerContext, filter: object, year: number): Promise<number | null> {
    const input = {
      indicator: 'WATER_WITHDRAWN',
      function: 'SUM',
      filter,
      period: String(year),
      purpose: 'bench',
      initiative: 'any',
    };
    const asker = { personId: null, organisationNo: 1, initiativeId: randomUUID(), lawHash: 'bench' };
    const answer = await answerQuestion(node, checkStatistic(input, this.registry, this.catalogue), asker).catch(
      () => null,
    );
    return answer?.kind === 'ANSWERED' ? Number(answer.value) : null;
  }

  /** What a backup from before the last answer brings back, past the triggers. */
  async goBack(year: number, place: string | null): Promise<void> {
    const family = `water ${year}`;
    const tables = ['ledger', 'ledger_entry'];
    for (const table of tables) await this.admin.query(`alter table trustee.${table} disable trigger user`);
    await this.admin.query('delete from trustee.ledger_entry where family = $1', [family]);
    await this.admin.query(
      `update trustee.ledger set version = 0, head = '', place = coalesce($2, place) where family = $1`,
      [family, place],
    );
    for (const table of tables) await this.admin.query(`alter table trustee.${table} enable trigger user`);
  }

  /** Ends a backend of the trustee at some moment within the next milliseconds. */
  async killSoon(): Promise<void> {
    await wait(this.random.next() * 12);
    await this.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'sluice_trustee' and pid <> pg_backend_pid()`,
    );
  }
}

interface Outcome {
  /** Periods in which both sums were told, so that one group's figure is known. */
  recovered: number;
  /** Sums told. */
  answered: number;
  asked: number;
}

type Attempt = (alliance: Alliance) => Promise<readonly (number | null)[]>;

async function repeated(alliance: Alliance, attempt: Attempt): Promise<Outcome> {
  const outcome: Outcome = { recovered: 0, answered: 0, asked: 0 };
  for (let at = 0; at < attempts; at += 1) {
    const sums = await attempt(alliance);
    const told = sums.filter((sum) => sum !== null);
    outcome.asked += sums.length;
    outcome.answered += told.length;
    if (told.length === sums.length) outcome.recovered += 1;
  }
  return outcome;
}

const racing =
  (pools: (alliance: Alliance) => Pool): Attempt =>
  async (alliance) => {
    const year = await alliance.freshYear();
    const ask = (filter: object) => alliance.told(alliance.node(pools(alliance)), filter, year);
    return Promise.all([ask(ALL), ask(ALL_BUT_ONE)]);
  };

const restored =
  (kind: 'REMEMBERED' | 'ELSEWHERE' | 'UNNOTICED'): Attempt =>
  async (alliance) => {
    const year = await alliance.freshYear();
    const node = alliance.node();
    const first = await alliance.told(node, ALL, year);
    await alliance.goBack(year, kind === 'ELSEWHERE' ? 'the cluster before its restore' : null);
    return [first, await alliance.told(kind === 'REMEMBERED' ? node : alliance.node(), ALL_BUT_ONE, year)];
  };

const crashing: Attempt = async (alliance) => {
  const year = await alliance.freshYear();
  const [first] = await Promise.all([alliance.told(alliance.node(), ALL, year), alliance.killSoon()]);
  return [first, await alliance.told(alliance.node(), ALL_BUT_ONE, year)];
};

/** The sum is computed in a transaction that never ends well, and told all the same. */
const crashingHastily: Attempt = async (alliance) => {
  const year = await alliance.freshYear();
  let told: number | null = null;
  const watching: Statement = async (sql, run) => {
    const result = await hasty(sql, run);
    if (sql.includes('trustee.input')) {
      const { rows } = result as { rows: { value?: number }[] };
      if (rows[0]?.value !== undefined) told = rows.reduce((sum, { value = 0 }) => sum + value, 0);
    }
    return result;
  };
  await alliance.told(alliance.node(meddled(alliance.pool, watching)), ALL, year);
  return [told, await alliance.told(alliance.node(), ALL_BUT_ONE, year)];
};

async function measureAll(adminUrl: string, secret: Buffer): Promise<string[]> {
  const admin = await connectAdmin(adminUrl);
  const pools = openPools({ adminUrl, secret });
  pools.trustee.on('error', () => undefined);
  const alliance = new Alliance(admin, pools.trustee);
  const own = (of: Alliance): Pool => of.pool;
  const plan: [string, Attempt, Attempt, string][] = [
    [
      'two analysts racing, on two nodes',
      racing(own),
      racing((of) => meddled(of.pool, forgetful)),
      'a ledger that forgets',
    ],
    [
      'restore of a backup, on a node that remembers more',
      restored('REMEMBERED'),
      restored('UNNOTICED'),
      'a node that neither remembers nor looks where it is',
    ],
    ['restore of a backup in another place, on a new node', restored('ELSEWHERE'), restored('UNNOTICED'), 'the same'],
    [
      'the database connection killed at a random moment of the answer',
      crashing,
      crashingHastily,
      'a hub that answers before its ledger is durable',
    ],
  ];
  try {
    const rows: string[] = [];
    for (const [name, attempt, twin, what] of plan) {
      const hub = await repeated(alliance, attempt);
      const broken = await repeated(alliance, twin);
      const useful = `${hub.answered} of ${hub.asked} sums answered`;
      rows.push(`| ${name} | ${attempts} | ${hub.recovered} | ${broken.recovered} by ${what} | ${useful} |`);
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
    const rows = await measureAll(server.adminUrl, secret);
    const report = `# Statistics: races, restores and crashes around the ledger

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end. Repeat with \`npm run bench -- ledgerFailures\`. In every attempt
a fresh period of ${groups} groups and two sums that together give one group's figure away; the bound is 0. Not met by any of this: a
whole machine set back to an older state on the same timeline, with no node left that remembers; for that there is \`release seal\`.

| attack | attempts | figures recovered | the unprotected twin gave away | usefulness beside it |
|---|---|---|---|---|
${rows.join('\n')}
`;
    if (attempts >= 200) writeFileSync(join(packageRoot(), 'bench', 'results-ledger-failures.md'), report);
    process.stdout.write(report);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
