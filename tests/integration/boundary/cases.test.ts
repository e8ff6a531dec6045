import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseClassification } from '../../../src/policy/classification';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';
import { loadDecisionCases } from '../../support/decisionCases';
import { TestHub } from '../../support/hub';
import type { Row } from '../../support/referenceModel/policy';
import { phases } from '../../support/referenceModel/law';
import { arrange, maskOf, PURPOSE, unfit, worldOf, type Arranged } from './arrangeCases';
import { asksOver, initiativeId, peopleOf, purposeOf } from './casesOverHttp';
import { openAs } from './compare';
import { liftConstraints, readTableShapes, writeWorld } from './vaultDoor';

const { facts } = parseClassification(parse(readFileSync('policies/classification.yaml', 'utf8')));
const scenarios = loadDecisionCases('.').flatMap(({ base, twin }) => [base, twin]);

describe('decision cases in counsel’s words, in SQL and over HTTP', () => {
  let database: TestDatabase;
  let hub: TestHub;
  let arranged: Arranged[];
  const unfitting = new Map<string, number>();

  beforeAll(async () => {
    database = await createTestDatabase();
    await liftConstraints(database.admin);
    const shapes = await readTableShapes(database.admin);
    const { rows } = await database.admin.query<{ today: string }>('select current_date::text as today');
    const today = rows[0]?.today ?? '';
    arranged = scenarios.flatMap((scenario, index) => {
      const fact = facts.find((each) => each.type === scenario.fact.type);
      const why = unfit(fact, scenario);
      if (why !== null) unfitting.set(why, (unfitting.get(why) ?? 0) + 1);
      return fact === undefined || why !== null ? [] : [arrange(scenario, index, fact, shapes, today)];
    });
    const world = worldOf(arranged, scenarios.length, today);
    await runAsAdmin(database.url, async (client) => {
      await writeWorld(client, world, shapes);
      await peopleOf(client, arranged, shapes);
    });
    hub = await TestHub.start(database);
  });
  afterAll(async () => {
    await hub.stop();
    await database.drop();
  });

  async function reads({ scenario, table, row, desk }: Arranged, extra = 0): Promise<boolean> {
    const session = openAs(database, {
      desks: [desk],
      organisation: (desk - 1) * 4 + 1,
      may: 2 ** 28 - 1 - extra,
      purpose: PURPOSE,
      initiative: phases.indexOf(scenario.phase) + 1,
    });
    const found = await session.query<{ row: Row }>(
      `select to_jsonb(v) as row from disclosed.${table} v where id = $1`,
      [row.id],
    );
    await session.close();
    return found.some((each) => each.row[scenario.fact.field] !== null && each.row[scenario.fact.field] !== undefined);
  }

  test('each case and its denied twin are decided in SQL as counsel said', async () => {
    const wrong: string[] = [];
    for (const each of arranged) {
      const open = await reads(each);
      if (open !== (each.scenario.expect === 'ALLOW'))
        wrong.push(`${each.scenario.title}: ${open ? 'open' : 'closed'}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('without its grounds every allowed case is closed, unless everybody may read it: the claim above is not empty', async () => {
    const allowed = arranged.filter(
      ({ scenario }) => scenario.expect === 'ALLOW' && !scenario.grounds.includes('ANYONE'),
    );
    const open: string[] = [];
    for (const each of allowed) if (await reads(each, maskOf(each.scenario.grounds))) open.push(each.scenario.title);
    expect(open.length).toBeLessThan(allowed.length / 10);
  }, 120_000);

  test('over HTTP, with real tokens, each case that has an id is answered as counsel said', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const each of arranged) {
      const question = asksOver(hub, each);
      if (question === null) continue;
      asked += 1;
      const { data, errors } = await hub.ask({
        as: `case-${each.desk}`,
        query: question.query,
        headers: { 'Sluice-Initiative': initiativeId(hub, each), ...purposeOf(each) },
      });
      const open = errors.length === 0 && question.isOpen(data);
      if (errors.length > 0 || open !== (each.scenario.expect === 'ALLOW'))
        wrong.push(`${each.scenario.title}: ${errors[0]?.message ?? (open ? 'open' : 'closed')}`);
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThanOrEqual(arranged.length * 0.85);
  }, 300_000);

  test('nearly all of them are cases that the vault can hold', () => {
    expect([arranged.length, Object.fromEntries(unfitting)]).toEqual([expect.any(Number), expect.any(Object)]);
    expect(arranged.length).toBeGreaterThanOrEqual(200);
  });
});
