import type { CastMember, Trade } from './cast';
import { STAGES } from './members';
import { Random, uuidOf } from './random';
import type { DemoStore, Row } from './store';

export interface DemoSite {
  readonly key: string;
  readonly owner: CastMember;
  readonly trade: Trade;
  readonly type: string;
  readonly stage: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly minerals: readonly string[];
  readonly isArtisanal: boolean;
  readonly status: string;
  /** multiplies every absolute figure: lognormal within the size class of the owner */
  readonly size: number;
  /** of a joint venture: the partner and its share in % */
  readonly partner: { readonly member: CastMember; readonly percent: number } | null;
}

const TYPES: Readonly<Record<Trade, readonly [string, ...string[]]>> = {
  MINER: ['MINE_OPEN_PIT', 'MINE_UNDERGROUND'],
  REFINER: ['REFINERY', 'REFINERY', 'SMELTER'],
  CATHODE: ['CHEMICAL_PLANT'],
  CELL: ['COMPONENT_PLANT'],
  MAKER: ['ASSEMBLY_PLANT'],
  TRADER: ['WAREHOUSE'],
  RECYCLER: ['RECYCLER'],
};
const NOUN: Readonly<Record<Trade, string>> = {
  MINER: 'mine',
  REFINER: 'refinery',
  CATHODE: 'plant',
  CELL: 'cell plant',
  MAKER: 'assembly',
  TRADER: 'warehouse',
  RECYCLER: 'recycling works',
};
/** A point well inside each country; sites lie within a third of a degree of it. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = {
  AU: [-27.5, 121.5],
  BE: [50.6, 4.8],
  BR: [-10.2, -48.3],
  CA: [50.5, -86.5],
  CD: [-10.7, 26.2],
  CH: [46.9, 7.9],
  CL: [-24.3, -69.1],
  CN: [29.6, 112.4],
  DE: [51.2, 10.3],
  FI: [63.2, 26.9],
  FR: [47.1, 2.6],
  GB: [52.6, -1.4],
  HU: [47.2, 19.3],
  ID: [-2.3, 121.4],
  IT: [44.9, 10.6],
  JP: [36.3, 138.2],
  KR: [36.4, 127.9],
  MA: [32.2, -6.9],
  MZ: [-13.9, 38.6],
  NL: [52.2, 5.6],
  PE: [-13.9, -72.6],
  PH: [15.9, 121.2],
  PL: [52.0, 19.4],
  SE: [59.6, 15.4],
  SG: [1.35, 103.82],
  US: [39.2, -95.4],
  ZM: [-13.2, 27.6],
};
const SPREAD_DEGREES = 0.33;
const WHERE_ELSE: readonly [string, ...string[]] = ['CL', 'CD', 'PE', 'AU', 'CA', 'BR', 'ZM'];
const SIZE_OF_CLASS = [1, 1, 2.5, 6, 60];
const SIGMA = 0.6;

/** The sites of everybody; a dozen are joint ventures, some mines are artisanal, some are still being built. */
export function makeSites(random: Random, cast: readonly CastMember[]): DemoSite[] {
  const companies = cast.filter((member) => member.isCompany);
  return companies.flatMap((owner) =>
    Array.from({ length: owner.siteCount }, (_each, index) => makeSite(random, owner, index, companies)),
  );
}

function makeSite(random: Random, owner: CastMember, index: number, companies: readonly CastMember[]): DemoSite {
  const trade = owner.trades[index % owner.trades.length] ?? 'TRADER';
  const isFirst = index === 0;
  const isArtisanal = trade === 'MINER' && !isFirst && random.chance(0.08);
  const country = !isFirst && trade === 'MINER' && random.chance(0.3) ? random.pick(WHERE_ELSE) : owner.jurisdiction;
  const [latitude, longitude] = PLACES[country] ?? [46.9, 7.9];
  const jitter = (): number => (random.next() * 2 - 1) * (country === 'SG' ? 0.03 : SPREAD_DEGREES);
  const partners = companies.filter((other) => other.group !== owner.group && other.trades.includes('MINER'));
  const [first, ...others] = partners;
  const isJoint = trade === 'MINER' && !isFirst && first !== undefined && random.chance(0.18);
  return {
    key: `${owner.key}/${index + 1}`,
    owner,
    trade,
    type: isArtisanal ? 'ASM_COOPERATIVE' : random.pick(TYPES[trade]),
    stage: isArtisanal ? 'MINING_ASM' : STAGES[trade].sells,
    country,
    latitude: latitude + jitter(),
    longitude: longitude + jitter(),
    minerals: owner.minerals,
    isArtisanal,
    status:
      isFirst || random.chance(0.9)
        ? 'OPERATING'
        : random.pick(['CONSTRUCTION', 'CARE_AND_MAINTENANCE', 'EXPLORATION']),
    size: (SIZE_OF_CLASS[owner.sizeClass] ?? 1) * random.lognormal(SIGMA),
    partner:
      isJoint && first !== undefined
        ? { member: random.pick([first, ...others]), percent: random.pick([30, 40, 49]) }
        : null,
  };
}

