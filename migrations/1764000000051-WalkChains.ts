import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bits of the grounds, frozen here as src/policy/grounds.ts had them. */
const SELF = 1 << 8;
const AFFILIATE = 1 << 9;
const CUSTOMER = 1 << 10;
const SUPPLIER = 1 << 11;
const DOWNSTREAM = 1 << 12;
const UPSTREAM = 1 << 13;
const PARTY_OR_GRANT = (3 << 15) | (3 << 25);
const PARTY = (1 << 15) | (1 << 25);
const PARTY_COMPETITOR = 1 << 25;
/** Counsel and secretariat never read links; everybody else by what the row law of vault.link says. */
const FREE = (2 ** 28 - 1) & ~PARTY_OR_GRANT & ~((1 << 4) | (1 << 5));
/** Element of policy.class_masks() for a timeless fact of a class, and of policy.gates() for the class LINK. */
const AGE = 3;
const LINK_GATE = 6;
const COUNTERPARTY = 5;

/** A walk reads only these of what is disclosed; own links and consent to unnamed intermediates have indexes of their own. */
const INDEXES = `
create index link_sold on vault.link (owner_no, mineral_id, customer_unit_no) where ended_on is null and withdrawn_at is null;
create index link_bought on vault.link (customer_owner_no, mineral_id, unit_no) where ended_on is null and withdrawn_at is null;
create index link_opaque_upward on vault.link (mineral_id, customer_unit_no) where (customer_opaque or supplier_opaque) and ended_on is null and withdrawn_at is null;
create index link_opaque_downward on vault.link (mineral_id, unit_no) where (customer_opaque or supplier_opaque) and ended_on is null and withdrawn_at is null;
`;

const HOP = `
-- Whoever stands at a site stands at its organisation; whoever stands at a whole organisation, at its sites of the mineral.
create function policy.chain_stands(unit_nos int[], mineral text) returns int[]
language sql stable set search_path = pg_catalog as $$
  select array(
    select n from unnest(unit_nos) n
    union select u.owner_no from unnest(unit_nos) n join policy.unit u on u.unit_no = n
    union select s.unit_no from unnest(unit_nos) n join policy.site_mineral s on s.owner_no = n and s.mineral_id = mineral)
$$;
revoke execute on function policy.chain_stands(int[], text) from public;
create type policy.chain_hop as (
  link_id uuid, hidden_link_id uuid, near_no int, far_no int, near_depth int, supplier_stage text, customer_stage text,
  custody_model text, confidence numeric, confidence_basis text, product_hs6 text, period_start date, period_end date
);
`;

interface Direction {
  name: string;
  near: 'customer' | 'supplier';
  far: 'customer' | 'supplier';
  /** the ground that the viewer has towards what it reaches this way */
  reached: number;
  /** the grounds that put it into the chain of a unit on this way */
  standing: number;
}

const DIRECTIONS: readonly Direction[] = [
  {
    name: 'upward',
    near: 'customer',
    far: 'supplier',
    reached: DOWNSTREAM,
    standing: SELF | AFFILIATE | CUSTOMER | DOWNSTREAM,
  },
  {
    name: 'downward',
    near: 'supplier',
    far: 'customer',
    reached: UPSTREAM,
    standing: SELF | AFFILIATE | SUPPLIER | UPSTREAM,
  },
];

const unitOf = (end: 'customer' | 'supplier'): string => (end === 'customer' ? 'customer_unit_no' : 'unit_no');
const ownerOf = (end: 'customer' | 'supplier'): string => (end === 'customer' ? 'customer_owner_no' : 'owner_no');

