import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bits of the grounds, frozen here as src/policy/grounds.ts had them. */
const SELF = 1 << 8;
const PARTY = (1 << 15) | (1 << 25);
const GRANT = (1 << 16) | (1 << 26);
/** Counsel and secretariat never read links; everybody else by what the row law of vault.link says. */
const FREE = (2 ** 28 - 1) & ~(PARTY | GRANT) & ~((1 << 4) | (1 << 5));
/** Element of policy.class_masks() for a timeless fact, after class * 4. */
const AGE = 3;
const UNIT_MAX = 2 ** 31 - 1;

type End = 'supplier' | 'customer';
const unitOf = (end: End): string => (end === 'customer' ? 'customer_unit_no' : 'unit_no');
const ownerOf = (end: End): string => (end === 'customer' ? 'customer_owner_no' : 'owner_no');
const farOf = (end: End): End => (end === 'customer' ? 'supplier' : 'customer');

/** All that the row law asks of a link, so that a closed one is judged where the index has it and no row is fetched. */
function index(end: End): string {
  const far = farOf(end);
  const judgedBy = [
    unitOf(far),
    ownerOf(far),
    'contributor_no',
    'disclosure_class',
    'data_class',
    'withdrawn_at',
    'id',
  ];
  return `create index link_at_${end} on vault.link (${ownerOf(end)}, ${unitOf(end)}) include (${judgedBy.join(', ')});`;
}

/** The row law of vault.link, with the masks of the same build; a differential test holds the two together. */
function rowLaw(): string {
  const opened = (unit: string): string => `(held[l.${unit}] & l.mask) <> 0`;
  return `(l.withdrawn_at is null or me in (l.owner_no, l.contributor_no))
      and (${opened('unit_no')} and ${opened('customer_unit_no')} and (l.contributor_no = l.owner_no or ${opened('contributor_no')})
        or (held[l.contributor_no] & l.mask & ${SELF}) <> 0)`;
}

const JUDGED =
  'id unit_no owner_no customer_unit_no customer_owner_no contributor_no disclosure_class data_class withdrawn_at'
    .split(' ')
    .map((column) => `i.${column}`)
    .join(', ');

/** Some links, each with the grounds that its class, the phase and its own parties leave. */
const withMasks = (links: string): string => `
        select n.*, masks[n.disclosure_class * 4 + ${AGE}] & gates[n.data_class + 1]
            & (${FREE} | case when me in (n.owner_no, n.customer_owner_no) then ${PARTY} else 0 end) as mask
        from (select ${JUDGED} from vault.link i ${links}) n
        offset 0`;

/** The links at one end, by place after place in the order of the index; what is asked of the other end stands there too. */
function openAt(end: End): string {
  const far = farOf(end);
  const there = `where i.${ownerOf(end)} = place.owner_no and i.${unitOf(end)} between place.unit_from and place.unit_to offset 0`;
  return `select array_agg(l.id) filter (where ${rowLaw()}
        and (${far}_owners is null or exists (select from unnest(${far}_owners, ${far}_from, ${far}_to) other(owner_no, unit_from, unit_to)
          where other.owner_no = l.${ownerOf(far)} and l.${unitOf(far)} between other.unit_from and other.unit_to))), count(*)
      into found, judged from unnest(${end}_owners, ${end}_from, ${end}_to) place(owner_no, unit_from, unit_to)
      cross join lateral (${withMasks(there)}) l;`;
}

/** So many links are judged wherever there are fewer, as many as a large refiner has customers. */
const JUDGED_MIN = 64;

/** Others in their place, by the same law and from the same index; nothing of them is given. */
const PADDING = `perform count(*) filter (where ${rowLaw()})
    from (${withMasks(`order by i.owner_no, i.unit_no limit greatest(0, ${JUDGED_MIN} - judged)`)}) l;`;

/** The places that ids name: a whole organisation is all its units. An id of nothing is a place too, where nothing is. */
function places(end: End): string {
  const ofSites = `select coalesce(u.owner_no, 0) as owner_no, coalesce(u.unit_no, 0) as unit_from, coalesce(u.unit_no, 0) as unit_to
        from unnest(${end}_sites) s(id) left join policy.unit u on u.site_id = s.id`;
  const ofMembers = `select coalesce(u.owner_no, 0) as owner_no, 0 as unit_from, ${UNIT_MAX} as unit_to
        from unnest(${end}s) m(id) left join policy.unit u on u.organisation_id = m.id and u.site_id is null`;
  return `
  if ${end}_sites is not null or ${end}s is not null then
    select array_agg(p.owner_no), array_agg(p.unit_from), array_agg(p.unit_to) into ${end}_owners, ${end}_from, ${end}_to
    from (
      select distinct s.owner_no, s.unit_from, s.unit_to from (${ofSites}) s
        where ${end}_sites is not null and (${end}s is null or s.owner_no in (select m.owner_no from (${ofMembers}) m))
      union all
      select distinct m.owner_no, m.unit_from, m.unit_to from (${ofMembers}) m where ${end}_sites is null) p;
  end if;`;
}

/**
 * The links at given ends that the row law opens to the bound viewer, for a list of them. The lookups of the law are made
 * whether or not there is a link, a closed link costs no more than its place in an index, and some are judged where there are
 * none, so that the time of the list does not tell how many there are, as long as they are not hundreds. The view judges again whatever is given: this narrows and never widens.
 */
export const OPEN_AT = `
create function policy.links_open_at(suppliers uuid[], customers uuid[], supplier_sites uuid[], customer_sites uuid[]) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
declare
  held int[] := policy.grounds();
  gates int[] := policy.gates();
  me int := policy.organisation_no();
  masks int[] := policy.class_masks();
  supplier_owners int[];
  supplier_from int[];
  supplier_to int[];
  customer_owners int[];
  customer_from int[];
  customer_to int[];
  found uuid[];
  judged int;
begin
  if held is null or gates is null then return '{}'; end if;${places('supplier')}${places('customer')}
  if suppliers is not null or supplier_sites is not null then
    ${openAt('supplier')}
  else
    ${openAt('customer')}
  end if;
  ${PADDING}
  return coalesce(found, '{}');
end $$;
revoke execute on function policy.links_open_at(uuid[], uuid[], uuid[], uuid[]) from public;
grant execute on function policy.links_open_at(uuid[], uuid[], uuid[], uuid[]) to sluice_reader;
`;

/** A list of the links of given ends looks up the law first and judges in the index, as a chain does. */
export class JudgeLinksAtTheirEnds1764000000175 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(index('supplier'));
    await runner.query(index('customer'));
    // the new one begins with the same column
    await runner.query('drop index vault.link_customer_owner_no_idx');
    await runner.query(OPEN_AT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function policy.links_open_at(uuid[], uuid[], uuid[], uuid[])');
    await runner.query('create index on vault.link (customer_owner_no)');
    await runner.query('drop index vault.link_at_supplier, vault.link_at_customer');
  }
}
