import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A demand for a standard as a whole has no topic, and is frozen all the same. What joins standards in a cluster freezes with the
 * quarter, so that no approval moves a picture whose demands stand still. A quarter that was frozen before this stays as it was.
 */
const FREEZE = `
alter table vault.demand_vintage alter column topic_id drop not null;
create table vault.frozen_equivalence (
  quarter date not null, equivalence_id text not null, from_standard text not null, to_standard text not null, to_reference text not null,
  topic_id text, primary key (quarter, equivalence_id)
);

create or replace function vault.freeze_quarter(quarter date, standing_months int) returns void language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_variable
begin
  if quarter <> date_trunc('quarter', quarter)::date or quarter > current_date + 100 then return; end if;
  insert into vault.frozen_quarter (quarter) values (quarter) on conflict do nothing;
  if not found then return; end if;
  insert into vault.demand_vintage (quarter, demand_id, issuer_no, issuer_group, recipients, topic_id, standard_id, min_level, level_place, minerals, stages, jurisdictions)
  select quarter, d.id, d.owner_no, o.ownership_group, d.recipients, d.topic_id, d.standard_id, d.min_level, v.position, d.minerals, d.stages, d.jurisdictions
  from vault.demand d join vault.organisation o on o.unit_no = d.owner_no join reference.standard_level v on v.standard_id = d.standard_id and v.code = d.min_level
  where d.state = 'ISSUED' and d.withdrawn_at is null and d.issued_on < quarter
    and o.verified and o.standing in ('GOOD', 'LATE') and o.joined_on <= (quarter - make_interval(months => standing_months))::date;
  insert into vault.known_issuer (quarter, recipient_no, issuer_group)
  select distinct quarter, r.owner_no, o.ownership_group from vault.demand_response r join vault.organisation o on o.unit_no = r.issuer_no;
  insert into vault.frozen_equivalence (quarter, equivalence_id, from_standard, to_standard, to_reference, topic_id)
  select quarter, e.id, e.from_standard, e.to_standard, e.to_reference, e.topic_id from reference.equivalence e
  where e.degree = 'FULL' and e.state in ('APPROVED', 'APPROVED_FULL', 'UNDER_CHALLENGE') and (e.valid_to is null or e.valid_to >= quarter);
end $$;

create function vault.equivalences_of_quarter(quarter date)
returns table (from_standard text, to_standard text, to_reference text, topic_id text) language sql stable security definer set search_path = pg_catalog as $$
  select e.from_standard, e.to_standard, e.to_reference, e.topic_id from vault.frozen_equivalence e where e.quarter = $1 order by e.equivalence_id
$$;
revoke execute on function vault.equivalences_of_quarter(date) from public;
grant execute on function vault.equivalences_of_quarter(date) to sluice_trustee;
`;

/** `domain.md` 1.4: harmonised is what an approved FULL equivalence or a level of the same standard lets cover the others. */
export class FreezeEquivalences1764000000115 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FREEZE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.equivalences_of_quarter; drop table vault.frozen_equivalence;
delete from vault.demand_vintage where topic_id is null;
alter table vault.demand_vintage alter column topic_id set not null`);
  }
}
