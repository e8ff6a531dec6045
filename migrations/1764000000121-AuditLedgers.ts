import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the independent audit of the ledgers found, and the freeze that an alarm puts on a family: nothing more is answered
 * or published in it until counsel lifts it with a reason. Neither is ever deleted.
 */
const AUDITS = `
alter table trustee.ledger add column frozen_because text;
create table trustee.ledger_audit (
  id uuid primary key default gen_random_uuid(), family text not null references trustee.ledger, version int not null, ran_at timestamptz not null default clock_timestamp(),
  passed boolean not null, requirements int not null, exposed_units int not null, linear_programs int not null,
  lifted_at timestamptz, lifted_by uuid, lift_reason text, check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null)),
  check (lifted_at is null or not passed), check (passed = (exposed_units = 0))
);
create index on trustee.ledger_audit (family, version);
create function trustee.audit_stays() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' or old.lifted_at is not null
    or (to_jsonb(new) - 'lifted_at' - 'lifted_by' - 'lift_reason') <> (to_jsonb(old) - 'lifted_at' - 'lifted_by' - 'lift_reason') then
    raise exception 'what an audit found stays';
  end if;
  return new;
end $$;
create trigger stays before update or delete on trustee.ledger_audit for each row execute function trustee.audit_stays();

-- INVARIANT AlarmFreezes: an audit that failed freezes its family in the same statement, and only a lifted alarm thaws it.
create function trustee.alarm() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  update trustee.ledger l set frozen_because = (select 'audit ' || a.id from trustee.ledger_audit a
    where a.family = l.family and not a.passed and a.lifted_at is null order by a.ran_at limit 1) where l.family = new.family;
  return null;
end $$;
create trigger alarms after insert or update on trustee.ledger_audit for each row execute function trustee.alarm();
grant select, insert, update on trustee.ledger_audit to sluice_trustee;
`;

/** The independent audit of everything answered (statistics.md, design 4): its findings and its freeze. */
export class AuditLedgers1764000000121 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDITS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop table trustee.ledger_audit;
drop function trustee.audit_stays(), trustee.alarm();
alter table trustee.ledger drop column frozen_because;
`);
  }
}
