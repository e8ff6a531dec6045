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

/** What a hop says, and all that is asked of a link before it is shown: in the index, so that no row is fetched. */
const DETAILS = ['custody_model', 'confidence', 'confidence_basis', 'product_hs6', 'period_start', 'period_end'];
const ASKED = ['contributor_no', 'disclosure_class', 'data_class', 'detail_class', 'supplier_stage', 'customer_stage'];

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

const TOLD = (row: string): string =>
  `${row}.state = 'DISCLOSED' and ${row}.effective_audience >= 1 and ${row}.ended_on is null and ${row}.withdrawn_at is null`;

/** In the order in which a walk gives its hops, so that nothing is sorted. */
function index({ name, near, far }: Direction): string {
  const columns = ['owner_no', 'customer_owner_no', ...ASKED, ...DETAILS];
  return `create index link_walk_${name} on vault.link (mineral_id, ${unitOf(near)}, ${unitOf(far)}, id) include (${columns.join(', ')}) where ${TOLD('link').replaceAll('link.', '')}`;
}

/** Own links that are not disclosed, at own places and at others': each way has an index of its own, as in the walk of before. */
function ownLinks({ near, far }: Direction): string {
  const at = unitOf(near);
  const untold = `not (l.state = 'DISCLOSED' and l.effective_audience >= 1)`;
  return `
        select l.* from unnest(stands) p(no) join policy.unit u on u.unit_no = p.no and u.owner_no = me
        join vault.link l on l.mineral_id = mineral and l.${at} = p.no where ${LIVE('l')} and ${untold}
        union all
        select l.* from unnest(stands) p(no) join vault.link l on l.${ownerOf(far)} = me and l.mineral_id = mineral and l.${at} = p.no
        where ${LIVE('l')} and ${untold} and l.${ownerOf(near)} <> me`;
}

/** The grounds that open a class of a link's row, worked out once a row: a lookup in the viewer's array costs as much as the rest. */
const opens = (cell: string, gate: string): string =>
  `masks[l.${cell} * 4 + ${AGE}] & ${gate} & (${FREE} | case when me in (l.owner_no, l.customer_owner_no) then ${PARTY} else 0 end)`;

const admitsBy = (mask: string, gate: string): string =>
  `((held[l.unit_no] & ${mask}) <> 0 and (held[l.customer_unit_no] & ${mask}) <> 0 and (l.contributor_no = l.owner_no or (held[l.contributor_no] & ${mask}) <> 0)
          or (held[l.contributor_no] & ${gate} & ${SELF}) <> 0)`;

const ROW_GATE = 'gates[l.data_class + 1]';
const DETAIL_GATE = `gates[${LINK_GATE}]`;

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

/** What a hop says: product, period, custody and confidence where both ends tell the whole link. */
function hopOf({ near, far }: Direction): string {
  const details = DETAILS.map((column) => `case when d.detailed then l.${column} end`);
  return `row(l.id, null, l.${unitOf(near)}, l.${unitOf(far)}, depth, l.supplier_stage, l.customer_stage, ${details.join(', ')})::policy.chain_hop`;
}

/** The visible hops of a level among some links, in the order of near end, far end and id. */
function hopsAmong(links: string, direction: Direction, where: string): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  return `
      select ${hopOf(direction)} as hop, l.${far} as far_no
      from ${links} l
      cross join lateral (select ${opens('disclosure_class', ROW_GATE)} as mask, ${opens('detail_class', DETAIL_GATE)} as detail_mask offset 0) g
      cross join lateral (select ${admitsBy('g.detail_mask', DETAIL_GATE)} as detailed offset 0) d
      where ${where} and ${admitsBy('g.mask', ROW_GATE)} and (product is null or d.detailed and l.product_hs6 = product)
      order by l.${near}, l.${far}, l.id limit edges_max + 1`;
}

