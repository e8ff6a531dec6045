import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WalkByIndex1764000000113 } from './1764000000113-WalkByIndex';

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

/** Separators that no text of the hub may hold: between the parts of a hop, and between hops. */
const BETWEEN_PARTS = `E'\\x1f'`;
const BETWEEN_HOPS = `E'\\x1e'`;
const PRODUCT_PART = 6;

/**
 * All that a hop may say, in one text that the database computes: reading, gathering and sending eight columns of each hop
 * cost as much as the walk itself. Dates as days since 2000, since the form of a date is a setting.
 */
const PARTS = [
  'supplier_stage',
  `coalesce(customer_stage, '')`,
  'custody_model',
  'confidence::text',
  'confidence_basis',
  `coalesce(product_hs6, '')`,
  `(period_start - date '2000-01-01')::text`,
  `(period_end - date '2000-01-01')::text`,
];
const COLUMN = `
alter table vault.link add column told text generated always as (${PARTS.join(` || ${BETWEEN_PARTS} || `)}) stored;
alter table vault.link_history add column told text;
`;

/** A level of a chain: its hops as arrays side by side; between: ids of two hidden links around an unnamed place. */
const STEP = `
create type policy.chain_step as (near_depth int, near_nos int[], far_nos int[], told text, between text);
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
function admits(row: string): string {
  const gate = `gates[${row}.data_class + 1]`;
  const grounds = `masks[${row}.disclosure_class * 4 + ${AGE}] & ${gate} & (${FREE} | case when me in (${row}.owner_no, ${row}.customer_owner_no) then ${PARTY} else 0 end)`;
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

const JUDGED_BY = ['owner_no', 'customer_owner_no', 'contributor_no', 'disclosure_class', 'data_class', 'detail_class'];

/** In the order in which a walk gives its hops, which follows from what they say alone; whatever is asked of a link is in it. */
function index({ name, near, far }: Direction): string {
  return `