const CLEAN_TEAM_SECURITY = 7 * 16 + 11;

export async function storeSites(store: DemoStore, random: Random, sites: readonly DemoSite[]): Promise<void> {
  let smelters = 0;
  const nextCid = (): string => `CID99${String((smelters += 1)).padStart(4, '0')}`;
  await store.insert(
    'vault.site',
    sites.map((site) => siteRow(store, site, nextCid)),
  );
  await store.insert(
    'vault.site_owner',
    sites.flatMap((site) => ownerRows(store, site)),
  );
  await store.insert(
    'vault.capacity',
    sites.map((site) => ({
      id: uuidOf(`capacity ${site.key}`),
      ...store.about(site.key, 'OWNER_ONLY', 'CAPACITY', 'CSI_CORE'),
      site_id: uuidOf(site.key),
      product: site.minerals[0] ?? 'product',
      nameplate: true,
      tonnes_per_year: Math.max(100, Math.round(site.size * 9000)),
    })),
  );
  const mines = sites.filter((site) => site.trade === 'MINER' && !site.isArtisanal);
  await store.insert(
    'vault.tailings_facility',
    mines.map((site) => ({
      id: uuidOf(`dam ${site.key}`),
      ...store.about(site.key, 'PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
      site_id: uuidOf(site.key),
      name: random.pick(['North dam', 'South dam', 'Valley dam']),
      raising_method: random.pick(['DOWNSTREAM', 'CENTRELINE', 'UPSTREAM', 'DRY_STACK']),
      consequence_class: random.pick(['LOW', 'SIGNIFICANT', 'HIGH', 'VERY_HIGH', 'EXTREME']),
      volume_cubic_metres: Math.round(site.size * 1_500_000),
    })),
  );
}

function siteRow(store: DemoStore, site: DemoSite, nextCid: () => string): Row {
  const { owner } = site;
  const number = site.key.slice(owner.key.length + 1);
  const places = site.isArtisanal ? 1 : 4;
  return {
    id: uuidOf(site.key),
    ...store.about(site.key, 'PUBLIC', 'NONE', 'PUBLIC_CLAIM'),
    organisation_id: uuidOf(owner.key),
    name: `${owner.name.split(' ')[0] ?? owner.name} ${site.isArtisanal ? 'cooperative' : NOUN[site.trade]}${number === '1' ? '' : ` ${number}`}`,
    type: site.type,
    stages: [site.stage],
    rmi_cid: site.type === 'REFINERY' || site.type === 'SMELTER' ? nextCid() : null,
    country: site.country,
    latitude: site.latitude.toFixed(4),
    longitude: site.longitude.toFixed(4),
    public_latitude: site.latitude.toFixed(places),
    public_longitude: site.longitude.toFixed(places),
    location_class: site.isArtisanal ? CLEAN_TEAM_SECURITY : 0,
    status: site.status,
    main_mineral: site.minerals[0] ?? null,
    minerals: site.minerals.slice(0, 1),
    by_products: site.minerals.slice(1),
    joint_venture: site.partner !== null,
    ownership_unit: site.partner === null ? uuidOf(`group ${owner.group}`) : uuidOf(`venture ${site.key}`),
  };
}

function ownerRows(store: DemoStore, { key, owner, partner }: DemoSite): Row[] {
  const share = (member: CastMember, percent: number): Row => ({
    id: uuidOf(`share ${key} ${member.key}`),
    ...store.about(key, 'ALLIANCE', 'NONE', 'ALLIANCE_META'),
    site_id: uuidOf(key),
    holder_id: uuidOf(member.key),
    holder_name: member.name,
    percent,
  });
  return partner === null
    ? [share(owner, 100)]
    : [share(owner, 100 - partner.percent), share(partner.member, partner.percent)];
}
