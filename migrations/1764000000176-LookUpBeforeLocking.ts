import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNSEL = 1 << 4;
const BODY = (1 << 18) | (1 << 27);
const PERFORMANCE = 4;
const FUTURE_INTENT = 7;

/** What a step locks: for whom, and what is looked up of the bound viewer to say so. */
interface Lock {
  name: string;
  table: string;
  /** declarations of what is looked up */
  declared: string;
  /** over the row `x` */
  condition: string;
}

const ME = 'me int := policy.organisation_no();';
const LOCKS: readonly Lock[] = [
  { name: 'lock_link', table: 'link', declared: ME, condition: 'me in (x.owner_no, x.customer_owner_no)' },
  { name: 'lock_demand', table: 'demand', declared: ME, condition: 'x.owner_no = me' },
  { name: 'lock_response', table: 'demand_response', declared: ME, condition: 'me in (x.owner_no, x.issuer_no)' },
  { name: 'lock_claim', table: 'equivalence_claim', declared: ME, condition: 'coalesce(me, 0) > 0' },
  {
    name: 'lock_agreement',
    table: 'agreement',
    declared: 'b policy.binding := policy.bound();',
    condition: `(b.organisation_no in (x.owner_no, x.partner_no) or ((b.may & ${COUNSEL}) <> 0 and (x.needs_clearance or x.state in ('ACTIVE', 'SUSPENDED'))))`,
  },
];

/** Looked up before the row is: a lookup in the condition runs only where there is a row to ask it of. */
function lookedUpFirst({ name, table, declared, condition }: Lock): string {
  return `
create or replace function vault.${name}(which uuid) returns setof vault.${table} language plpgsql security definer set search_path = pg_catalog as $$
declare
  ${declared}
begin
  return query select x.* from vault.${table} x where x.id = which and x.withdrawn_at is null and ${condition} for update;
end $$;`;
}

function lookedUpByRow({ name, table, declared, condition }: Lock): string {
  const looked = declared === ME ? '(select policy.organisation_no())' : 'b';
  const from = declared === ME ? '' : ', policy.bound() b';
  const asked = declared === ME ? condition.replace('me', looked) : condition;
  return `
create or replace function vault.${name}(which uuid) returns setof vault.${table} language sql security definer set search_path = pg_catalog as $$
  select x.* from vault.${table} x${from} where x.id = which and x.withdrawn_at is null and ${asked} for update
$$;`;
}

const holdAssessment = (declared: string, acts: string): string => `
create or replace function vault.hold_assessment(wanted uuid) returns setof vault.assessment_part
language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();${declared}
  a vault.assessment;
  parts text[];
begin
  select * into a from vault.assessment x where x.id = wanted and x.withdrawn_at is null
    and (me in (x.owner_no, x.assessor_no, x.standard_owner_no) or ${acts}) for update;
  if not found then return; end if;
  parts := array_remove(array[
    case when a.owner_no = me then 'SITE_OWNER' end, case when a.assessor_no = me then 'ASSESSOR' end,
    case when a.standard_owner_no = me then 'STANDARD_OWNER' end, case when ${acts} then 'APPEALS_BODY' end], null);
  if parts = '{}' then return; end if;
  return next row(a.id, a.unit_no, a.owner_no, a.assessor_no, a.standard_owner_no, a.standard_id, a.version_label, a.state, a.label,
    a.valid_from, a.valid_to, a.decided_at, a.assessor_id,
    array(select t.to_state from vault.transition t where t.machine = 'ASSESSMENT' and t.subject_id = a.id order by t.id), parts, true)::vault.assessment_part;
end $$;`;

/** Steps that are one statement each, over whose row it is. */
const steps = (declared: string, me: string): string => `
create or replace function vault.plan_corrective_action(in_finding uuid, what text, who text, due date) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
  planned uuid;${declared}
begin
  insert into vault.corrective_action (unit_no, owner_no, contributor_no, tier, sensitivity, data_class, finding_id, action, responsible, due_on, assessor_no, standard_owner_no)
  select f.unit_no, f.owner_no, f.owner_no, 6, ${FUTURE_INTENT}, ${PERFORMANCE}, f.id, what, who, due, f.assessor_no, f.standard_owner_no
  from vault.finding f where f.id = in_finding and f.owner_no = ${me} and f.withdrawn_at is null
  returning id into planned;
  return planned;
end $$;
create or replace function events.remove_webhook(which uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
declare${declared}
begin
  update events.webhook set removed_at = now() where id = which and removed_at is null and organisation_no = ${me};
  return found;
end $$;
create or replace function events.rotate_webhook(which uuid, fresh bytea, overlap interval) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
declare${declared}
begin
  update events.webhook set prior_nonce = nonce, prior_until = now() + overlap, nonce = fresh, stopped = false
    where id = which and removed_at is null and organisation_no = ${me};
  return found;
end $$;`;

/** A write looks up who writes before it looks for the row it points to, so that its time does not tell whether there is one. */
export class LookUpBeforeLocking1764000000176 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const lock of LOCKS) await runner.query(lookedUpFirst(lock));
    await runner.query(holdAssessment(`\n  is_body boolean := policy.acts_as(${BODY});`, 'is_body'));
    await runner.query(steps(`\n  ${ME}`, 'me'));
    await runner.query('grant execute on function policy.decoys(text) to sluice_contributor');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke execute on function policy.decoys(text) from sluice_contributor');
    await runner.query(steps('', 'policy.organisation_no()'));
    await runner.query(holdAssessment('', `(select policy.acts_as(${BODY}))`));
    for (const lock of LOCKS) await runner.query(lookedUpByRow(lock));
  }
}
