import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Personal data (`domain.md` 1.6): the people of the bound organisation, with contact and roles, for that organisation alone. Over
 * the boundary's own number of the bound organisation, which is NULL without a sound binding, so that nobody is shown then.
 */
export class ReadOwnPeople1764000000162 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function identity.own_people()
returns table (id uuid, display_name text, email text, locale text, machine boolean, active boolean, desks text[], roles jsonb)
language sql stable security definer set search_path = pg_catalog as $$
  select p.id, p.display_name, p.email, p.locale, p.machine, coalesce(p.deactivated_at > now(), true), a.desks,
    coalesce((
      select jsonb_agg(jsonb_build_object('name', r.name, 'activity', r.activity, 'from', r.valid_from, 'to', r.valid_to) order by r.name, r.valid_from)
      from identity.role r
      where r.person_id = p.id and (r.organisation_id is null or r.organisation_id = a.organisation_id)
        and r.valid_from <= current_date and (r.valid_to is null or r.valid_to > current_date)), '[]')
  from (
    select f.person_id, f.organisation_id, array_agg(distinct d.name order by d.name) as desks
    from identity.affiliation f join policy.desk d on d.desk_no = f.desk_no
    where f.organisation_no = (select policy.organisation_no())
      and f.valid_from <= current_date and (f.valid_to is null or f.valid_to > current_date)
    group by 1, 2
  ) a join identity.person p on p.id = a.person_id
$$;
revoke execute on function identity.own_people() from public;
grant execute on function identity.own_people() to sluice_reader;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function identity.own_people()');
  }
}
