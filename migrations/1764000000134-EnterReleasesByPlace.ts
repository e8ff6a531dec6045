import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * As before (\`EnterReleasesInDatabase\`), but that every figure is named and set in order once, by its elementary place, and
 * a set is put together from the places inside it: with a million figures in twelve cells each, sorting names is the work.
 * In one order of its own: whoever reads the ledger compares the hash of a set with that of its names in order.
 */
const ENTER = `
create or replace function trustee.enter_release(of_release uuid, of_family text, of_period text, cells jsonb, is_weighed boolean, roots jsonb, countries jsonb, law text) returns int
language plpgsql set search_path = pg_catalog set work_mem = '256MB' as $$
declare
  last int;
  entered int := 0;
  one record;
  key text;
  sum_name text;
begin
  select version into last from trustee.ledger where family = of_family for update;
  for one in
    with named as (
      select h.mineral, h.stage, h.country, h.head || t.tail as figure, (row_number() over (order by (h.head || t.tail) collate "C"))::int as place
      from trustee.release r join trustee.holding h on h.snapshot_id = r.snapshot_id cross join lateral unnest(h.tails) t(tail)
      where r.id = of_release and (h.weight is not null or not is_weighed)),
    leaf as materialized (
      select n.mineral, n.stage, n.country, array_agg(n.figure) as figures, array_agg(n.place) as places from named n group by 1, 2, 3),
    told as (
      select n.place, n.sum, coalesce(c.coordinates ->> 'mineral', roots ->> 'mineral') as mineral, coalesce(c.coordinates ->> 'stage', roots ->> 'stage') as stage,
        coalesce(c.coordinates ->> 'place', roots ->> 'place') as where_it_lies
      from jsonb_to_recordset(cells) as n(place int, position int, sum text) join trustee.cell c on c.release_id = of_release and c.position = n.position
      where not c.suppressed),
    -- each set once, whatever is told of it
    asked as materialized (
      select t.mineral, t.stage, t.where_it_lies, array_agg(t.sum order by t.place) as sums from told t group by 1, 2, 3 order by min(t.place))
    select a.sums, s.figures from asked a cross join lateral (
      select array_agg(f.figure order by f.place) as figures from leaf l cross join lateral unnest(l.figures, l.places) f(figure, place)
      where a.mineral in (l.mineral, roots ->> 'mineral') and a.stage in (l.stage, roots ->> 'stage')
        and a.where_it_lies in (l.country, countries ->> l.country, roots ->> 'place')) s
    where s.figures is not null
  loop
    key := encode(sha256(convert_to(to_json(one.figures)::text, 'UTF8')), 'hex');
    foreach sum_name in array one.sums loop
      continue when exists (select from trustee.ledger_entry e where e.family = of_family and e.measure = sum_name and e.period = of_period and e.set_key = key);
      entered := entered + 1;
      insert into trustee.ledger_entry (family, version, measure, period, set_key, figures, release_id, law_hash)
      values (of_family, last + entered, sum_name, of_period, key, one.figures, of_release, law);
    end loop;
  end loop;
  return entered;
end $$;
`;

/** Publishing a table of a million figures in seconds. */
export class EnterReleasesByPlace1764000000134 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENTER);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('this step only makes the one before it faster: restore a backup instead'));
  }
}