/** The row law of vault.link on one row, with the masks of the same build; a differential test holds them together. */
function admits(row: string, gate = `gates[${row}.data_class + 1]`, cell = `${row}.disclosure_class`): string {
  const grounds = `masks[${cell} * 4 + ${AGE}] & ${gate} & (${FREE} | case when me in (${row}.owner_no, ${row}.customer_owner_no) then ${PARTY} else 0 end)`;
  return `((held[${row}.unit_no] & ${grounds}) <> 0 and (held[${row}.customer_unit_no] & ${grounds}) <> 0
        and (${row}.contributor_no = ${row}.owner_no or (held[${row}.contributor_no] & ${grounds}) <> 0)
        or (held[${row}.contributor_no] & ${gate} & ${SELF}) <> 0)`;
}

/** Product, period, custody and confidence need the full form of both ends. */
const isDetailed = (row: string): string => admits(row, `gates[${LINK_GATE}]`, `${row}.detail_class`);

function hopOf(row: string, { near, far }: Direction): string {
  const detail = (column: string): string => `case when s.detailed then ${row}.${column} end`;
  return `row(${row}.id, null, ${row}.${unitOf(near)}, ${row}.${unitOf(far)}, depth, ${row}.supplier_stage, ${row}.customer_stage,
        ${['custody_model', 'confidence', 'confidence_basis', 'product_hs6', 'period_start', 'period_end'].map(detail).join(', ')})::policy.chain_hop`;
}

/**
 * What an end consented to as an unnamed neighbour: its own audience admits the reader, who competes with neither. CHAIN at
 * the far end reaches whoever stands in the chain of the near end, hop by hop.
 */
function neighbourAdmits(row: string, end: 'customer' | 'supplier', extra: string): string {
  const audience = `greatest(${row}.${end}_audience, ${row}.${end}_distance)`;
  const cell = `case ${audience} when 1 then ${2 * 16 + COUNTERPARTY} when 2 then ${16 + COUNTERPARTY} else 0 end`;
  return `(${row}.${end}_opaque and ${audience} >= 1 and (held[${row}.${unitOf(end)}] & ${PARTY_COMPETITOR}) = 0
        and ((held[${row}.${unitOf(end)}] | ${extra}) & masks[(${cell}) * 4 + ${AGE}] & gates[${LINK_GATE}] & ${FREE}) <> 0)`;
}

const LIVE = (row: string): string =>
  `${row}.state in ('CONFIRMED', 'DISCLOSED') and ${row}.ended_on is null and ${row}.withdrawn_at is null`;

/**
 * The visible links at the places where a walk stands. Three ways in, each by an index of its own, so that a link that is
 * hidden from the viewer is not even visited: disclosed ones, own ones of its own places, own ones of others' places.
 */
function candidates(direction: Direction): string {
  const near = unitOf(direction.near);
  return `
      select l.id from unnest(stands) p(no) join vault.link l on l.mineral_id = mineral and l.${near} = p.no
      where l.state = 'DISCLOSED' and l.effective_audience >= 1 and l.ended_on is null and l.withdrawn_at is null
      union
      select l.id from unnest(stands) p(no) join policy.unit u on u.unit_no = p.no and u.owner_no = me
      join vault.link l on l.mineral_id = mineral and l.${near} = p.no where ${LIVE('l')}
      union
      select l.id from unnest(stands) p(no) join vault.link l on l.${ownerOf(direction.far)} = me and l.mineral_id = mineral and l.${near} = p.no
      where ${LIVE('l')}`;
}

/** Behind a hidden link whose near end admits, links whose far end admits: one unnamed place between two named ones. */
function opaqueHops(direction: Direction): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  const reachedBehind = `case when (held[a.${near}] & gates[${LINK_GATE}] & ${direction.standing}) <> 0 then ${direction.reached} else 0 end`;
  return `
      select row(a.id, b.id, a.${near}, b.${far}, depth, b.supplier_stage, a.customer_stage, null, null, null, null, null, null)::policy.chain_hop
      from unnest(stands) p(no)
      join vault.link a on a.mineral_id = mineral and a.${near} = p.no and ${LIVE('a')} and a.${direction.near}_opaque
      cross join lateral unnest(policy.chain_stands(array[a.${far}], mineral)) h(no)
      join vault.link b on b.mineral_id = mineral and b.${near} = h.no and ${LIVE('b')} and b.${direction.far}_opaque
      where ${neighbourAdmits('a', direction.near, '0')} and ${neighbourAdmits('b', direction.far, reachedBehind)}
        and (held[a.${far}] & ${PARTY_COMPETITOR | SELF}) = 0 and not ${admits('a')} and not ${admits('b')}
        and b.${far} <> a.${near}
      order by a.id, b.id limit edges_max`;
}

