import type { MigrationInterface, QueryRunner } from 'typeorm';

/** SELF, as it is numbered for good. */
const SELF_GROUND = 1 << 8;

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
-- Pages nearly empty, so that a row is found by its key: of a few full pages the planner would compare each row.
create table policy.rights_gate (
  may int not null,
  initiative_no int not null,
  rights text collate "C" generated always as (may::text || '/' || case initiative_no when 0 then '-' else initiative_no::text end) stored primary key,
  masks int[] not null
) with (fillfactor = 10);

create function policy.initiative_gate_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  case tg_op
    when 'TRUNCATE' then delete from policy.rights_gate;
    when 'DELETE' then delete from policy.rights_gate r using changed c where r.initiative_no = c.initiative_no;
    else
      insert into policy.rights_gate (may, initiative_no, masks)
      select m.mask, c.initiative_no, array(select gate & m.mask from unnest(c.masks) with ordinality as g(gate, place) order by place)
      from changed c, policy.may m where c.initiative_no >= 0
      on conflict (rights) do update set masks = excluded.masks;
  end case;
  return null;
end $$;
create function policy.may_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' then
    delete from policy.rights_gate r using changed c where r.may = c.mask;
  else
    insert into policy.rights_gate (may, initiative_no, masks)
    select c.mask, i.initiative_no, array(select gate & c.mask from unnest(i.masks) with ordinality as g(gate, place) order by place)
    from changed c, policy.initiative_gate i where i.initiative_no >= 0;
  end if;
  return null;
end $$;
revoke execute on function policy.initiative_gate_changed(), policy.may_changed() from public;
create trigger added after insert on policy.initiative_gate referencing new table as changed for each statement execute function policy.initiative_gate_changed();
create trigger changed after update on policy.initiative_gate referencing new table as changed for each statement execute function policy.initiative_gate_changed();
create trigger removed after delete on policy.initiative_gate referencing old table as changed for each statement execute function policy.initiative_gate_changed();
create trigger emptied after truncate on policy.initiative_gate for each statement execute function policy.initiative_gate_changed();
create trigger added after insert on policy.may referencing new table as changed for each statement execute function policy.may_changed();
create trigger removed after delete on policy.may referencing old table as changed for each statement execute function policy.may_changed();
-- a restore or a replica must not keep gates of another time
alter table policy.initiative_gate enable always trigger added, enable always trigger changed, enable always trigger removed, enable always trigger emptied;
alter table policy.may enable always trigger added, enable always trigger removed;
grant select on policy.rights_gate to sluice_discloser;
revoke select on policy.initiative_gate from sluice_discloser;
alter table policy.initiative_gate drop column claim;

-- As before, but what stays the same is not written, since each row that changes is kept anew for every usual kind.
create or replace function policy.refresh_gates() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  -- INVARIANT GatesFollowTheirCause: whoever waited here reads what the other wrote, since each statement has its own snapshot.
  lock table policy.initiative_gate in share row exclusive mode;
  with fresh as (
    select context.place, array(
      select coalesce(g.mask, 0) & case
        -- reference data and public claims cannot be frozen
        when class_no > 1 and exists (select from policy.freeze f where f.lifted_at is null
          and (f.data_class is null or f.data_class = class_no) and (f.initiative_no is null or f.initiative_no = context.initiative_no))
        then ${SELF_GROUND} else -1 end
      from generate_series(0, (select max(data_class) from policy.gate)) class_no
      left join policy.gate g on g.phase = context.phase and g.data_class = class_no order by class_no) as masks
    from (
      select initiative_no as place, initiative_no, phase from vault.initiative
      union all
      select 0, s.initiative_no, coalesce(s.phase, 'CHAMPIONING')
      from (select 1) always left join lateral (select initiative_no, phase from vault.initiative where standing order by initiative_no limit 1) s on true
      union all
      select -1, null, 'CHAMPIONING') context),
  gone as (delete from policy.initiative_gate where initiative_no not in (select place from fresh))
  insert into policy.initiative_gate as kept (initiative_no, masks) select place, masks from fresh
  on conflict (initiative_no) do update set masks = excluded.masks where kept.masks is distinct from excluded.masks;
end $$;
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
      drop table policy.may;
      drop function policy.initiative_gate_changed() cascade;
      drop function policy.may_changed()`);
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
