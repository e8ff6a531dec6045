import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every entry of a ledger carries a hash over itself and the entry before it, and the ledger the last one, so that a node
 * which keeps the state of a ledger in memory can tell that it stands on the same entries. The database makes the chain,
 * whoever writes.
 */
const CHAIN = `
alter table trustee.ledger add column head text not null default '', add column place text not null default '', add column adopted_because text;
alter table trustee.ledger_entry add column entry_hash text;

create function trustee.hash_of_entry(previous text, e trustee.ledger_entry) returns text language sql immutable set search_path = pg_catalog as $$
  select encode(sha256(convert_to(previous || E'\\n' || e.version || E'\\n' || e.measure || E'\\n' || e.period || E'\\n' || e.set_key || E'\\n'
    || array_to_string(e.figures, E'\\n') || E'\\n' || coalesce(e.answer::text, ''), 'UTF8')), 'hex')
$$;

-- Entries made before the chain was: chained once, in order.
alter table trustee.ledger_entry disable trigger append_only;
do $$
declare
  e trustee.ledger_entry;
  last text;
  family_before text := null;
begin
  for e in select * from trustee.ledger_entry order by family, version loop
    if e.family is distinct from family_before then last := ''; end if;
    last := trustee.hash_of_entry(last, e);
    update trustee.ledger_entry set entry_hash = last where family = e.family and version = e.version;
    update trustee.ledger set head = last where family = e.family;
    family_before := e.family;
  end loop;
end $$;
alter table trustee.ledger_entry enable trigger append_only;
alter table trustee.ledger_entry alter column entry_hash set not null;

create function trustee.chain_entry() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  previous trustee.ledger;
begin
  select * into previous from trustee.ledger where family = new.family for update;
  if new.version <> previous.version + 1 or previous.sealed_because is not null then raise exception 'an entry follows the last one of an open ledger'; end if;
  new.entry_hash := trustee.hash_of_entry(previous.head, new);
  return new;
end $$;
create function trustee.advance_ledger() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  update trustee.ledger set version = new.version, head = new.entry_hash where family = new.family;
  return null;
end $$;
create trigger chained before insert on trustee.ledger_entry for each row execute function trustee.chain_entry();
create trigger advances after insert on trustee.ledger_entry for each row execute function trustee.advance_ledger();
`;

/**
 * Where a ledger lives: cluster, timeline, database and table. A restore from a base backup or a promoted replica starts a
 * new timeline, a restore from a dump another table; either may be behind what was answered, so a ledger found elsewhere than
 * it was begun answers nothing until somebody takes the responsibility in writing. Functions of the control file are
 * revoked from everybody else; where even the owner may not call them, database and table still tell a dump.
 */
const PLACE = `
create function trustee.place() returns text language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  cluster text := 'unknown';
begin
  begin
    select s.system_identifier || '/' || c.timeline_id into cluster from pg_control_system() s, pg_control_checkpoint() c;
  exception when insufficient_privilege then null;
  end;
  return cluster || '/' || (select oid from pg_database where datname = current_database()) || '/' || 'trustee.ledger_entry'::regclass::oid;
end $$;
revoke execute on function trustee.place(), trustee.hash_of_entry(text, trustee.ledger_entry) from public;
grant execute on function trustee.place(), trustee.hash_of_entry(text, trustee.ledger_entry) to sluice_trustee;
update trustee.ledger set place = trustee.place();

-- INVARIANT LedgerOnlyGrows: a version never falls, a sealed ledger stays sealed, and its place changes only with a reason.
create or replace function trustee.ledger_grows() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.version < old.version or (old.sealed_because is not null and new.sealed_because is null)
    or (new.place <> old.place and new.adopted_because is not distinct from old.adopted_because) then raise exception 'a ledger only grows'; end if;
  return new;
end $$;
`;

/** Chains the entries of every ledger, and notices a ledger that was restored or moved. */
export class ChainLedgers1764000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CHAIN, PLACE]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop trigger chained on trustee.ledger_entry;
drop trigger advances on trustee.ledger_entry;
drop function trustee.chain_entry(), trustee.advance_ledger(), trustee.place();
alter table trustee.ledger_entry drop column entry_hash;
drop function trustee.hash_of_entry(text, trustee.ledger_entry);
alter table trustee.ledger drop column head, drop column place, drop column adopted_because;
create or replace function trustee.ledger_grows() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.version < old.version or (old.sealed_because is not null and new.sealed_because is null) then raise exception 'a ledger only grows'; end if;
  return new;
end $$;
`);
  }
}
