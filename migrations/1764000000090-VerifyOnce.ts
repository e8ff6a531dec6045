import type { MigrationInterface, QueryRunner } from 'typeorm';

const SELF_GROUND = 1 << 8;
/** As many as there were classes when this was written; a class that is added is closed until a later migration knows it. */
const DATA_CLASS_PLACES = Array.from({ length: 12 }, (_element, index) => index + 1);
const CLOSURE_GROUNDS = (1 << 12) | (1 << 13) | (1 << 22) | (1 << 23);

/**
 * The gates of every initiative, ready to be read: phase and freezes change rarely, and are read by every statement. Rewritten
 * in the transaction of the cause, so that a freeze or a step of phase holds for the next snapshot.
 */
const GATES = `
-- 0: the context of whoever names no initiative, the standing one; -1: of an initiative that does not exist
create table policy.initiative_gate (initiative_no int primary key, masks int[] not null);

create function policy.refresh_gates() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  -- INVARIANT GatesFollowTheirCause: whoever waited here reads what the other wrote, since each statement has its own snapshot.
  lock table policy.initiative_gate in share row exclusive mode;
  delete from policy.initiative_gate;
  insert into policy.initiative_gate (initiative_no, masks)
  select context.place, array(
    select coalesce(g.mask, 0) & case
      -- reference data and public claims cannot be frozen
      when class_no > 1 and exists (select from policy.freeze f where f.lifted_at is null
        and (f.data_class is null or f.data_class = class_no) and (f.initiative_no is null or f.initiative_no = context.initiative_no))
      then ${SELF_GROUND} else -1 end
    from generate_series(0, (select max(data_class) from policy.gate)) class_no
    left join policy.gate g on g.phase = context.phase and g.data_class = class_no order by class_no)
  from (
    select initiative_no as place, initiative_no, phase from vault.initiative
    union all
    select 0, s.initiative_no, coalesce(s.phase, 'CHAMPIONING')
    from (select 1) always left join lateral (select initiative_no, phase from vault.initiative where standing order by initiative_no limit 1) s on true
    union all
    select -1, null, 'CHAMPIONING') context;
end $$;

create function policy.gates_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform policy.refresh_gates();
  return null;
end $$;
create trigger gates_changed after insert or update or delete on vault.initiative for each statement execute function policy.gates_changed();
create trigger gates_changed after insert or update or delete on policy.freeze for each statement execute function policy.gates_changed();
create trigger gates_changed after insert or update or delete on policy.gate for each statement execute function policy.gates_changed();
-- a restore or a replica must not keep gates of another time
alter table vault.initiative enable always trigger gates_changed;
alter table policy.freeze enable always trigger gates_changed;
alter table policy.gate enable always trigger gates_changed;
select policy.refresh_gates();
`;

/**
 * Every lookup of a statement verifies the bound viewer, and a point read is bound by these lookups. The
 * commonest two stand in the law itself as sub-selects (src/policy/boundary.ts): a function in PL/pgSQL builds its expressions
 * anew in each transaction, which costs more than all the rest.
 */
const LOOKUPS = `
-- Whether a setting is a well-formed, fresh binding of this very connection under the key. One expression, so that it becomes
-- part of the lookup that asks; its body is parsed here, so that no search path changes its meaning.
create function policy.is_sound(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
  -- The hub signs nothing of another form; should it ever, that binds nobody. (Counted repetitions would cost ten times as much.)
  and setting ~ '^v1\\|[0-9][0-9,]*\\|[0-9]+\\|[0-9]+\\|(-|[A-Za-z][A-Za-z0-9_]*)\\|(-|[0-9]+)\\|[0-9]+\\|[0-9]+\\|[0-9a-f]+$'
  and length(setting) <= 1000 and length(split_part(setting, '|', 3)) <= 9 and length(split_part(setting, '|', 4)) <= 10
  and length(split_part(setting, '|', 6)) <= 9 and length(split_part(setting, '|', 7)) <= 11
  and split_part(setting, '|', 8) = pg_backend_pid()::text
  and case when length(split_part(setting, '|', 7)) <= 11 then split_part(setting, '|', 7)::bigint end >= extract(epoch from clock_timestamp());

create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  select * into k from policy.key limit 1;
  -- INVARIANT UnsignedViewerReadsNothing: anything but a well-formed, fresh binding of this very connection yields NULL.
  if policy.is_sound(setting, k.inner_pad, k.outer_pad) is not true then return null; end if;
  part := string_to_array(setting, '|');
  if length(part[2]) > 9 and part[2] !~ '^[0-9]{1,9}(,[0-9]{1,9})+$' or part[2] ~ ',,|,$' then return null; end if;
  return row(string_to_array(part[2], ',')::int[], part[3]::int, (part[4]::bigint & 2147483647)::int, nullif(part[5], '-'), nullif(part[6], '-')::int)::policy.binding;
end $$;

-- The grounds of the bound desk towards every unit; of several desks what all of them have. Those along the chain only where
-- they are valid in this snapshot.
create or replace function policy.grounds() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  desks int[] := (policy.bound()).desk_nos;
begin
  if cardinality(desks) = 1 then
    return (select case when closure_valid then grounds || '{}' else array(
        select mask & ~${CLOSURE_GROUNDS} from unnest(grounds) with ordinality as g(mask, place) order by place) end
      from policy.viewer where desk_no = desks[1]);
  end if;
  return (select array_agg(mask order by place) from (
    select place, bit_and(case when closure_valid then mask else mask & ~${CLOSURE_GROUNDS} end) as mask
    from policy.viewer, unnest(grounds) with ordinality as g(mask, place)
    where desk_no = any(desks) group by place having count(*) = cardinality(desks)) common);
end $$;

-- One mask per data class (element data_class + 1): phase of the bound initiative in this snapshot and what counsel has frozen,
-- narrowed to what the person may use.
create or replace function policy.gates() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  masks int[];
begin
  if b.desk_nos is null then return null; end if;
  select g.masks into masks from policy.initiative_gate g where g.initiative_no in (coalesce(b.initiative_no, 0), -1) order by g.initiative_no desc limit 1;
  -- element by element: an expression costs a tenth of a query
  return array[${DATA_CLASS_PLACES.map((place) => `masks[${place}] & b.may`).join(', ')}];
end $$;

revoke execute on function policy.is_sound(text, bytea, bytea), policy.refresh_gates(), policy.gates_changed() from public;
-- the lookups of the law read these as the owner of the views, in the reader's own snapshot
grant select on policy.key, policy.viewer, policy.initiative_gate to sluice_discloser;
grant execute on function policy.is_sound(text, bytea, bytea) to sluice_discloser, sluice_reader, sluice_contributor;
`;

/** What a statement asks about its viewer, cheaper; the answers are those of before. */
export class VerifyOnce1764000000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GATES);
    await runner.query(LOOKUPS);
  }

  /** The lookups of before do not read the gates that are kept here; the answers do not depend on the form. */
  async down(): Promise<void> {}
}