drop index vault.link_walk_${name};
create index link_walk_${name} on vault.link (mineral_id, ${unitOf(near)}, ${unitOf(far)}, told) include (${JUDGED_BY.join(', ')}) where ${TOLD('link').replaceAll('link.', '')};
`;
}

function columnsOf({ near, far }: Direction): string {
  return [`l.${unitOf(near)} as near_no`, `l.${unitOf(far)} as far_no`, ...JUDGED_BY.map((column) => `l.${column}`)]
    .concat('l.told')
    .join(', ');
}

function toldLinks(direction: Direction): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  return `
          select ${columnsOf(direction)} from vault.link l
          where l.mineral_id = mineral and l.${near} = any(stands) and ${TOLD('l')}
          order by l.${near}, l.${far}, l.told`;
}

/** Own links that are not disclosed, at own places and at others': each way has an index of its own. */
function ownLinks(direction: Direction): string {
  const near = unitOf(direction.near);
  const untold = `${LIVE('l')} and not (l.state = 'DISCLOSED' and l.effective_audience >= 1)`;
  return `
          select o.* from (
            select ${columnsOf(direction)} from vault.link l where l.mineral_id = mineral and l.${near} = any(own_stands) and ${untold}
            union all
            select ${columnsOf(direction)} from vault.link l
            where l.${ownerOf(direction.far)} = me and l.mineral_id = mineral and l.${near} = any(stands) and ${untold} and l.${ownerOf(direction.near)} <> me
          ) o order by o.near_no, o.far_no, o.told`;
}

/** The grounds that open a class of a link's row, worked out once a row: a lookup in the viewer's array costs as much as the rest. */
const opens = (cell: string, gate: string): string =>
  `masks[l.${cell} * 4 + ${AGE}] & ${gate} & (${FREE} | case when me in (l.owner_no, l.customer_owner_no) then ${PARTY} else 0 end)`;

const admitsBy = (mask: string, gate: string): string =>
  `((l.near_held & l.${mask}) <> 0 and (l.far_held & l.${mask}) <> 0 and (l.contributor_no = l.owner_no or (held[l.contributor_no] & l.${mask}) <> 0)
          or (held[l.contributor_no] & ${gate} & ${SELF}) <> 0)`;

/** The visible hops of a level among some links, in the order of these; product, period, custody and confidence where both ends tell the whole link. */
function hopsAmong(links: string): string {
  const [rowGate, detailGate] = ['gates[l.data_class + 1]', `gates[${LINK_GATE}]`];
  const isDetailed = admitsBy('detail_mask', detailGate);
  const part = (place: number): string => `split_part(l.told, ${BETWEEN_PARTS}, ${place})`;
  return `
      select coalesce(array_agg(h.near_no), '{}') as near_nos, coalesce(array_agg(h.far_no), '{}') as far_nos, string_agg(h.told, ${BETWEEN_HOPS}) as told from (
        select l.near_no, l.far_no, case when ${isDetailed} then l.told else ${part(1)} || ${BETWEEN_PARTS} || ${part(2)} end as told
        from (select l.*, ${opens('disclosure_class', rowGate)} as mask, ${opens('detail_class', detailGate)} as detail_mask,
            held[l.near_no] as near_held, held[l.far_no] as far_held from (${links}) l offset 0) l
        where ${admitsBy('mask', rowGate)} and (product is null or ${isDetailed} and ${part(PRODUCT_PART)} = product)
        limit edges_max + 1) h`;
}

/** Behind a hidden link whose near end admits, links whose far end admits: one unnamed place between two named ones. */
function opaqueHops(direction: Direction): string {
  const [near, far] = [unitOf(direction.near), unitOf(direction.far)];
  const reachedBehind = `case when (held[a.${near}] & gates[${LINK_GATE}] & ${direction.standing}) <> 0 then ${direction.reached} else 0 end`;
  // Only what the near end says of itself: the unnamed place has no stage.
  const stages = direction.near === 'customer' ? ['', `coalesce(a.customer_stage, '')`] : ['a.supplier_stage', ''];
  return `
      select coalesce(array_agg(h.near_no), '{}'), coalesce(array_agg(h.far_no), '{}'), string_agg(h.told, ${BETWEEN_HOPS}), string_agg(h.between, ${BETWEEN_HOPS}) from (
        select a.${near} as near_no, b.${far} as far_no, ${stages.map((stage) => stage || `''`).join(` || ${BETWEEN_PARTS} || `)} as told, a.id::text || b.id::text as between
        from vault.link a
        cross join lateral unnest(policy.chain_stands(array[a.${far}], mineral)) h(no)
        join vault.link b on b.mineral_id = mineral and b.${near} = h.no and ${LIVE('b')} and b.${direction.far}_opaque
        where a.mineral_id = mineral and a.${near} = any(stands) and ${LIVE('a')} and a.${direction.near}_opaque
          and ${neighbourAdmits('a', direction.near, '0')} and ${neighbourAdmits('b', direction.far, reachedBehind)}
          and (held[a.${far}] & ${PARTY_COMPETITOR | SELF}) = 0 and not ${admits('a')} and not ${admits('b')}
          and b.${far} <> a.${near}
        order by a.id, b.id limit edges_max) h`;
}

/** Some hops of a level again: a list is looked up in a hash only where it stands as a sub-select. */
function keep(which: string): string {
  return `select coalesce(array_agg(h.near_no), '{}'), coalesce(array_agg(h.far_no), '{}'), string_agg(h.told, ${BETWEEN_HOPS}) into near_nos, far_nos, told from (
        select h.near_no, h.far_no, h.told from unnest(near_nos, far_nos, string_to_array(told, ${BETWEEN_HOPS})) h(near_no, far_no, told)
        ${which}) h`;
}

const UNKNOWN = `array(select n from unnest(far_nos || unnamed.far_nos) n except select n from unnest(known) n order by 1)`;
const SHOWN = `(h.far_no in (select n from unnest(fresh) n)) is true`;

/** INVARIANT BoundedByWhatIsShown: the walk ends here, and says so by a row without ends. */
const CUT = `
      if own.near_nos <> '{}' then
        ${keep('order by h.near_no, h.far_no, h.told limit edges_max + 1')};
        fresh := ${UNKNOWN};
      end if;
      fresh := known || fresh[1 : greatest(room, 0)];
      ${keep(`where ${SHOWN} limit edges_max`)};
      if near_nos <> '{}' then return next row(depth, near_nos, far_nos, told, null)::policy.chain_step; end if;
      given := cardinality(near_nos);
      return query select depth, array_agg(h.near_no), array_agg(h.far_no), string_agg(h.told, ${BETWEEN_HOPS}), string_agg(h.between, ${BETWEEN_HOPS}) from (
        select h.* from unnest(unnamed.near_nos, unnamed.far_nos, string_to_array(unnamed.told, ${BETWEEN_HOPS}), string_to_array(unnamed.between, ${BETWEEN_HOPS})) h(near_no, far_no, told, between)
        where ${SHOWN} limit edges_max - given) h having count(*) > 0;
      return next null::policy.chain_step;
      return;`;

/**
 * One hop after another until nothing new is visible, the depth or the bound is reached. A level is one scan of one index; a
 * place is followed once. The plans are generic: planned anew for each level, the viewer's array would stand in the plan
 * some ten times.
 */
function walk(direction: Direction): string {
  return `
