import type { MigrationInterface, QueryRunner } from 'typeorm';

const CLUSTERS = `
-- One row for each demand that was out when its quarter froze: no name, no text, no number but the place of its level.
create table vault.demand_vintage (
  quarter date not null, demand_id uuid not null, issuer_no int not null, issuer_group uuid not null, recipients int[] not null,
  topic_id text not null, standard_id text not null, min_level text not null, level_place smallint not null,
  minerals text[] not null, stages text[] not null, jurisdictions text[] not null, primary key (quarter, demand_id)
);
-- Whom a recipient knew as an issuer when the quarter froze: so that a later demand changes no cluster it can watch.
create table vault.known_issuer (quarter date not null, recipient_no int not null, issuer_group uuid not null, primary key (quarter, recipient_no, issuer_group));
create table vault.frozen_quarter (quarter date primary key, frozen_at timestamptz not null default now());

-- Frozen once, by whoever comes first after the quarter ended; later demands show in the next quarter only. Members of less
-- than the standing asked for and unverified ones do not count: they could have been brought in to fill a count.
create function vault.freeze_quarter(quarter date, standing_months int) returns void language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_variable
begin
  if quarter <> date_trunc('quarter', quarter)::date or quarter > current_date + 100 then return; end if;
  insert into vault.frozen_quarter (quarter) values (quarter) on conflict do nothing;
  if not found then return; end if;
  insert into vault.demand_vintage (quarter, demand_id, issuer_no, issuer_group, recipients, topic_id, standard_id, min_level, level_place, minerals, stages, jurisdictions)
  select quarter, d.id, d.owner_no, o.ownership_group, d.recipients, d.topic_id, d.standard_id, d.min_level, v.position, d.minerals, d.stages, d.jurisdictions
  from vault.demand d join vault.organisation o on o.unit_no = d.owner_no join reference.standard_level v on v.standard_id = d.standard_id and v.code = d.min_level
  where d.state = 'ISSUED' and d.withdrawn_at is null and d.topic_id is not null and d.issued_on < quarter
    and o.verified and o.standing in ('GOOD', 'LATE') and o.joined_on <= (quarter - make_interval(months => standing_months))::date;
  insert into vault.known_issuer (quarter, recipient_no, issuer_group)
  select distinct quarter, r.owner_no, o.ownership_group from vault.demand_response r join vault.organisation o on o.unit_no = r.issuer_no;
end $$;

-- What clusters are made of, for the trustee that counts them under the k-rule; the query role never holds it. known: the reader's own
-- group, and the groups of issuers in its own inbox, which never count.
create function vault.cluster_inputs(quarter date, mineral text, stage text, jurisdiction text, reader_no int)
returns table (topic_id text, standard_id text, issuer_group uuid, known boolean, level_place smallint, min_level text)
language sql stable security definer set search_path = pg_catalog as $$
  select v.topic_id, v.standard_id, v.issuer_group,
    v.issuer_group = me.ownership_group or exists (
      select from vault.known_issuer k where k.quarter = v.quarter and k.recipient_no = me.unit_no and k.issuer_group = v.issuer_group),
    v.level_place, v.min_level
  from vault.demand_vintage v, vault.organisation me
  where v.quarter = $1 and me.unit_no = reader_no and me.standing in ('GOOD', 'LATE')
    and (v.minerals = '{}' or mineral = any(v.minerals)) and (stage is null or v.stages = '{}' or stage = any(v.stages))
    and (jurisdiction is null or v.jurisdictions = '{}' or jurisdiction = any(v.jurisdictions))
$$;
revoke execute on function vault.freeze_quarter(date, int), vault.cluster_inputs(date, text, text, text, int) from public;
grant execute on function vault.cluster_inputs(date, text, text, text, int) to sluice_trustee;
grant execute on function vault.freeze_quarter(date, int) to sluice_trustee;
`;

/** `domain.md` DemandCluster and journey J7: what many ask for, told only where no single issuer can be told from it. */
export class ClusterDemands1764000000053 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLUSTERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop function vault.cluster_inputs, vault.freeze_quarter; drop table vault.demand_vintage, vault.known_issuer, vault.frozen_quarter',
    );
  }
}
