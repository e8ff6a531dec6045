import { judge, prepareLaw, readLawSources } from '../../../src/lawCompiler';
import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS } from '../../../src/policy/cells';
import { isGroundName } from '../../../src/policy/grounds';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';
import { randomWorld, type RandomWorld } from '../../support/randomWorld';
import { opensAlone } from '../../support/referenceModel/law';
import type { Law } from '../../support/referenceModel/policy';
import { Random } from '../../support/seededRandom';
import { compareWithModel, readHeld, type Held } from './compare';
import { brokenLinksAtEnds, compareLinksAtEnds, LINKS_OPEN_AT } from './linksAtEnds';
import { liftConstraints, readTableShapes, writeWorld } from './vaultDoor';

const full = process.env.SLUICE_FULL === '1';
const seed = Number(process.env.SLUICE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const size = full ? { facts: 100_000, readers: 8 } : { facts: 5000, readers: 6 };

const { law, audienceOf } = prepareLaw(readLawSources('.'));

function codeOf<T extends string>(codes: readonly T[], text: string): T {
  const found = codes.find((code) => code === text);
  if (found === undefined) throw new Error(`\`${text}\` is no code`);
  return found;
}

/** Cedar, asked when a cell is first needed. */
function cedar(): Law {
  const answers = new Map<string, boolean>();
  return (reason, gates) => {
    const key = `${reason} ${Object.values(gates).join(' ')}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (!isGroundName(reason)) throw new Error(`\`${reason}\` is no ground`);
    const cells = [
      { gate: 'tier', tier: codeOf(TIERS, gates.tier) },
      { gate: 'sensitivity', sensitivity: codeOf(SENSITIVITIES, gates.sensitivity), age: codeOf(AGES, gates.age) },
      { gate: 'phase', phase: codeOf(PHASES, gates.phase), dataClass: codeOf(DATA_CLASSES, gates.dataClass) },
    ] as const;
    const allowed = cells.every((cell) => {
      const part = `${reason} ${JSON.stringify(cell)}`;
      const before = answers.get(part) ?? judge(law, reason, cell, audienceOf).allowed;
      answers.set(part, before);
      return before;
    });
    answers.set(key, allowed);
    return allowed;
  };
}

describe(`a random world, SLUICE_SEED=${seed}`, () => {
  let database: TestDatabase;
  let world: RandomWorld;
  let held: Held;

  beforeAll(async () => {
    database = await createTestDatabase();
    await liftConstraints(database.admin);
    const shapes = await readTableShapes(database.admin);
    const { rows } = await database.admin.query<{ today: string }>(`select current_date::text as today`);
    world = randomWorld(new Random(seed), rows[0]?.today ?? '', shapes, size);
    await runAsAdmin(database.url, (client) => writeWorld(client, world, shapes));
    held = await readHeld(database);
  }, 600_000);
  afterAll(() => database.drop());

  test('SQL discloses exactly what Cedar decides and a model without SQL says, fact by fact and field by field', async () => {
    const cedarSays = cedar();
    const started = performance.now();
    const result = await compareWithModel(database, world, held, (reason, gates) => {
      const opens = cedarSays(reason, gates);
      if (opens !== opensAlone(reason, gates))
        throw new Error(`Cedar and the model differ: ${reason} ${JSON.stringify(gates)}`);
      return opens;
    });
    expect(result.differences.slice(0, 20)).toEqual([]);
    expect(result.rows).toBeGreaterThanOrEqual(size.facts * size.readers);
    expect(result.disclosedRows).toBeGreaterThan(size.facts / 10);
    if (full) {
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const { rows, fields, disclosedRows, differences } = result;
      console.log(
        `| ${[seed, size.facts, size.readers, rows, fields, disclosedRows, differences.length, seconds].join(' | ')} |`,
      );
    }
  }, 1_800_000);

  test('the links that a list by ends looks at are those that the view discloses, no more and no fewer', async () => {
    const { given, differences } = await compareLinksAtEnds(database, world, held);
    expect(differences).toEqual([]);
    expect(given).toBeGreaterThan(100);
  });

  test.each(brokenLinksAtEnds)('a broken twin is caught: %s', async (_name, from, to) => {
    const text = 'select pg_get_functiondef($1::regprocedure) as sql';
    const [stored] = (await database.admin.query<{ sql: string }>(text, [LINKS_OPEN_AT])).rows;
    const sql = stored?.sql ?? '';
    expect(sql).toContain(from);
    await database.admin.query(sql.replaceAll(from, to));
    try {
      expect((await compareLinksAtEnds(database, world, held)).differences).not.toEqual([]);
    } finally {
      await database.admin.query(sql);
    }
  });
});
