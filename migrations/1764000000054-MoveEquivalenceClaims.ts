import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bits and numbers as src/policy had them. */
const SECRETARIAT = 1 << 5;
const BODY = (1 << 18) | (1 << 27);
const REVIEWED = `'IN_CONSULTATION', 'APPROVED_FULL', 'APPROVED_PARTIAL', 'REJECTED', 'UNDER_CHALLENGE', 'REVOKED', 'OUTDATED'`;

const CLAIMS = `
-- The alliance reads a claim from its filing; everybody from its consultation on.
create function vault.classify_claim() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  new.tier := case when new.state in (${REVIEWED}) then 0 else 1 end;
  new.sensitivity := 0;
  new.data_class := case when new.tier = 0 then 1 else 2 end;
  return new;
end $$;
create trigger classify before insert or update on vault.equivalence_claim for each row execute function vault.classify_claim();

-- INVARIANT ApprovedByDecisionOnly: a claimant files, and nothing else; steps go through vault.move_claim.
create function vault.guard_claim() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if current_user = 'sluice_contributor' and (tg_op = 'UPDATE' or new.state <> 'FILED' or new.decision_id is not null or new.equivalence_id is not null) then
    raise exception 'a claim is filed and moves through its machine' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger guard before insert or update on vault.equivalence_claim for each row execute function vault.guard_claim();

create function vault.lock_claim(which uuid) returns setof vault.equivalence_claim language sql security definer set search_path = pg_catalog as $$
  select c.* from vault.equivalence_claim c where c.id = which and c.withdrawn_at is null and coalesce((select policy.organisation_no()), 0) > 0 for update
$$;

create function vault.move_claim(which uuid, action text, into_state text, changes jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  c vault.equivalence_claim;
  code text;
begin
  select * into c from vault.lock_claim(which);
  if not found
    or action in ('screen', 'return') and not policy.acts_as(${SECRETARIAT})
    or action in ('recommend', 'approve_full', 'approve_partial', 'reject', 'confirm', 'revoke') and not policy.acts_as(${BODY})
    or action in ('withdraw', 'refile') and c.claimant_no <> policy.organisation_no() then
    raise exception 'this step is another''s' using errcode = '42501';
  end if;
  if changes - '{degree,gaps,decision_id,prior_state,evidence,scope_note}'::text[] <> '{}'::jsonb then
    raise exception 'a step of a claim changes its findings only';
  end if;
  c := jsonb_populate_record(c, changes);
  if action in ('approve_full', 'approve_partial') then
    if not exists (select from vault.decision d where d.id = c.decision_id and d.state in ('ADOPTED', 'PUBLISHED')) then
      raise exception 'an equivalence is approved by a decision' using errcode = '42501';
    end if;
    code := 'EQ-' || replace(c.id::text, '-', '');
    insert into reference.equivalence (id, from_standard, from_version, from_reference, to_standard, to_version, to_reference, topic_id, degree, scope_note, gaps, decision_id, state, synthetic)
    values (code, c.from_standard, c.from_version, c.from_reference, c.to_standard, c.to_version, c.to_reference, c.topic_id,
      case action when 'approve_full' then 'FULL' else 'PARTIAL' end, c.scope_note, case action when 'approve_full' then '{}' else c.gaps end, c.decision_id, 'APPROVED', c.synthetic);
    c.equivalence_id := code;
  elsif action in ('challenge', 'confirm', 'revoke') then
    update reference.equivalence set state = case action when 'challenge' then 'UNDER_CHALLENGE' when 'confirm' then 'APPROVED' else 'REVOKED' end where id = c.equivalence_id;
  end if;
  update vault.equivalence_claim set state = into_state, prior_state = c.prior_state, degree = c.degree, gaps = c.gaps, decision_id = c.decision_id,
    equivalence_id = c.equivalence_id, evidence = c.evidence, scope_note = c.scope_note where id = which;
end $$;

-- A version that another one superseded, its transition over, takes its equivalences with it.
create function vault.outdate_claims(on_day date) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  c record;
  steps int := 0;
begin
  for c in select e.id, e.state, e.equivalence_id from vault.equivalence_claim e
    where e.state in ('APPROVED_FULL', 'APPROVED_PARTIAL', 'UNDER_CHALLENGE') and e.withdrawn_at is null and exists (
      select from reference.standard_version v where v.transition_to < on_day
        and (v.standard_id = e.from_standard and v.label = e.from_version or v.standard_id = e.to_standard and v.label = e.to_version)
        and exists (select from reference.standard_version n where n.standard_id = v.standard_id and n.supersedes = v.label))
    order by e.id for update
  loop
    update vault.equivalence_claim set state = 'OUTDATED' where id = c.id;
    update reference.equivalence set state = 'OUTDATED' where id = c.equivalence_id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('EQUIVALENCE_CLAIM', c.id, c.state, 'outdate', 'OUTDATED');
    steps := steps + 1;
  end loop;
  return steps;
end $$;

revoke execute on function vault.classify_claim(), vault.guard_claim(), vault.lock_claim(uuid), vault.move_claim(uuid, text, text, jsonb), vault.outdate_claims(date) from public;
grant execute on function vault.lock_claim(uuid), vault.move_claim(uuid, text, text, jsonb) to sluice_contributor;
grant execute on function vault.outdate_claims(date) to sluice_trustee;
`;

/** Equivalences come from claims, and claims are approved by decision only (`domain.md` 1.3 and 2). */
export class MoveEquivalenceClaims1764000000054 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLAIMS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.outdate_claims, vault.move_claim, vault.lock_claim;
drop function vault.guard_claim() cascade;
drop function vault.classify_claim() cascade`);
  }
}
