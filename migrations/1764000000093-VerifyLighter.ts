import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The same check of the bound viewer for two thirds of its cost: the signature first, the form of what it covers without
 * its 64 digits, and lengths only of the parts that the lookups of the law do not bound themselves.
 */
const LOOKUPS = `
-- Whether a setting is a well-formed, fresh binding of this very connection under the key. One expression, so that it becomes
-- part of the lookup that asks; its body is parsed here, so that no search path changes its meaning.
create or replace function policy.is_sound(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
    -- The hub signs nothing of another form; should it ever, that binds nobody. (Counted repetitions would cost ten times as much.)
    and left(setting, -65) ~ '^v1\\|[0-9][0-9,]*\\|[0-9]+\\|[0-9]+\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|(?:-|[0-9]+)\\|[0-9]+\\|[0-9]+$'
    and length(setting) <= 1000 and length(split_part(setting, '|', 3)) <= 9 and length(split_part(setting, '|', 7)) <= 11
  then split_part(setting, '|', 8) = pg_backend_pid()::text
    and split_part(setting, '|', 7)::bigint >= extract(epoch from clock_timestamp())
  else false end;

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
  if length(part[4]) > 10 or length(part[6]) > 9 then return null; end if;
  if length(part[2]) > 9 and part[2] !~ '^[0-9]{1,9}(,[0-9]{1,9})+$' or part[2] ~ ',,|,$' then return null; end if;
  return row(string_to_array(part[2], ',')::int[], part[3]::int, (part[4]::bigint & 2147483647)::int, nullif(part[5], '-'), nullif(part[6], '-')::int)::policy.binding;
end $$;
`;

export class VerifyLighter1764000000093 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LOOKUPS);
  }

  /** The form of before gives the same answers. */
  async down(): Promise<void> {}
}
