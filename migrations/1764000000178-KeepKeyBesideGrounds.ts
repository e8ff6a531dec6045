import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a statement looks up before it reads a row is one look: the key stands beside the grounds of each desk, and the grounds of
 * an alliance of up to two thousand units stand in the row itself (bench/results-boundary.md).
 */
const KEY = `
create function policy.pad(place text) returns bytea language sql stable security definer set search_path = pg_catalog
  as $$ select case place when 'inner' then inner_pad else outer_pad end from policy.key limit 1 $$;
revoke execute on function policy.pad(text) from public;
alter table policy.viewer set (toast_tuple_target = 8160);
alter table policy.viewer add column inner_pad bytea default policy.pad('inner'), add column outer_pad bytea default policy.pad('outer');
update policy.viewer set grounds = grounds || '{}';
revoke select on policy.key from sluice_discloser;

create function policy.key_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  update policy.viewer set inner_pad = policy.pad('inner'), outer_pad = policy.pad('outer');
  return null;
end $$;
revoke execute on function policy.key_changed() from public;
create trigger key_changed after insert or update or delete or truncate on policy.key for each statement execute function policy.key_changed();
-- a restore or a replica must not keep a key of another time
alter table policy.key enable always trigger key_changed;
`;

/** Verifies as before; the two times are compared as times, which takes three steps fewer than as numbers. */
const SOUND = `
create or replace function policy.is_sound(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
    -- The hub signs nothing of another form; should it ever, that binds nobody.
    and left(setting, -65) ~ '^v1\\|[0-9][0-9,]*\\|[0-9]{1,9}\\|[0-9]+\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|(?:-|[0-9]+)\\|[0-9]{1,11}\\|[0-9]+$'
  then split_part(setting, '|', 8) = pg_backend_pid()::text
    and to_timestamp(split_part(setting, '|', 7)::float8) >= clock_timestamp()
  else false end;
`;

export class KeepKeyBesideGrounds1764000000178 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEY);
    await runner.query(SOUND);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant select on policy.key to sluice_discloser;
      drop trigger key_changed on policy.key;
      drop function policy.key_changed();
      alter table policy.viewer drop column inner_pad, drop column outer_pad, reset (toast_tuple_target);
      drop function policy.pad(text)`);
  }
}
