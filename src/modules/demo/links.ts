import type { Trade } from './cast';
import { STAGES } from './members';
import { Random, uuidOf } from './random';
import type { DemoSite } from './sites';
import type { DemoStore, Row } from './store';

/** 0 the two ends, 1 the chain, 2 the alliance. */
type Audience = 0 | 1 | 2;

export interface DemoLink {
  readonly supplier: DemoSite;
  readonly customer: DemoSite;
  readonly mineral: string;
  readonly state: 'ASSERTED' | 'CONFIRMED' | 'DISCLOSED';
  readonly audience: Audience;
}

/** Who buys from whom, from the mine to the maker: five hops, six with a trader in between. */
const SUPPLIERS_OF: readonly (readonly [customer: Trade, supplier: Trade, links: number])[] = [
  ['REFINER', 'MINER', 3],
  ['TRADER', 'REFINER', 4],
  ['CATHODE', 'REFINER', 3],
  ['CATHODE', 'TRADER', 1],
  ['CATHODE', 'RECYCLER', 1],
  ['CELL', 'CATHODE', 3],
  ['MAKER', 'CELL', 4],
];

/**
 * The story: Auto buys from Cath, Cath from SmA and from its competitor SmB, SmA from MineX. Disclosed along the chain is the
 * way from Auto to SmA; that SmA buys from MineX, and Cath from SmB, stays between the ends.
 */
const STORY: readonly (readonly [
  supplier: string,
  customer: string,
  mineral: string,
  state: DemoLink['state'],
  audience: Audience,
])[] = [
  ['cath/1', 'auto/1', 'cobalt', 'DISCLOSED', 1],
  ['sma/1', 'cath/1', 'cobalt', 'DISCLOSED', 1],
  ['minex/1', 'sma/1', 'cobalt', 'CONFIRMED', 0],
  ['smb/1', 'cath/1', 'cobalt', 'CONFIRMED', 0],
  ['velmora/1', 'smb/1', 'cobalt', 'CONFIRMED', 0],
  ['velmora/1', 'sma/2', 'copper', 'DISCLOSED', 1],
  ['sma/1', 'velmora/2', 'cobalt', 'DISCLOSED', 1],
  ['tarnholt/1', 'auto2/1', 'cobalt', 'DISCLOSED', 1],
  ['minex/2', 'velmora/2', 'copper', 'DISCLOSED', 2],
];
/** Firms of the story get no further suppliers by chance, so that the story stays what it is. */
const WITHOUT_CHANCE = ['auto', 'cath', 'sma', 'smb', 'minex'];

/** Other customers of MineX's copper, enough that what they ask of it can be told together. */
const COPPER_BUYERS = 10;

export function makeLinks(random: Random, sites: readonly DemoSite[]): DemoLink[] {
  const byKey = new Map(sites.map((site) => [site.key, site]));
  const links = STORY.flatMap(([supplier, customer, mineral, state, audience]) => {
    const ends = [byKey.get(supplier), byKey.get(customer)] as const;
    return ends[0] && ends[1] ? [{ supplier: ends[0], customer: ends[1], mineral, state, audience }] : [];
  });
  links.push(...copperOfMineX(sites, byKey));
  for (const customer of sites) {
    if (WITHOUT_CHANCE.includes(customer.owner.key) || customer.status !== 'OPERATING') continue;
    for (const [buyer, seller, count] of SUPPLIERS_OF) {
      if (customer.trade !== buyer) continue;
      links.push(
        ...chanceLinks(
          random,
          customer,
          sites.filter((site) => isPossible(site, customer, seller)),
          count,
        ),
      );
    }
  }
  return onceEach(links);
}

function isPossible(supplier: DemoSite, customer: DemoSite, trade: Trade): boolean {
  return (
    supplier.trade === trade &&
    supplier.status === 'OPERATING' &&
    supplier.owner.group !== customer.owner.group &&
    !WITHOUT_CHANCE.includes(supplier.owner.key) &&
    supplier.minerals.some((mineral) => customer.minerals.includes(mineral))
  );
}

