import loadHighs from 'highs';
import type { Pool, PoolClient } from 'pg';
import { highsSolver } from '../../../src/disclosureControl';
import { loadCatalogue } from '../../../src/modules/reference';
import {
  buildReleases,
  clearRelease,
  publishRelease,
  readRegistry,
  type AnswerContext,
  type Registry,
  type ReleaseContext,
} from '../../../src/modules/statistics';
import type { TestDatabase } from '../../support/database';
import type { World } from '../../support/world';

/** 14 copper sites in Chile, half smelting, 7 smelting in Peru, and one nickel site in Chile; one owner each. */
export const OWNERS = Array.from({ length: 22 }, (_value, index) => `m${index}`);

const placeOf = (index: number) => ({
  mineral: index === 21 ? 'nickel' : 'copper',
  stage: index < 7 ? 'REFINING' : 'SMELTING',
  country: index >= 14 && index < 21 ? 'PE' : 'CL',
});

/** @param figure value of an indicator for the owner of that index */
export async function fillWorld(
  world: World,
  indicators: readonly string[],
  figure: (index: number, indicator: string) => number = (index) => 100 + index,
): Promise<void> {
  await world.alliance('COORDINATION');
  await world.organisation('institute', { company: false, standing: null, kinds: ['ANALYST'] });
  await world.organisation('lawyers', { company: false, standing: null, kinds: ['COUNSEL'] });
  await world.organisation('stranger', { company: false, standing: null });
  for (const [index, owner] of OWNERS.entries()) {
    const { mineral, stage, country } = placeOf(index);
    await world.organisation(owner);
    await world.site(`${owner} site`, { owner, minerals: [mineral], stages: [stage], country });
    for (const indicator of indicators) {
      await world.measurement(`${owner} site`, indicator, String(figure(index, indicator)), 'BILATERAL');
    }
  }
  await world.person('analyst', 'institute', ['ANALYST']);
  await world.person('analyst2', 'institute', ['ANALYST']);
  await world.person('counsel', 'lawyers', ['COMPETITION_COUNSEL']);
  await world.person('stranger', 'stranger', ['CIVIL_SOCIETY']);
  await world.person('m0', 'm0');
}

export async function releaseContext(
  database: TestDatabase,
  changes: Partial<ReleaseContext> = {},
): Promise<ReleaseContext> {
  return {
    pool: database.pools.trustee,
    registry: readRegistry(),
    catalogue: loadCatalogue(),
    lawHash: 'law of the test',
    today: '2026-11-23',
    solver: highsSolver(await loadHighs()),
    ...changes,
  };
}

/** The registry without tables: nothing but the ledger decides. */
export function withoutTables(registry: Registry): Registry {
  return { ...registry, tables: [] };
}

type Statement = (sql: string, run: () => Promise<unknown>) => Promise<unknown>;

/** The same pool, with a hand in every statement of its transactions: where a process dies, or a twin forgets. */
export function meddled(pool: Pool, meddle: Statement): AnswerContext['pool'] {
  const client = (real: PoolClient): PoolClient =>
    new Proxy(real, {
      get(target, name, receiver): unknown {
        if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
        return (sql: string | { readonly text: string; readonly values: unknown[] }, parameters?: unknown[]) =>
          typeof sql === 'string'
            ? meddle(sql, () => target.query(sql, parameters))
            : meddle(sql.text, () => target.query(sql));
      },
    });
  return new Proxy(pool, {
    get(target, name, receiver): unknown {
      if (name !== 'connect') return Reflect.get(target, name, receiver) as unknown;
      return async () => client(await target.connect());
    },
  });
}

export const yearOf = (year: number) => ({ start: `${year}-01-01`, end: `${year + 1}-01-01` });

/** Freezes, drafts, clears and publishes every registered table of a year. @returns releases by table */
export async function releaseYear(
  context: ReleaseContext,
  year: number,
  person: string,
): Promise<ReadonlyMap<string, string>> {
  const reports = await buildReleases(context, { period: yearOf(year), dryRun: false, newVintage: false });
  for (const { release } of reports) {
    await clearRelease(context.pool, release ?? '', person);
    await publishRelease(context, release ?? '', person);
  }
  return new Map(reports.map(({ table, release }) => [table, release ?? '']));
}
