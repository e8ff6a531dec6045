import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As many as there are classes; a class that is added is closed until a later migration knows it. */
const DATA_CLASS_PLACES = Array.from({ length: 13 }, (_element, index) => index + 1);

/**
 * What `policy.lookups()` gave as columns is one value that the functions of the whole law are given (src/policy/wholeLaw.ts).
 * Laws and views that asked the columns go with it, and come back with the policy build, until when nothing is disclosed.
 */
const KNOWN = `
create type policy.known as (held int[], gates int[], me int, granted bigint[], borders date[]);

-- All that the whole law asks about its reader, for one verification; NULL where the binding is not sound.
-- borders: the first days that are too young for an age that begins so many months back, the oldest first; and tomorrow
create function policy.known(months_back int[]) returns policy.known language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  held int[];
  masks int[];
begin
  if b.desk_nos is null then return null; end if;
  if cardinality(b.desk_nos) = 1 then
    select v.grounds || '{}' into held from policy.viewer v where v.desk_no = b.desk_nos[1] and v.closure_valid;
  end if;
  select g.masks into masks from policy.initiative_gate g where g.initiative_no in (coalesce(b.initiative_no, 0), -1) order by g.initiative_no desc limit 1;
  return row(coalesce(held, policy.grounds()), array[${DATA_CLASS_PLACES.map((place) => `masks[${place}] & b.may`).join(', ')}], b.organisation_no,
    case when b.purpose is null then '{}' else policy.granted() end,
    array(select (current_date - make_interval(months => m))::date + 1 from unnest(months_back) m order by m desc) || current_date + 1)::policy.known;
end $$;
revoke execute on function policy.known(int[]) from public;
drop function policy.lookups(int[]) cascade;
`;

export class KnowReaderAsOneValue1764000000179 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KNOWN);
  }

  /** The columns of before, for laws of before. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function policy.lookups(months_back int[] default '{}', out held int[], out gates int[], out me int, out granted bigint[], out borders date[])
      language sql stable security definer set search_path = pg_catalog
      as $$ select k.held, k.gates, k.me, k.granted, k.borders from policy.known(months_back) k $$;
      revoke execute on function policy.lookups(int[]) from public`);
  }
}