/**
 * One hop after another until nothing new is visible, the depth or the bound is reached. A level is one scan of one index that
 * holds whatever is asked of a link; a place is followed once. The plans are generic: planned anew for each level, the
 * viewer's array would stand in the plan some ten times.
 */
function walk(direction: Direction): string {
  const gather = `select coalesce(array_agg(v.hop), '{}'), coalesce(array_agg(v.far_no), '{}')`;
  const atStands = `l.mineral_id = mineral and l.${unitOf(direction.near)} = any(stands) and ${TOLD('l')}`;
  return `
create or replace function policy.chain_${direction.name}(root int, mineral text, product text, depth_max int, nodes_max int, edges_max int)
returns setof policy.chain_hop language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
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
  fars int[];
  own policy.chain_hop[];
  own_fars int[];
  unnamed policy.chain_hop[];
  unnamed_fars int[];
  room int;
  given int;
begin
  if held is null or gates is null then return; end if;
  for depth in 0 .. depth_max - 1 loop
    exit when front = '{}' and later = '{}';
    -- a site and its organisation; a whole organisation and its sites of the mineral
    stands := array(
      (select n from unnest(front) n
      union select u.owner_no from policy.unit u where u.unit_no = any(front)
      union select s.unit_no from policy.unit u join policy.site_mineral s on s.owner_no = u.unit_no and s.mineral_id = mineral
        where u.unit_no = any(front) and u.owner_no = u.unit_no)
      except select n from unnest(seen) n);
    seen := seen || stands;
    ${gather} into level, fars from (${hopsAmong('vault.link', direction, atStands)}) v;
    ${gather} into own, own_fars from (${hopsAmong(`(${ownLinks(direction)})`, direction, 'true')}) v;
    if own <> '{}' then
      level := level || own;
      fars := fars || own_fars;
    end if;
    -- no two unnamed places in a row: what lies behind one is named; and none reaches past the depth asked for
    unnamed := case when depth + 2 > depth_max or product is not null then '{}' else array(${opaqueHops(direction)}) end;
    unnamed_fars := array(select h.far_no from unnest(unnamed) h);
    fresh := array(select n from unnest(fars || unnamed_fars) n except select n from unnest(known) n order by 1);
    room := nodes_max - cardinality(known) - cardinality(unnamed);
    if cardinality(fresh) > room or cardinality(level) > edges_max then
      -- INVARIANT BoundedByWhatIsShown: the walk ends here, and says so by a row without ends
      if own <> '{}' then
        level := array(select h from unnest(level) h order by h.near_no, h.far_no, h.link_id limit edges_max + 1);
        fresh := array(select h.far_no from unnest(level) h union select n from unnest(unnamed_fars) n except select n from unnest(known) n order by 1);
      end if;
      fresh := known || fresh[1 : greatest(room, 0)];
      -- "is true" keeps it one lookup in a hash: the planner takes lists for ten long, and would walk them for each row
      return query select h.* from unnest(level) h where (h.far_no in (select n from unnest(fresh) n)) is true limit edges_max;
      get diagnostics given = row_count;
      return query select h.* from unnest(unnamed) h where h.far_no = any(fresh) limit edges_max - given;
      return next null::policy.chain_hop;
      return;
    end if;
    return query select h.* from unnest(level) h;
    return query select h.* from unnest(unnamed) h;
    edges_max := edges_max - cardinality(level);
    known := known || fresh;
    -- what lies behind an unnamed place is two hops away; where a place was met before, all around it was followed
    front := case when unnamed_fars = '{}' then fresh else array(select n from unnest(fars) n intersect select n from unnest(fresh) n) end || later;
    later := unnamed_fars;
  end loop;
end $$;`;
}

/** The same hops from an index alone: neither rows nor sorts, and each place is asked about once. */
export class WalkByIndex1764000000113 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const direction of DIRECTIONS) {
      await runner.query(index(direction));
      await runner.query(walk(direction));
    }
  }

  /** The answers are those of before, so that the older form need not come back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index vault.link_walk_upward, vault.link_walk_downward');
  }
}
