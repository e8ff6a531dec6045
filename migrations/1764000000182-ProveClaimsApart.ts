import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The claims and their proof are two settings, so that none is cut out of the other, and the process of the server is no part of the
 * claims: the server adds its own to what is verified, in four bytes, so that no digit of it can pass for one of the claims.
 * Laws and views of before go with the function of before, and come back with the policy build, until when nothing is disclosed.
 */
const PROVED = `
drop function policy.is_signed(text, bytea, bytea) cascade;
create function policy.is_signed(claims text, proof text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || int4send(pg_backend_pid()) || convert_to(claims, 'UTF8'))), 'hex') = proof
  then to_timestamp(split_part(claims, '|', 5)::float8) >= statement_timestamp()
  else false end;
revoke execute on function policy.is_signed(text, text, bytea, bytea) from public;
grant execute on function policy.is_signed(text, text, bytea, bytea) to sluice_discloser, sluice_reader, sluice_contributor;

create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  claims text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  -- INVARIANT UnsignedViewerReadsNothing: anything but a well-formed, fresh binding of this very connection yields NULL.
  if (claims ~ '^[0-9]{1,9}(?:,[0-9]{1,9})*\\|[0-9]{1,9}\\|[0-9]{1,10}/(?:-|[0-9]{1,9})\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|[0-9]{1,11}$') is not true then
    return null;
  end if;
  select * into k from policy.key limit 1;
  if policy.is_signed(claims, current_setting('sluice.proof', true), k.inner_pad, k.outer_pad) is not true then return null; end if;
  part := string_to_array(claims, '|');
  return row(string_to_array(part[1], ',')::int[], part[2]::int, (split_part(part[3], '/', 1)::bigint & 2147483647)::int, nullif(part[4], '-'),
    nullif(split_part(part[3], '/', 2), '-')::int)::policy.binding;
end $$;
`;

export class ProveClaimsApart1764000000182 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROVED);
  }

  /** Bindings of before are of another form: a hub of before signs them, and its law reads them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SIGNED_BEFORE);
  }
}

/** As migration 181 left both. */
const SIGNED_BEFORE = `
drop function policy.is_signed(text, text, bytea, bytea) cascade;
create function policy.is_signed(setting text, inner_pad bytea, outer_pad bytea) returns boolean language sql stable parallel restricted
return case when encode(sha256(outer_pad || sha256(inner_pad || convert_to(left(setting, -65), 'UTF8'))), 'hex') = right(setting, 64)
  then split_part(setting, '|', 6) = pg_backend_pid()::text
    and to_timestamp(split_part(setting, '|', 5)::float8) >= statement_timestamp()
  else false end;
revoke execute on function policy.is_signed(text, bytea, bytea) from public;
grant execute on function policy.is_signed(text, bytea, bytea) to sluice_discloser, sluice_reader, sluice_contributor;

create or replace function policy.bound() returns policy.binding language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  setting text := current_setting('sluice.viewer', true);
  part text[];
  k policy.key;
begin
  if (setting ~ '^[0-9]{1,9}(?:,[0-9]{1,9})*\\|[0-9]{1,9}\\|[0-9]{1,10}/(?:-|[0-9]{1,9})\\|(?:-|[A-Za-z][A-Za-z0-9_]*)\\|[0-9]{1,11}\\|[0-9]{1,10}\\|[0-9a-f]{64}$') is not true then
    return null;
  end if;
  select * into k from policy.key limit 1;
  if policy.is_signed(setting, k.inner_pad, k.outer_pad) is not true then return null; end if;
  part := string_to_array(setting, '|');
  return row(string_to_array(part[1], ',')::int[], part[2]::int, (split_part(part[3], '/', 1)::bigint & 2147483647)::int, nullif(part[4], '-'),
    nullif(split_part(part[3], '/', 2), '-')::int)::policy.binding;
end $$;
`;
