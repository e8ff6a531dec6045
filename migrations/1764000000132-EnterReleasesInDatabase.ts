import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Enters the open cells of a release into a ledger that the transaction holds: which figures stand behind a cell follows from
 * its place in the frozen inputs, and none of their names leaves the database. One entry a set, since each is chained to the
 * one before it. \`cells\` names the sum that each cell tells and its place in the release; cells that tell nothing that is
 * not in others are not among them.
 */
const ENTER = `
create function trustee.enter_release(of_release uuid, of_family text, of_period text, cells jsonb, is_weighed boolean, roots jsonb, countries jsonb, law text) returns int
language plpgsql set search_path = pg_catalog as $$
declare
  last int;
  entered int := 0;
  one record;
begin
  select version into last from trustee.ledger where family = of_family for update;
  for one in
    with placed as (
      select i.figure, m.code as mineral, s.code as stage, p.code as place
      from trustee.release r join trustee.input i on i.snapshot_id = r.snapshot_id,
        unnest(array[i.mineral, roots ->> 'mineral']) m(code), unnest(array[i.stage, roots ->> 'stage']) s(code),
        unnest(array[i.country, countries ->> i.country, roots ->> 'place']) p(code)
      where r.id = of_release and (i.weight is not null or not is_weighed)),
    told as (
      select n.place, n.sum, coalesce(c.coordinates ->> 'mineral', roots ->> 'mineral') as mineral, coalesce(c.coordinates ->> 'stage', roots ->> 'stage') as stage,
        coalesce(c.coordinates ->> 'place', roots ->> 'place') as where_it_lies
      from jsonb_to_recordset(cells) as n(place int, position int, sum text) join trustee.cell c on c.release_id = of_release and c.position = n.position
      where not c.suppressed),
    sets as (
      -- each place once, whatever is told of it
      select t.mineral, t.stage, t.where_it_lies, array_agg(p.figure order by p.figure collate "C") as figures,
        encode(sha256(convert_to('[' || string_agg(to_json(p.figure)::text, ',' order by p.figure collate "C") || ']', 'UTF8')), 'hex') as set_key
      from (select distinct mineral, stage, where_it_lies from told) t
        join placed p on p.mineral = t.mineral and p.stage = t.stage and p.place = t.where_it_lies
      group by 1, 2, 3)
    select t.sum, s.figures, s.set_key from told t join sets s using (mineral, stage, where_it_lies) order by t.place
  loop
    continue when exists (select from trustee.ledger_entry e where e.family = of_family and e.measure = one.sum and e.period = of_period and e.set_key = one.set_key);
    entered := entered + 1;
    insert into trustee.ledger_entry (family, version, measure, period, set_key, figures, release_id, law_hash)
    values (of_family, last + entered, one.sum, of_period, one.set_key, one.figures, of_release, law);
  end loop;
  return entered;
end $$;
revoke execute on function trustee.enter_release(uuid, text, text, jsonb, boolean, jsonb, jsonb, text) from public;
grant execute on function trustee.enter_release(uuid, text, text, jsonb, boolean, jsonb, jsonb, text) to sluice_trustee;
`;

/** Publishing a table of a million figures without moving their names. */
export class EnterReleasesInDatabase1764000000132 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENTER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function trustee.enter_release(uuid, text, text, jsonb, boolean, jsonb, jsonb, text)');
  }
}
