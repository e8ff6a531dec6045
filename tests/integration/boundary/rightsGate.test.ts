import { EVERY_GROUND } from '../../../src/policy/grounds';
import { USUAL_RIGHTS } from '../../../src/policy/kinds';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { openAs } from './compare';

/** What the plain way of the law looks up (`policy.rights_gate`) and what functions work out (`policy.gates`), held together. */
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.admin.query(`
    set session_replication_role = replica;
    insert into vault.initiative (alliance_id, name, aim, phase, standing) values
      (gen_random_uuid(), 'standing', 'an aim', 'COOPERATION', true),
      (gen_random_uuid(), 'early', 'an aim', 'CHAMPIONING', false),
      (gen_random_uuid(), 'late', 'an aim', 'COORDINATION', false);
    reset session_replication_role`);
});
afterAll(() => database.drop());

const inNameOf = (initiative: number | null): string => String(initiative ?? '-');

/** `rights: how kept and worked out differ`, over every usual kind and initiative. */
async function differences(): Promise<string[]> {
  const { rows: initiatives } = await database.admin.query<{ no: number }>(
    'select initiative_no as no from vault.initiative order by 1',
  );
  const { rows } = await database.admin.query<{ rights: string; masks: number[] }>('select * from policy.rights_gate');
  const kept = new Map(rows.map(({ rights, masks }) => [rights, masks]));
  const found: string[] = [];
  for (const may of [...USUAL_RIGHTS, EVERY_GROUND]) {
    for (const initiative of [null, ...initiatives.map(({ no }) => no)]) {
      const rights = `${may}/${inNameOf(initiative)}`;
      const session = openAs(database, { desks: [1], organisation: 1, may, purpose: '', initiative });
      const [answer] = await session.query<{ gates: number[] | null }>('select policy.gates() as gates');
      await session.close();
      if (answer?.gates === null || JSON.stringify(kept.get(rights)) !== JSON.stringify(answer?.gates)) {
        found.push(`${rights}: kept ${kept.get(rights)?.join() ?? 'nothing'}, worked out ${answer?.gates?.join()}`);
      }
    }
  }
  return found;
}

const changes: [what: string, sql: string][] = [
  ['as the law was loaded', 'select'],
  ['a step of phase', `update vault.initiative set phase = 'COOPERATION' where name = 'early'`],
  [
    'a freeze of a class',
    `insert into policy.freeze (data_class, reason, frozen_by) values (4, 'a reason', gen_random_uuid())`,
  ],
  [
    'a freeze of one initiative',
    `insert into policy.freeze (initiative_no, reason, frozen_by) select initiative_no, 'a reason', gen_random_uuid() from vault.initiative where name = 'late'`,
  ],
  ['lifted freezes', 'update policy.freeze set lifted_at = now()'],
  ['another law of phases', `update policy.gate set mask = mask & 1023 where data_class = 3`],
  ['the step of another standing initiative', `update vault.initiative set standing = (name = 'late')`],
  [
    'one initiative more, under the roles of a restore',
    `set session_replication_role = replica; insert into vault.initiative (alliance_id, name, aim, phase, standing)
       values (gen_random_uuid(), 'restored', 'an aim', 'COORDINATION', false); reset session_replication_role`,
  ],
];

test.each(changes)('after %s what is kept is what the functions say, for every usual kind', async (_what, sql) => {
  await database.admin.query(sql);
  expect(await differences()).toEqual([]);
});

test('the same look finds a gate that does not follow its cause', async () => {
  await database.admin.query(`
    alter table policy.initiative_gate disable trigger changed;
    update vault.initiative set phase = 'CHAMPIONING' where name = 'early';
    alter table policy.initiative_gate enable always trigger changed`);
  expect(await differences()).not.toEqual([]);
});