function chanceLinks(random: Random, customer: DemoSite, candidates: readonly DemoSite[], count: number): DemoLink[] {
  return random.some(candidates, random.whole(1, count)).map((supplier) => {
    const common = supplier.minerals.filter((mineral) => customer.minerals.includes(mineral));
    const roll = random.next();
    const state = roll < 0.65 ? 'DISCLOSED' : roll < 0.9 ? 'CONFIRMED' : 'ASSERTED';
    const audience: Audience = state !== 'DISCLOSED' ? 0 : random.chance(0.25) ? 2 : 1;
    return { supplier, customer, mineral: common[random.whole(0, common.length - 1)] ?? 'cobalt', state, audience };
  });
}

function copperOfMineX(sites: readonly DemoSite[], byKey: ReadonlyMap<string, DemoSite>): DemoLink[] {
  const mine = byKey.get('minex/1');
  if (mine === undefined) return [];
  const groups = new Set<string>(['minex', 'G1']);
  const buyers = sites.filter((site) => {
    const fits =
      site.minerals.includes('copper') &&
      ['REFINER', 'TRADER'].includes(site.trade) &&
      !WITHOUT_CHANCE.includes(site.owner.key) &&
      site.status === 'OPERATING';
    if (!fits || groups.has(site.owner.group)) return false;
    groups.add(site.owner.group);
    return true;
  });
  return buyers
    .slice(0, COPPER_BUYERS)
    .map((customer) => ({ supplier: mine, customer, mineral: 'copper', state: 'CONFIRMED', audience: 0 }));
}

function onceEach(links: readonly DemoLink[]): DemoLink[] {
  return [
    ...new Map(links.map((link) => [`${link.supplier.key} ${link.customer.key} ${link.mineral}`, link])).values(),
  ];
}

export async function storeLinks(
  store: DemoStore,
  random: Random,
  links: readonly DemoLink[],
  year: number,
): Promise<void> {
  await store.insert(
    'vault.link',
    links.map((link) => linkRow(store, random, link, year)),
  );
}

function linkRow(
  store: DemoStore,
  random: Random,
  { supplier, customer, mineral, state, audience }: DemoLink,
  year: number,
): Row {
  const buyer = store.unit(customer.key);
  return {
    id: uuidOf(`link ${supplier.key} ${customer.key} ${mineral}`),
    ...store.about(supplier.key, 'ADDRESSED', 'COUNTERPARTY', 'LINK'),
    customer_unit_no: buyer.unitNo,
    customer_owner_no: buyer.ownerNo,
    supplier_id: uuidOf(supplier.owner.key),
    customer_id: uuidOf(customer.owner.key),
    supplier_site_id: uuidOf(supplier.key),
    customer_site_id: uuidOf(customer.key),
    asserted_by_no: buyer.ownerNo,
    mineral_id: mineral,
    supplier_stage: supplier.stage,
    customer_stage: STAGES[customer.trade].sells,
    period_start: `${year}-01-01`,
    period_end: `${year + 1}-01-01`,
    custody_model: random.pick(['MASS_BALANCE', 'SEGREGATED', 'NONE', 'MASS_BALANCE']),
    volume_band: random.pick(['LT_1', '1_10', '10_30', 'GT_30']),
    volume_band_class: 131,
    confidence: state === 'ASSERTED' ? 0.4 : 0.7,
    confidence_basis: state === 'ASSERTED' ? 'ASSERTED' : 'TWO_SIDED',
    state,
    intra_group: false,
    supplier_audience: audience,
    customer_audience: audience,
    supplier_form: 0,
    customer_form: 0,
    supplier_opaque: false,
    customer_opaque: false,
    confirmed_at: state === 'ASSERTED' ? null : `${year}-02-01T00:00:00Z`,
  };
}
