import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As many as there are classes; a class that is added is closed until a later migration knows it. */
const DATA_CLASS_PLACES = Array.from({ length: 13 }, (_element, index) => index + 1);

/**
 * What a statement costs before it reads a row is counted in nodes of its law (bench/results-boundary.md), so that desk and initiative are
 * found by the text that the setting has for them, whose form `policy.is_sound` checks.
 */
const BY_TEXT = `
create unique index viewer_desk_text on policy.viewer ((desk_no::text));
alter table policy.initiative_gate add column claim text not null
  generated always as (case initiative_no when 0 then '-' else initiative_no::text end) stored unique;

-- Whether a setting is a well-formed, fresh binding of this very connection under the key. One expression, so that it becomes
-- part of the lookup that asks; its body is parsed here, so that no search path changes its meaning.
create or replace function policy.is_sound(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
    -- The hub signs nothing of another form; should it ever, that binds nobody.
    and left(setting, -65) ~ '^v1\\|[0-9][0-9,]*\\|[0-9]{1,9}\\|[0-9]+\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|(?:-|[0-9]+)\\|[0-9]{1,11}\\|[0-9]+$'
  then split_part(setting, '|', 8) = pg_backend_pid()::text
    and split_part(setting, '|', 7)::bigint >= extract(epoch from clock_timestamp())
  else false end;
`;

/** All that the whole law asks about its reader, for one verification; NULL where the binding is not sound. */
const LOOKUPS = `
create function policy.granted_units() returns int[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct (k >> 24)::int), '{}') from unnest(policy.granted()) k
$$;

-- borders: the first days that are too young for an age that begins so many months back, the oldest first; and tomorrow
create function policy.lookups(months_back int[] default '{}', out held int[], out gates int[], out me int, out granted bigint[], out borders date[])
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  masks int[];
begin
  if b.desk_nos is null then return; end if;
  if cardinality(b.desk_nos) = 1 then
    select v.grounds || '{}' into held from policy.viewer v where v.desk_no = b.desk_nos[1] and v.closure_valid;
  end if;
  if held is null then held := policy.grounds(); end if;
  select g.masks into masks from policy.initiative_gate g where g.initiative_no in (coalesce(b.initiative_no, 0), -1) order by g.initiative_no desc limit 1;
  gates := array[${DATA_CLASS_PLACES.map((place) => `masks[${place}] & b.may`).join(', ')}];
  me := b.organisation_no;
  borders := array(select (current_date - make_interval(months => m))::date + 1 from unnest(months_back) m order by m desc) || current_date + 1;
  if b.purpose is not null then granted := policy.granted(); else granted := '{}'; end if;
end $$;
revoke execute on function policy.granted_units(), policy.lookups(int[]) from public;
`;

export class AskOnce1764000000166 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BY_TEXT);
    await runner.query(LOOKUPS);
  }

  /** The answers do not depend on the form; what the generated law no longer asks is dropped with its build. */
  async down(): Promise<void> {}
}
