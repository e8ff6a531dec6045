import type { QueryResultRow } from 'pg';
import { OpaqueIds } from '../../../src/kernel/opaqueId';
import { PeopleDirectory } from '../../../src/modules/people';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { addMembers, type SmallMember } from '../server/smallAlliance';

describe('the directory of people', () => {
  let database: TestDatabase;
  let auto: SmallMember;
  let ids: OpaqueIds;
  const directory = (): PeopleDirectory => new PeopleDirectory(database.pools.reader, ids);

  beforeAll(async () => {
    database = await createTestDatabase();
    ids = new OpaqueIds(database.secret);
    const members = await addMembers(database.admin, ['auto', 'auto2']);
    const found = members.get('auto');
    if (found === undefined) throw new Error('no auto');
    auto = found;
  });
  afterAll(() => database.drop());

  test('finds one person with affiliations and roles, by subject and by id alike', async () => {
    const bySubject = await directory().findPerson('demo-auto');
    expect(bySubject).toEqual(await directory().findPersonById(auto.personId));
    const from = new Date('2020-01-01T00:00:00Z');
    const { organisationId, unitNo: organisationNo, deskNo } = auto;
    expect(bySubject).toMatchObject({
      personId: auto.personId,
      subject: 'demo-auto',
      machine: false,
      suspended: false,
      affiliations: [
        { organisationId, organisationNo, standing: 'GOOD', deskNo, deskKey: 'main', wall: null, from, to: null },
      ],
      roles: [{ name: 'SITE_OWNER', scope: { kind: 'MEMBER', organisationId }, from, to: null }],
    });
  });

  test('nobody and an odd subject are null', async () => {
    expect(await directory().findPerson("demo-auto' or true --")).toBeNull();
    expect(await directory().findPersonById('00000000-0000-0000-0000-000000000000')).toBeNull();
  });

  test('asks once within a request, and anew in the next', async () => {
    let asked = 0;
    const counting = {
      query: <T extends QueryResultRow>(sql: string, parameters: unknown[]) => {
        asked++;
        return database.pools.reader.query<T>(sql, parameters);
      },
    };
    const first = new PeopleDirectory(counting, ids);
    await Promise.all([first.findPerson('demo-auto'), first.findPerson('demo-auto')]);
    expect(asked).toBe(1);
    await database.admin.query(`update identity.person set deactivated_at = now() where subject = 'demo-auto2'`);
    expect((await first.findPerson('demo-auto2'))?.suspended).toBe(true);
  });

  test('an attested wall, a home and the scope of an office are told; an unknown role gives nothing', async () => {
    const counsel = '11111111-1111-4111-8111-111111111111';
    await database.admin.query('update policy.desk set wall_attested_by = $1 where desk_no = $2', [
      counsel,
      auto.deskNo,
    ]);
    await database.admin.query('update identity.affiliation set wall_attested = true where person_id = $1', [
      auto.personId,
    ]);
    await database.admin.query('update identity.person set organisation_id = $2, machine = true where id = $1', [
      auto.personId,
      auto.organisationId,
    ]);
    await database.admin.query(
      `insert into identity.role (person_id, name, valid_from, valid_to) values ($1, 'ANALYST', '2026-01-01', '2026-02-01'), ($1, 'EMPEROR', '2026-01-01', null)`,
      [auto.personId],
    );
    const person = await directory().findPerson('demo-auto');
    expect(person?.affiliations[0]?.wall?.attestedBy).toBe(counsel);
    expect([person?.organisationId, person?.machine]).toEqual([auto.organisationId, true]);
    expect(person?.roles.map(({ name, scope, to }) => [name, scope.kind, to?.toISOString()])).toEqual([
      ['ANALYST', 'ALLIANCE', '2026-02-01T00:00:00.000Z'],
      ['SITE_OWNER', 'MEMBER', undefined],
    ]);
  });

  test('tells which desks have a closure to compute, of those it has seen', async () => {
    const seen = directory();
    expect(seen.staleDesks([auto.deskNo])).toEqual([]);
    await database.admin.query('update policy.viewer set closure_valid = false where desk_no = $1', [auto.deskNo]);
    await seen.findPerson('demo-auto');
    expect(seen.staleDesks([auto.deskNo, 999])).toEqual([auto.deskNo]);
  });

  test('an initiative is found by the id that this reader was given, and by no other', async () => {
    const alliance = `insert into reference.alliance (name, objective, review_date, minerals, jurisdictions, sectors)
      values ('A', 'o', '2027-01-01', '{copper}', '{}', '{}') returning id`;
    const { rows } = await database.admin.query<{ id: string; no: number }>(
      `with a as (${alliance}) insert into vault.initiative (alliance_id, name, aim) select id, 'I', 'a' from a returning id, initiative_no as no`,
    );
    const initiative = rows[0];
    if (initiative === undefined) throw new Error('no initiative');
    const reader = { personId: auto.personId, idKey: auto.organisationId };
    const found = await directory().findInitiative(ids.encode('initiative', initiative.id, reader.idKey), reader);
    expect(found).toEqual({ initiativeId: initiative.id, initiativeNo: initiative.no });
    expect(await directory().findInitiative(ids.encode('initiative', initiative.id, 'PUBLIC'), reader)).toBeNull();
    expect(await directory().findInitiative(ids.encode('site', initiative.id, reader.idKey), reader)).toBeNull();
    expect(await directory().findInitiative('nonsense', reader)).toBeNull();
  });

  test('its role reads no table of people, only by these functions', async () => {
    for (const table of ['identity.person', 'identity.affiliation', 'identity.role', 'identity.api_key']) {
      await expect(database.pools.reader.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
    await expect(
      database.pools.reader.query('select identity.person_record(null::identity.person)'),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
