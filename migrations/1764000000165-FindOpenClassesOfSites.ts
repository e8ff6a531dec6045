import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_SITES = `
-- The same by the ids of sites, whether or not the sites themselves are shown: a figure may be open where its site is not.
create function policy.open_classes_of_sites(sites uuid[]) returns table (parent uuid, unit_no int, classes smallint[])
language sql stable security definer set search_path = pg_catalog as $$
  with asked as materialized (select u.site_id, u.unit_no from policy.unit u where u.site_id = any(sites))
  select a.site_id, o.unit_no, o.classes from asked a join policy.open_classes(array(select unit_no from asked)) o on o.unit_no = a.unit_no
$$;
revoke execute on function policy.open_classes_of_sites(uuid[]) from public;
grant execute on function policy.open_classes_of_sites(uuid[]) to sluice_reader;
`;

/** A list of one site's figures goes by unit and open class, as its pages do. */
export class FindOpenClassesOfSites1764000000165 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OF_SITES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function policy.open_classes_of_sites(uuid[])');
  }
}
