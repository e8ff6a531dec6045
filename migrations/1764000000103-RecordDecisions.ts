import type { MigrationInterface, QueryRunner } from 'typeorm';

const BODY = (1 << 18) | (1 << 27);
const SECRETARIAT = 1 << 5;
const MEMBER = 1 << 1;

/**
 * What a step of an initiative stands on, written by whom it falls to: the decision of the governing body with its rationale,
 * the terms of engagement that it agrees, and the six risks scored for the phase to come.
 */
const RECORD = `
-- Every member of the alliance is a party to a step of phase, since it decides how far the data of each are shared. Members are
-- public, so that a refusal tells nobody who deals with whom.
create function vault.initiative_parties(which uuid) returns int[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(o.unit_no), '{}') from vault.initiative i join vault.organisation o on o.alliance_id = i.alliance_id
  where i.id = which and o.is_member and o.withdrawn_at is null and o.tier = 0
$$;

create function vault.record_decision(which uuid, title text, rationale text, decided date, review date, terms text) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
  i vault.initiative;
  recorded uuid;
begin
  if ((policy.bound()).may & ${BODY}) = 0 then return null; end if;
  select * into i from vault.initiative where id = which for update;
  if not found then return null; end if;
  insert into vault.decision (alliance_id, title, rationale, state, decided_on, review_on)
  values (i.alliance_id, title, rationale, 'PUBLISHED', decided, review) returning id into recorded;
  if terms is not null then update vault.initiative set terms_version = terms where id = which; end if;
  return recorded;
end $$;

create function vault.score_risks(which uuid, to_phase text, scores jsonb) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if ((policy.bound()).may & ${BODY | SECRETARIAT}) = 0 then return false; end if;
  if not exists (select from vault.initiative where id = which) then return false; end if;
  insert into vault.risk_entry (initiative_id, risk, likelihood, impact, mitigation, owner, phase)
  select which, s.risk, s.likelihood, s.impact, s.mitigation, s.owner, to_phase
  from jsonb_to_recordset(scores) as s (risk text, likelihood smallint, impact smallint, mitigation text, owner text);
  return true;
end $$;

-- The newest score of each risk for each phase, for members and offices of the alliance.
create function policy.risk_entries(which uuid) returns table (risk text, likelihood int, impact int, mitigation text, owner text, phase text, scored_on date)
language sql stable security definer set search_path = pg_catalog as $$
  select distinct on (r.phase, r.risk) r.risk, r.likelihood::int, r.impact::int, r.mitigation, r.owner, r.phase, r.scored_on
  from vault.risk_entry r, policy.bound() b
  where r.initiative_id = which and (b.may & ${MEMBER | BODY | SECRETARIAT}) <> 0
  order by r.phase, r.risk, r.scored_on desc, r.id
$$;

create or replace function vault.phase_guards(which uuid, to_phase text, decision uuid) returns text[] language sql stable security definer set search_path = pg_catalog as $$
  select array_remove(array[
    case when not exists (select from vault.decision d join vault.initiative i on i.alliance_id = d.alliance_id
      where i.id = which and d.id = $3 and d.state in ('ADOPTED', 'PUBLISHED')) then 'an adopted decision of the governing body' end,
    case when (select count(distinct risk) from vault.risk_entry r where r.initiative_id = which and r.phase = to_phase and r.scored_on > current_date - 365) < 6
      then 'the six risks scored for ' || to_phase end,
    case when to_phase = 'COOPERATION' and not exists (select from vault.initiative i where i.id = which and i.terms_version is not null)
      then 'agreed terms of engagement' end,
    case when to_phase = 'COORDINATION' and not exists (select from vault.agreement g where g.state = 'ACTIVE' and (g.initiative_id is null or g.initiative_id = which))
      then 'data-sharing agreements in force' end], null)
$$;

drop function policy.initiatives();
create function policy.initiatives() returns table (id uuid, initiative_no int, alliance_id uuid, name text, aim text, kind text, phase text, entered_at timestamptz, standing boolean,
  terms_version text, synthetic boolean)
language sql stable security definer set search_path = pg_catalog as $$
  select id, initiative_no, alliance_id, name, aim, kind, phase, entered_at, standing, terms_version, synthetic from vault.initiative
$$;

revoke execute on function policy.initiatives(), policy.risk_entries(uuid), vault.initiative_parties(uuid), vault.record_decision(uuid, text, text, date, date, text),
  vault.score_risks(uuid, text, jsonb) from public;
grant execute on function policy.initiatives() to sluice_reader, sluice_contributor;
grant execute on function policy.risk_entries(uuid) to sluice_reader;
grant execute on function vault.initiative_parties(uuid), vault.record_decision(uuid, text, text, date, date, text), vault.score_risks(uuid, text, jsonb) to sluice_contributor;
`;

/** Decisions and risks through the API, so that an initiative can advance by it. */
export class RecordDecisions1764000000103 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECORD);
  }

  /** Guards and list of before said less; nothing that reads them needs them back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop function policy.risk_entries(uuid), vault.initiative_parties(uuid), vault.record_decision(uuid, text, text, date, date, text), vault.score_risks(uuid, text, jsonb)`,
    );
  }
}
