import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The law's classes of a fact follow from the catalogue, not from who writes it: a contributor cannot store a figure as less
 * sensitive than its indicator is. Numbers as in src/policy/cells.ts: PUBLIC 0, NONE 0, PUBLIC_CLAIM 1, ADDRESSED 6,
 * COUNTERPARTY 5, VALUE_CHAIN 2, ALLIANCE 1, LINK 5.
 */
export class ClassifyFacts1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function vault.classify_measurement() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  i reference.indicator;
begin
  select * into strict i from reference.indicator where id = new.indicator_id;
  new.indicator_no := i.indicator_no;
  -- what its owner published, free for everybody, counts as NONE and PUBLIC (domain.md 0.2)
  if new.source_url is not null and new.published_at is not null then
    new.tier := 0; new.sensitivity := 0; new.data_class := 1;
  else
    new.source_url := null; new.published_at := null;
    new.sensitivity := i.sensitivity;
    new.data_class := case when new.tier = 0 and i.sensitivity = 0 then 1 else i.data_class end;
  end if;
  return new;
end $$;
create trigger classify before insert or update on vault.measurement for each row execute function vault.classify_measurement();

-- A link is read by its two ends; wider only once both disclosed it, and then as far as the narrower of their audiences.
create function vault.classify_link() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  audience smallint := case when new.state = 'DISCLOSED' then least(new.supplier_audience, new.customer_audience) else 0 end;
begin
  new.tier := case audience when 1 then 2 when 2 then 1 when 3 then 0 else 6 end;
  new.sensitivity := case when audience = 3 then 0 else 5 end;
  new.data_class := case when audience = 3 then 1 else 5 end;
  return new;
end $$;
create trigger classify before insert or update on vault.link for each row execute function vault.classify_link();
revoke execute on all functions in schema vault from public;

-- A client key belongs to the organisation that used it.
alter table vault.client_request enable row level security;
alter table vault.client_request force row level security;
create policy own on vault.client_request to sluice_contributor
  using (organisation_no = (select policy.organisation_no())) with check (organisation_no = (select policy.organisation_no()));
create policy keeper on vault.client_request to current_user using (true) with check (true);
grant usage on schema vault, policy to sluice_contributor;
grant execute on function policy.organisation_no() to sluice_contributor;
grant select, insert, update on vault.client_request to sluice_contributor;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.classify_measurement() cascade;
drop function vault.classify_link() cascade;
alter table vault.client_request disable row level security;
`);
  }
}
