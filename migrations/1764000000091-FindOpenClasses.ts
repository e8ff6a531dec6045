import type { MigrationInterface, QueryRunner } from 'typeorm';

const PARTY_GROUNDS = (1 << 15) | (1 << 25);
const GRANT_GROUNDS = (1 << 16) | (1 << 26);
/** tier * 16 + sensitivity, of nine tiers (`disclosureClass` in src/policy/cells.ts) */
const CLASSES_MAX = 9 * 16;

/**
 * So that a page of one unit does not visit its hidden rows (invariant 5): the disclosure classes that may be open to the bound
 * viewer for facts of a unit that nobody is named in. Never narrower than the row law, which still judges each row: what the
 * viewer itself gave about an organisation it imported counts as open.
 */
const OPEN_CLASSES = `
create function policy.open_classes(units int[]) returns table (unit_no int, classes smallint[])
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  held int[] := policy.grounds();
  gates int[] := policy.gates();
  masks int[] := policy.class_masks();
  me int := policy.organisation_no();
  granted_units int[];
  imported_by_me boolean;
  any_gate int;
begin
  if held is null or gates is null then return; end if;
  select bit_or(g) into any_gate from unnest(gates) g;
  select array_agg(distinct (k >> 24)::int) into granted_units from unnest(policy.granted()) k;
  imported_by_me := exists (select from vault.organisation o where o.contributor_no = me and not o.is_member);
  return query
  with asked as (
    select distinct u.unit_no, u.owner_no,
      held[u.unit_no] & any_gate & ~${PARTY_GROUNDS} & case when u.unit_no = any(granted_units) then -1 else ~${GRANT_GROUNDS} end as mask
    from policy.unit u where u.unit_no = any(units)),
  open as materialized (
    select a.mask, array(select c::smallint from generate_series(0, ${CLASSES_MAX - 1}) c
      where (a.mask & (masks[c * 4 + 1] | masks[c * 4 + 2] | masks[c * 4 + 3] | masks[c * 4 + 4])) <> 0) as classes
    from (select distinct asked.mask from asked where asked.mask is not null) a)
  select a.unit_no, case
    when imported_by_me and exists (select from vault.organisation o where o.unit_no = a.owner_no and o.contributor_no = me and not o.is_member)
    then array(select c::smallint from generate_series(0, ${CLASSES_MAX - 1}) c) else open.classes end
  from asked a left join open on open.mask = a.mask;
end $$;
revoke execute on function policy.open_classes(int[]) from public;
grant execute on function policy.open_classes(int[]) to sluice_reader, sluice_contributor;
`;

export class FindOpenClasses1764000000091 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OPEN_CLASSES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function policy.open_classes(int[])');
  }
}