drop function policy.chain_${direction.name};
create function policy.chain_${direction.name}(root int, mineral text, product text, depth_max int, nodes_max int, edges_max int)
returns setof policy.chain_step language plpgsql stable security definer set search_path = pg_catalog set plan_cache_mode = force_generic_plan as $$
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
  own_stands int[];
  fresh int[];
  near_nos int[];
  far_nos int[];
  told text;
  own policy.chain_step;
  unnamed policy.chain_step;
  room int;
  given int;
begin
  if held is null or gates is null then return; end if;
  for depth in 0 .. depth_max - 1 loop
    exit when front = '{}' and later = '{}';
    -- a site and its organisation; a whole organisation and its sites of the mineral
    stands := array(
      with here as materialized (select u.unit_no, u.owner_no from policy.unit u where u.unit_no = any(front))
      (select unit_no from here
      union all select owner_no from here
      union all select s.unit_no from here join policy.site_mineral s on s.owner_no = here.unit_no and s.mineral_id = mineral
        where here.unit_no = here.owner_no)
      except select n from unnest(seen) n);
    seen := seen || stands;
    own_stands := array(select u.unit_no from policy.unit u where u.owner_no = me and (u.unit_no in (select n from unnest(stands) n)) is true);
    select h.near_nos, h.far_nos, h.told into near_nos, far_nos, told from (${hopsAmong(toldLinks(direction))}) h;
    select depth, h.near_nos, h.far_nos, h.told, null into own from (${hopsAmong(ownLinks(direction))}) h;
    if own.near_nos <> '{}' then
      near_nos := near_nos || own.near_nos;
      far_nos := far_nos || own.far_nos;
      told := concat_ws(${BETWEEN_HOPS}, told, own.told);
    end if;
    -- no two unnamed places in a row: what lies behind one is named; and none reaches past the depth asked for
    unnamed := row(depth, '{}'::int[], '{}'::int[], null, null)::policy.chain_step;
    if depth + 2 <= depth_max and product is null then
      select depth, h.* into unnamed from (${opaqueHops(direction)}) h;
    end if;
    fresh := ${UNKNOWN};
    room := nodes_max - cardinality(known) - cardinality(unnamed.far_nos);
    if cardinality(fresh) > room or cardinality(near_nos) > edges_max then${CUT}
    end if;
    if near_nos <> '{}' then return next row(depth, near_nos, far_nos, told, null)::policy.chain_step; end if;
    if unnamed.near_nos <> '{}' then return next unnamed; end if;
    edges_max := edges_max - cardinality(near_nos);
    known := known || fresh;
    -- what lies behind an unnamed place is two hops away; where a place was met before, all around it was followed
    front := case when unnamed.far_nos = '{}' then fresh else array(select n from unnest(far_nos) n intersect select n from unnest(fresh) n) end || later;
    later := unnamed.far_nos;
  end loop;
end $$;
revoke execute on function policy.chain_${direction.name} from public;
grant execute on function policy.chain_${direction.name} to sluice_reader, sluice_contributor;`;
}

/** The same hops for half of the time: a level is told in three values instead of thousands of rows of thirteen. */
export class TellHopsInOneText1764000000116 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMN);
    await runner.query(STEP);
    for (const direction of DIRECTIONS) {
      await runner.query(index(direction));
      await runner.query(walk(direction));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function policy.chain_upward, policy.chain_downward;
drop type policy.chain_step;
drop index vault.link_walk_upward, vault.link_walk_downward;
alter table vault.link drop column told;
alter table vault.link_history drop column told`);
    await new WalkByIndex1764000000113().up(runner);
    await runner.query(`
revoke execute on function policy.chain_upward, policy.chain_downward from public;
grant execute on function policy.chain_upward, policy.chain_downward to sluice_reader, sluice_contributor`);
  }
}
