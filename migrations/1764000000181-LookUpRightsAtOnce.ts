import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The binding is verified by an expression that PostgreSQL really makes part of the statement: `policy.is_sound` asked
 * clock_timestamp(), which is volatile, and so was called. The form is checked where parts of the text are used as numbers, in
 * `policy.bound()`: as a part of the statement it cost more than the signature. The version has gone into the key.
 */
const SIGNED = `
create function policy.is_signed(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
  then split_part(setting, '|', 6) = pg_backend_pid()::text
    and to_timestamp(split_part(setting, '|', 5)::float8) >= statement_timestamp()
  else false end;

create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  -- INVARIANT UnsignedViewerReadsNothing: anything but a well-formed, fresh binding of this very connection yields NULL.
  if (setting ~ '^[0-9]{1,9}(?:,[0-9]{1,9})*\\|[0-9]{1,9}\\|[0-9]{1,10}/(?:-|[0-9]{1,9})\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|[0-9]{1,11}\\|[0-9]{1,10}\\|[0-9a-f]{64}$') is not true then
    return null;
  end if;
  select * into k from policy.key limit 1;
  if policy.is_signed(setting, k.inner_pad, k.outer_pad) is not true then return null; end if;
  part := string_to_array(setting, '|');
  return row(string_to_array(part[1], ',')::int[], part[2]::int, (split_part(part[3], '/', 1)::bigint & 2147483647)::int, nullif(part[4], '-'),
    nullif(split_part(part[3], '/', 2), '-')::int)::policy.binding;
end $$;
revoke execute on function policy.is_signed(text, bytea, bytea) from public;
grant execute on function policy.is_signed(text, bytea, bytea) to sluice_discloser, sluice_reader, sluice_contributor;
-- Laws and views of before go with it, and come back with the policy build, until when nothing is disclosed.
drop function policy.is_sound(text, bytea, bytea) cascade;
`;

/** What a person may use and the gates of an initiative are one lookup, by the very text of the binding that names both. */
const RIGHTS = `
-- What the usual kinds of viewers may use; others are looked up by the whole law alone.
create table policy.may (mask int primary key);
-- One mask per data class (element data_class + 1); \`rights\`: may/initiative, '-' for the standing one.
-- Half empty pages, so that one row is found by its key, as a whole page of them would not be.
create table policy.rights_gate (rights text collate "C" primary key, masks int[] not null) with (fillfactor = 10);

create function policy.rights_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  delete from policy.rights_gate;
  insert into policy.rights_gate (rights, masks)
  select m.mask || '/' || case i.initiative_no when 0 then '-' else i.initiative_no::text end,
    array(select gate & m.mask from unnest(i.masks) with ordinality as g(gate, place) order by place)
  from policy.initiative_gate i, policy.may m where i.initiative_no >= 0;
  return null;
end $$;
revoke execute on function policy.rights_changed() from public;
create trigger rights_changed after insert or update or delete or truncate on policy.initiative_gate for each statement execute function policy.rights_changed();
create trigger rights_changed after insert or update or delete or truncate on policy.may for each statement execute function policy.rights_changed();
-- a restore or a replica must not keep gates of another time
alter table policy.initiative_gate enable always trigger rights_changed;
alter table policy.may enable always trigger rights_changed;
grant select on policy.rights_gate to sluice_discloser;
revoke select on policy.initiative_gate from sluice_discloser;
alter table policy.initiative_gate drop column claim;
`;

export class LookUpRightsAtOnce1764000000181 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SIGNED);
    await runner.query(RIGHTS);
  }

  /** Bindings of before are of another form: a hub of before signs them, and its law reads them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table policy.initiative_gate add column claim text not null
        generated always as (case initiative_no when 0 then '-' else initiative_no::text end) stored unique;
      grant select on policy.initiative_gate to sluice_discloser;
      drop table policy.rights_gate cascade;
      drop trigger rights_changed on policy.initiative_gate;
      drop table policy.may;
      drop function policy.rights_changed()`);
    await runner.query(SOUND_BEFORE);
  }
}

/** As migration 178 left both. */
const SOUND_BEFORE = `
create function policy.is_sound(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
    and left(setting, -65) ~ '^v1\\|[0-9][0-9,]*\\|[0-9]{1,9}\\|[0-9]+\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|(?:-|[0-9]+)\\|[0-9]{1,11}\\|[0-9]+$'
  then split_part(setting, '|', 8) = pg_backend_pid()::text
    and to_timestamp(split_part(setting, '|', 7)::float8) >= clock_timestamp()
  else false end;
revoke execute on function policy.is_sound(text, bytea, bytea) from public;
grant execute on function policy.is_sound(text, bytea, bytea) to sluice_discloser, sluice_reader, sluice_contributor;

create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  select * into k from policy.key limit 1;
  if policy.is_sound(setting, k.inner_pad, k.outer_pad) is not true then return null; end if;
  part := string_to_array(setting, '|');
  if length(part[4]) > 10 or length(part[6]) > 9 then return null; end if;
  if length(part[2]) > 9 and part[2] !~ '^[0-9]{1,9}(,[0-9]{1,9})+$' or part[2] ~ ',,|,$' then return null; end if;
  return row(string_to_array(part[2], ',')::int[], part[3]::int, (part[4]::bigint & 2147483647)::int, nullif(part[5], '-'), nullif(part[6], '-')::int)::policy.binding;
end $$;
drop function policy.is_signed(text, bytea, bytea) cascade;
`;
