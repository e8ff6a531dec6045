import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNSEL = 1 << 4;

/**
 * The register of interests (`domain.md` 1.5). A person declares, renews and ends its own entries; an entry that is not
 * renewed goes on to block, since forgetting frees nobody. Detail is for the person and for counsel; the public sees whose
 * people have interests of which kind, without person, counterpart and value.
 */
const REGISTER = `
alter table vault.interest add column declared_on date not null default current_date, add column renewed_on date not null default current_date;

create function vault.declare_interest(person uuid, counterpart int, kind text, band text, from_day date, to_day date) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
  me int := policy.organisation_no();
  declared uuid;
begin
  -- for nobody but the people of the bound organisation
  if not exists (select from identity.affiliation f where f.person_id = person and f.organisation_no = me) then return null; end if;
  insert into vault.interest (person_id, organisation_no, counterpart_no, interest, value_band, valid_from, valid_to)
  values (person, me, counterpart, kind, band, from_day, to_day) returning id into declared;
  return declared;
end $$;

-- Only while it is live, and never to a day that lies behind: what was true then stays in the register.
create function vault.end_interest(which uuid, person uuid, on_day date) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  update vault.interest i set valid_to = on_day
  where i.id = which and i.person_id = person and i.organisation_no = policy.organisation_no() and (i.valid_to is null or i.valid_to > current_date)
    and on_day >= greatest(current_date, i.valid_from);
  return found;
end $$;

create function vault.renew_interest(which uuid, person uuid) returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  update vault.interest i set renewed_on = current_date
  where i.id = which and i.person_id = person and i.organisation_no = policy.organisation_no() and (i.valid_to is null or i.valid_to > current_date);
  return found;
end $$;

create type policy.interest_entry as (
  id uuid, person_id uuid, person_name text, organisation_id uuid, counterpart_id uuid, counterpart_name text, kind text, value_band text,
  valid_from date, valid_to date, declared_on date, renewed_on date
);
create function policy.interest_entries(person uuid, for_counsel boolean) returns setof policy.interest_entry
language sql stable security definer set search_path = pg_catalog as $$
  select i.id, i.person_id, p.display_name, u.organisation_id, c.organisation_id, o.legal_name, i.interest, i.value_band, i.valid_from, i.valid_to, i.declared_on, i.renewed_on
  from vault.interest i cross join policy.bound() b join policy.unit u on u.unit_no = i.organisation_no join policy.unit c on c.unit_no = i.counterpart_no
  left join vault.organisation o on o.id = c.organisation_id left join identity.person p on p.id = i.person_id
  where case when for_counsel then (b.may & ${COUNSEL}) <> 0 else i.person_id = person and i.organisation_no = b.organisation_no end
  order by i.valid_from desc, i.id
$$;

create function policy.interest_summary() returns table (organisation_id uuid, organisation_name text, kind text)
language sql stable security definer set search_path = pg_catalog as $$
  select distinct u.organisation_id, o.legal_name, i.interest
  from vault.interest i join policy.unit u on u.unit_no = i.organisation_no join vault.organisation o on o.id = u.organisation_id
  where i.valid_from <= current_date and (i.valid_to is null or i.valid_to > current_date) and o.tier = 0 and o.withdrawn_at is null
  order by 2, 1, 3
$$;

revoke execute on function vault.declare_interest(uuid, int, text, text, date, date), vault.end_interest(uuid, uuid, date), vault.renew_interest(uuid, uuid),
  policy.interest_entries(uuid, boolean), policy.interest_summary() from public;
grant execute on function vault.declare_interest(uuid, int, text, text, date, date), vault.end_interest(uuid, uuid, date), vault.renew_interest(uuid, uuid) to sluice_contributor;
grant execute on function policy.interest_entries(uuid, boolean), policy.interest_summary() to sluice_reader;
`;

/** Declaring an interest through the API. */
export class KeepInterests1764000000146 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REGISTER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function policy.interest_summary(), policy.interest_entries(uuid, boolean), vault.renew_interest(uuid, uuid), vault.end_interest(uuid, uuid, date),
  vault.declare_interest(uuid, int, text, text, date, date);
drop type policy.interest_entry;
alter table vault.interest drop column declared_on, drop column renewed_on`);
  }
}
