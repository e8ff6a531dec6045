import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Number of the data class as src/policy/cells.ts had it. */
const DEMAND = 6;

/**
 * What an answer rests on is what was shown since it last lapsed: else a certificate that ran out years ago would take every
 * later proof with it. A figure that was restated or withdrawn is no proof any more either, nor is a document past its day.
 */
const TICK = `
create or replace function vault.tick_demands(on_day date, expiry_days int, grace_days int) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  due record;
  steps int := 0;
begin
  if exists (select from policy.freeze where lifted_at is null and coalesce(data_class, ${DEMAND}) = ${DEMAND}) then return 0; end if;
  for due in select d.id from vault.demand d join vault.organisation o on o.unit_no = d.owner_no
    where d.state = 'ISSUED' and d.withdrawn_at is null and d.deadline < on_day - expiry_days and o.standing in ('GOOD', 'LATE') order by d.id for update of d
  loop
    update vault.demand set state = 'EXPIRED' where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state) values ('DEMAND', due.id, 'ISSUED', 'expire', 'EXPIRED');
    perform vault.end_responses(due.id, 'expire', 'EXPIRED');
    steps := steps + 1;
  end loop;
  for due in select r.id, r.state from vault.demand_response r join vault.demand d on d.id = r.demand_id
    where r.state in ('MET', 'PARTIALLY_MET') and d.state = 'ISSUED' and (r.proof_valid_to <= on_day
      or exists (select from vault.response_evidence e left join vault.assessment a on a.id = e.assessment_id left join vault.measurement m on m.id = e.measurement_id
        where e.response_id = r.id
          and e.created_at > coalesce((select max(t.happened_at) from vault.transition t where t.subject_id = r.id and t.action = 'lapse'), '-infinity')
          and (e.valid_to <= on_day or a.state in ('SUSPENDED', 'WITHDRAWN', 'EXPIRED') or a.withdrawn_at is not null or a.valid_to <= on_day
            or m.withdrawn_at is not null or not m.current))
      or exists (select from vault.equivalence_claim c where c.equivalence_id = r.equivalence_id and c.state = 'REVOKED' and c.updated_at::date <= on_day - grace_days))
    order by r.id for update of r
  loop
    update vault.demand_response set state = 'ACCEPTED', stale = true where id = due.id;
    insert into vault.transition (machine, subject_id, from_state, action, to_state, reason) values ('DEMAND_RESPONSE', due.id, due.state, 'lapse', 'ACCEPTED', 'proof expired');
    steps := steps + 1;
  end loop;
  return steps;
end $$;
`;

export class LapseByCurrentProof1764000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TICK);
  }

  /** The older form lapsed too much; it need not come back. */
  async down(): Promise<void> {}
}