/** One hop after another until nothing new is visible, the depth or the bound is reached. */
function walk(direction: Direction): string {
  return `
create function policy.chain_${direction.name}(root int, mineral text, product text, depth_max int, nodes_max int, edges_max int)
returns setof policy.chain_hop language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  held int[] := policy.grounds();
  gates int[] := policy.gates();
  me int := policy.organisation_no();
  masks int[] := policy.class_masks();
  front int[] := array[root];
  later int[] := '{}';
  seen int[] := '{}';
  known int[] := array[root];
  stands int[];
  fresh int[];
  level policy.chain_hop[];
  unnamed policy.chain_hop[];
  room int;
begin
  if held is null or gates is null then return; end if;
  for depth in 0 .. depth_max - 1 loop
    exit when front = '{}' and later = '{}';
    stands := array(select s.no from unnest(policy.chain_stands(front, mineral)) s(no) except select n from unnest(seen) n);
    seen := seen || stands;
    level := array(
      select ${hopOf('l', direction)}
      from (${candidates(direction)}) c join vault.link l on l.id = c.id
      cross join lateral (select ${isDetailed('l')} as detailed) s
      where ${admits('l')} and (product is null or s.detailed and l.product_hs6 = product)
      order by l.${unitOf(direction.near)}, l.${unitOf(direction.far)}, l.id limit edges_max + 1);
    -- no two unnamed places in a row: what lies behind one is named; and none reaches past the depth asked for
    unnamed := case when depth + 2 > depth_max or product is not null then '{}' else array(${opaqueHops(direction)}) end;
    fresh := array(select distinct h.far_no from unnest(level || unnamed) h except select n from unnest(known) n order by 1);
    room := nodes_max - cardinality(known) - cardinality(unnamed);
    if cardinality(fresh) > room or cardinality(level) > edges_max then
      -- INVARIANT BoundedByWhatIsShown: the walk ends here, and says so by a row without ends
      fresh := known || fresh[1 : greatest(room, 0)];
      return query select h.* from unnest(level || unnamed) h where h.far_no = any(fresh) limit edges_max;
      return next null::policy.chain_hop;
      return;
    end if;
    return query select h.* from unnest(level || unnamed) h;
    edges_max := edges_max - cardinality(level);
    known := known || fresh;
    front := later || array(select distinct h.far_no from unnest(level) h);
    later := array(select distinct h.far_no from unnest(unnamed) h);
  end loop;
end $$;`;
}

