import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every lookup of a statement verifies the bound viewer, so this is the price of a point read. One regular expression with
 * counted repetitions cost five times all the rest, since PostgreSQL builds its automaton anew at each call.
 */
const BOUND = `
create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  -- INVARIANT UnsignedViewerReadsNothing: anything but a well-formed, fresh binding of this very connection yields NULL.
  if setting is null or length(setting) not between 66 and 1000 then return null; end if;
  part := string_to_array(setting, '|');
  if cardinality(part) <> 9 or part[1] <> 'v1' or length(part[9]) <> 64 then return null; end if;
  select * into k from policy.key limit 1;
  if encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') is distinct from part[9] then return null; end if;
  -- The hub signs nothing of another form; should it ever, that binds nobody either.
  if length(part[3]) not between 1 and 9 or length(part[4]) not between 1 and 10 or length(part[6]) not between 1 and 9
    or length(part[7]) not between 1 and 11 or length(part[8]) not between 1 and 9
    or translate(part[3] || part[4] || part[7] || part[8], '0123456789', '') <> ''
    or part[6] <> '-' and translate(part[6], '0123456789', '') <> ''
    or part[5] <> '-' and part[5] !~ '^[A-Za-z][A-Za-z0-9_]*$' or length(part[5]) > 64 then
    return null;
  end if;
  if length(part[2]) not between 1 and 9 or translate(part[2], '0123456789', '') <> '' then
    if part[2] !~ '^[0-9]{1,9}(,[0-9]{1,9})+$' then return null; end if;
  end if;
  if part[8]::int <> pg_backend_pid() then return null; end if;
  if part[7]::bigint < extract(epoch from clock_timestamp()) then return null; end if;
  return row(string_to_array(part[2], ',')::int[], part[3]::int, (part[4]::bigint & 2147483647)::int, nullif(part[5], '-'), nullif(part[6], '-')::int)::policy.binding;
end $$;
`;

/** In PL/pgSQL, whose plans last as long as the connection. */
const GRANTED = `
create or replace function policy.granted() returns bigint[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  keys bigint[];
begin
  if b.organisation_no is null or b.purpose is null then return '{}'; end if;
  select array_agg(distinct g.grant_key) into keys from policy.grant_scope g
  where g.grantee_no = b.organisation_no and g.purpose = b.purpose and g.starts_on <= current_date and current_date < g.ends_on
    and (g.initiative_id is null or exists (select from vault.initiative i where i.id = g.initiative_id and i.initiative_no = b.initiative_no));
  return coalesce(keys, '{}');
end $$;
create or replace function policy.organisation_no() returns int language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  return (policy.bound()).organisation_no;
end $$;
`;

const CLOSURE_GROUNDS = (1 << 12) | (1 << 13) | (1 << 22) | (1 << 23);
const SELF_GROUND = 1 << 8;

/** The freezes are looked at once, not once for each class. */
const GATES = `
create or replace function policy.gates() returns int[] language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  b policy.binding := policy.bound();
  current_phase text;
  current_initiative int;
  allowed int;
  frozen int;
  masks int[];
begin
  if b.desk_nos is null then return null; end if;
  select phase, initiative_no into current_phase, current_initiative from vault.initiative
    where initiative_no = b.initiative_no or (b.initiative_no is null and standing) order by initiative_no limit 1;
  current_phase := coalesce(current_phase, 'CHAMPIONING');
  allowed := b.may;
  if exists (select from policy.viewer where desk_no = any(b.desk_nos) and not closure_valid) then
    allowed := allowed & ~${CLOSURE_GROUNDS};
  end if;
  select coalesce(bit_or(case when f.data_class is null then -1 else 1 << f.data_class end), 0) into frozen
    from policy.freeze f where f.lifted_at is null and (f.initiative_no is null or f.initiative_no = current_initiative);
  -- reference data and public claims cannot be frozen
  select array_agg(g.mask & allowed & case when g.data_class > 1 and frozen & (1 << g.data_class) <> 0 then ${SELF_GROUND} else -1 end order by g.data_class)
    into masks from policy.gate g where g.phase = current_phase;
  return masks;
end $$;
`;

/** What a statement asks about its viewer, cheaper; the answers are those of before. */
export class BindFaster1764000000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BOUND);
    await runner.query(GRANTED);
    await runner.query(GATES);
  }

  /** The answers do not depend on the form, so that the older form need not come back. */
  async down(): Promise<void> {}
}
