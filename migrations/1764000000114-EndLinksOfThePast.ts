import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Data class LINK, as src/policy/cells.ts had it. */
const LINK = 5;
/** From here on one refresh of all relations costs less than one for each link. */
const REFRESH_ONCE_FROM = 1000;

/**
 * A link says who supplied whom in a period; what is over gives no ground to read any more. A step of SYSTEM, since what a pair
 * may read of each other is kept and has to follow. A suspended end does not keep it alive: this only narrows.
 */
const END = `
create index link_period_end on vault.link (period_end) where state in ('CONFIRMED', 'DISCLOSED') and ended_on is null and withdrawn_at is null;

create function vault.end_past_links(on_day date) returns int language plpgsql security definer set search_path = pg_catalog as $$
declare
  past uuid[];
begin
  if exists (select from policy.freeze where lifted_at is null and coalesce(data_class, ${LINK}) = ${LINK}) then return 0; end if;
  past := array(
    select l.id from vault.link l
    where l.state in ('CONFIRMED', 'DISCLOSED') and l.ended_on is null and l.withdrawn_at is null and l.period_end <= on_day
    order by l.id for update);
  if cardinality(past) >= ${REFRESH_ONCE_FROM} then perform set_config('sluice.relations', 'deferred', true); end if;
  insert into vault.transition (machine, subject_id, from_state, action, to_state)
    select 'LINK_CONSENT', l.id, l.state, 'end', 'ENDED' from vault.link l where l.id = any(past) order by l.id;
  update vault.link l set state = 'ENDED', ended_on = l.period_end, reason = 'its period is over' where l.id = any(past);
  return cardinality(past);
end $$;
revoke execute on function vault.end_past_links(date) from public;
grant execute on function vault.end_past_links(date) to sluice_trustee;
`;

export class EndLinksOfThePast1764000000114 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(END);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function vault.end_past_links; drop index vault.link_period_end');
  }
}