/** The same walk over links as they were known at a time, judged by today's rights and by the narrower of both classes. */
function walkThen(direction: Direction): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  const today = `masks[today.disclosure_class * 4 + ${AGE}] & gates[today.data_class + 1] & (${FREE} | case when me in (l.owner_no, l.customer_owner_no) then ${PARTY} else 0 end)`;
  return `
create function policy.chain_${direction.name}_then(root int, mineral text, product text, depth_max int, nodes_max int, edges_max int, as_of timestamptz)
returns setof policy.chain_hop language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  held int[] := policy.grounds();
  gates int[] := policy.gates();
  me int := policy.organisation_no();
  masks int[] := policy.class_masks();
  front int[] := array[root];
  seen int[] := '{}';
  stands int[];
  level policy.chain_hop[];
  shown int := 1;
begin
  if held is null or gates is null then return; end if;
  for depth in 0 .. depth_max - 1 loop
    exit when front = '{}';
    stands := array(select s.no from unnest(policy.chain_stands(front, mineral)) s(no) except select n from unnest(seen) n);
    seen := seen || stands;
    level := array(
      select ${hopOf('l', direction)}
      from (select v.* from vault.link v where v.mineral_id = mineral and v.${near} = any(stands) and v.known_from <= as_of
        union all
        select v.* from vault.link_history v where v.mineral_id = mineral and v.${near} = any(stands) and v.known_from <= as_of and v.known_to > as_of) l
      join vault.link today on today.id = l.id
      cross join lateral (select ${isDetailed('l')} and ${isDetailed('today')} as detailed) s
      where ${LIVE('l')} and today.withdrawn_at is null and ${admits('l')}
        and ((held[l.unit_no] & ${today}) <> 0 and (held[l.customer_unit_no] & ${today}) <> 0 or (held[l.contributor_no] & ${SELF}) <> 0)
        and (product is null or s.detailed and l.product_hs6 = product)
      order by l.${near}, l.${far}, l.id limit edges_max + 1);
    return query select h.* from unnest(level) h limit edges_max;
    shown := shown + cardinality(level);
    edges_max := edges_max - cardinality(level);
    if shown > nodes_max or edges_max < 0 then
      return next null::policy.chain_hop;
      return;
    end if;
    front := array(select distinct h.far_no from unnest(level) h);
  end loop;
end $$;`;
}

/**
 * Hops from the reader's own organisation to the nearest of the targets, over links whose ends consented to count as a step;
 * no competitor of either end. NULL where there is no such way, as for a target without any link.
 */
function distance(direction: Direction): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  return `
create function policy.chain_distance_${direction.name}(mineral text, targets int[], depth_max int) returns int
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  held int[] := policy.grounds();
  gates int[] := policy.gates();
  me int := policy.organisation_no();
  front int[];
  seen int[] := '{}';
  stands int[];
begin
  if held is null or gates is null or coalesce(me, 0) = 0 then return null; end if;
  front := array(select distinct l.${far} from vault.link l where l.${ownerOf(direction.near)} = me and l.mineral_id = mineral and ${LIVE('l')});
  for depth in 1 .. depth_max loop
    exit when front = '{}';
    stands := policy.chain_stands(front, mineral);
    if stands && targets then return depth; end if;
    exit when (gates[${LINK_GATE}] & ${direction.reached}) = 0;
    seen := seen || front;
    front := array(
      select l.${far} from vault.link l
      where l.mineral_id = mineral and l.${near} = any(stands) and l.state = 'DISCLOSED' and l.ended_on is null and l.withdrawn_at is null
        and (greatest(l.supplier_audience, l.supplier_distance) = 3 and greatest(l.customer_audience, l.customer_distance) = 3
          or ((held[l.unit_no] | held[l.customer_unit_no]) & ${PARTY_COMPETITOR}) = 0)
        and least(greatest(l.supplier_audience, l.supplier_distance), greatest(l.customer_audience, l.customer_distance)) >= 1
      except select n from unnest(seen) n);
  end loop;
  return null;
end $$;`;
}

/** `domain.md` 1.2 and J1: a chain as far as each hop admits the reader, and not a step further. */
export class WalkChains1764000000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
    await runner.query(HOP);
    for (const direction of DIRECTIONS) {
      for (const sql of [walk(direction), walkThen(direction), distance(direction)]) await runner.query(sql);
      await runner.query(`
revoke execute on function policy.chain_${direction.name}, policy.chain_${direction.name}_then, policy.chain_distance_${direction.name} from public;
grant execute on function policy.chain_${direction.name}, policy.chain_${direction.name}_then, policy.chain_distance_${direction.name} to sluice_reader, sluice_contributor`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of DIRECTIONS) {
      await runner.query(
        `drop function policy.chain_${name}, policy.chain_${name}_then, policy.chain_distance_${name}`,
      );
    }
    await runner.query(`
drop type policy.chain_hop;
drop function policy.chain_stands;
drop index vault.link_sold, vault.link_bought, vault.link_opaque_upward, vault.link_opaque_downward`);
  }
}
