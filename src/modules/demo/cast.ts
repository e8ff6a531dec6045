import { DEMO_IDENTITIES } from '../../identity';
import { Random } from './random';

/** What a firm of the demo does; each role buys from the one before it. */
export type Trade = 'MINER' | 'REFINER' | 'CATHODE' | 'CELL' | 'MAKER' | 'TRADER' | 'RECYCLER';

export interface CastMember {
  readonly key: string;
  readonly name: string;
  readonly stakeholderGroup: string;
  readonly isCompany: boolean;
  /** null: serves the alliance without being a member */
  readonly standing: 'GOOD' | 'LATE' | null;
  readonly jurisdiction: string;
  /** key of the group under one control */
  readonly group: string;
  /** more than one: vertically integrated, customer and competitor at once */
  readonly trades: readonly Trade[];
  readonly minerals: readonly string[];
  readonly markets: readonly string[];
  readonly siteCount: number;
  /** 1 small, 2 middle, 3 large, 4 dominant */
  readonly sizeClass: number;
}

interface Part {
  name: string;
  trades: readonly Trade[];
  minerals: readonly string[];
  country: string;
  sites: number;
  size?: number;
  group?: string;
  markets?: readonly string[];
}

/** The people of the story are at home in these. */
const LEADS: Readonly<Record<string, Part>> = {
  auto: {
    name: 'Auto Motor Works',
    trades: ['MAKER'],
    minerals: ['cobalt', 'copper', 'nickel', 'lithium'],
    country: 'DE',
    sites: 4,
    size: 3,
  },
  auto2: {
    name: 'Auto2 Mobility',
    trades: ['MAKER'],
    minerals: ['cobalt', 'copper', 'nickel', 'lithium'],
    country: 'FR',
    sites: 4,
    size: 3,
  },
  cath: {
    name: 'Cath Active Materials',
    trades: ['CATHODE'],
    minerals: ['cobalt', 'nickel'],
    country: 'BE',
    sites: 3,
    size: 2,
  },
  sma: {
    name: 'SmA Cobalt Refining',
    trades: ['REFINER'],
    minerals: ['cobalt', 'copper'],
    country: 'FI',
    sites: 4,
    size: 2,
    group: 'G1',
  },
  smb: {
    name: 'SmB Cobalt Refining',
    trades: ['REFINER'],
    minerals: ['cobalt'],
    country: 'CN',
    sites: 4,
    size: 2,
    group: 'G2',
  },
  minex: {
    name: 'MineX Copper Cobalt',
    trades: ['MINER'],
    minerals: ['copper', 'cobalt'],
    country: 'CD',
    sites: 6,
    size: 3,
  },
};

/** Firms with a part of their own in the story of competition. */
const SPECIALS: readonly (Part & { key: string })[] = [
  // Integrated: mines, refines and sells metal, so it is supplier, customer and competitor of the same firms.
  {
    key: 'velmora',
    name: 'Velmora Group',
    trades: ['MINER', 'REFINER', 'TRADER'],
    minerals: ['cobalt', 'copper', 'nickel'],
    country: 'CL',
    sites: 14,
    size: 3,
  },
  {
    key: 'oresund',
    name: 'Oresund Integrated Metals',
    trades: ['REFINER', 'CATHODE'],
    minerals: ['nickel', 'cobalt'],
    country: 'SE',
    sites: 8,
    size: 2,
  },
  {
    key: 'tarnholt',
    name: 'Tarnholt Battery Chain',
    trades: ['CATHODE', 'CELL'],
    minerals: ['cobalt', 'nickel', 'lithium'],
    country: 'KR',
    sites: 8,
    size: 3,
  },
  // Single dominant producers: whoever sums a table over them reads them.
  {
    key: 'salarion',
    name: 'Salarion Lithium',
    trades: ['MINER', 'REFINER'],
    minerals: ['lithium'],
    country: 'CL',
    sites: 7,
    size: 4,
  },
  {
    key: 'grafona',
    name: 'Grafona Graphite',
    trades: ['MINER'],
    minerals: ['graphite_natural'],
    country: 'MZ',
    sites: 4,
    size: 4,
  },
  // A subsidiary: one ownership group with SmA, never its competitor.
  {
    key: 'smatrade',
    name: 'SmA Trading',
    trades: ['TRADER'],
    minerals: ['cobalt'],
    country: 'CH',
    sites: 2,
    size: 1,
    group: 'G1',
  },
];

const FIRST = [
  'Bel',
  'Cor',
  'Dun',
  'Esk',
  'Fal',
  'Gan',
  'Hul',
  'Ill',
  'Jor',
  'Kel',
  'Lun',
  'Mar',
  'Nor',
  'Ost',
  'Pel',
  'Quil',
  'Ros',
  'Sul',
  'Tov',
  'Ulm',
] as const;
const LAST = ['avik', 'bergen', 'cassa', 'dorra', 'elio', 'fjara', 'gamo', 'hald', 'inda', 'jura'] as const;
const SUFFIX: Readonly<Record<Trade, string>> = {
  MINER: 'Mining',
  REFINER: 'Refining',
  CATHODE: 'Precursors',
  CELL: 'Cells',
  MAKER: 'Works',
  TRADER: 'Metals Trading',
  RECYCLER: 'Recycling',
};
const COUNTRIES: Readonly<Record<Trade, readonly [string, ...string[]]>> = {
  MINER: ['CD', 'CL', 'PE', 'ZM', 'ID', 'AU', 'CA', 'PH', 'BR'],
  REFINER: ['FI', 'CN', 'BE', 'JP', 'ZM', 'CA', 'MA'],
  CATHODE: ['PL', 'KR', 'JP', 'CN', 'FI'],
  CELL: ['HU', 'KR', 'JP', 'CN', 'SE'],
  MAKER: ['DE', 'FR', 'JP', 'US', 'SE', 'IT'],
  TRADER: ['CH', 'SG', 'GB'],
  RECYCLER: ['DE', 'BE', 'US', 'CA'],
};
const MINERALS: Readonly<Record<Trade, readonly (readonly [string, ...string[]])[]>> = {
  MINER: [['copper', 'cobalt'], ['copper'], ['nickel', 'cobalt'], ['nickel'], ['lithium']],
  REFINER: [['cobalt'], ['copper'], ['copper', 'nickel'], ['nickel', 'cobalt'], ['copper', 'cobalt'], ['copper']],
  CATHODE: [
    ['cobalt', 'nickel'],
    ['nickel', 'lithium'],
  ],
  CELL: [['cobalt', 'nickel', 'lithium']],
  MAKER: [['cobalt', 'copper', 'nickel', 'lithium']],
  TRADER: [
    ['cobalt', 'copper'],
    ['nickel', 'copper'],
  ],
  RECYCLER: [['cobalt', 'nickel', 'copper']],
};
/** How many more firms of each trade the alliance has. */
const OTHERS: readonly (readonly [Trade, number])[] = [
  ['MINER', 11],
  ['REFINER', 10],
  ['CATHODE', 4],
  ['CELL', 5],
  ['MAKER', 6],
  ['TRADER', 3],
  ['RECYCLER', 1],
];

/** Members that are no companies: they declare no activity, and compete with nobody. */
const VOICES: readonly (readonly [key: string, name: string, group: string, country: string])[] = [
  ['ngo', 'Clear Chains', 'CIVIL_SOCIETY', 'NL'],
  ['standardowner', 'Steward of the Demo Standards', 'STANDARD_OWNER', 'CH'],
  ['watershed', 'Watershed Voices', 'CIVIL_SOCIETY', 'PE'],
  ['kolwe', 'Kolwe Community Council', 'COMMUNITY', 'CD'],
  ['puna', 'Puna Indigenous Assembly', 'INDIGENOUS', 'CL'],
  ['hands', 'Union of Mine and Metal Hands', 'LABOUR', 'ZM'],
  ['faculty', 'Faculty of Sourcing Studies', 'ACADEMIA', 'SE'],
  ['fund', 'Patient Capital Fund', 'FINANCE', 'GB'],
  ['openbooks', 'Open Books', 'CIVIL_SOCIETY', 'DE'],
];

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  bureau: 'Independent Statistics Bureau',
  trustee: 'Clean Team Trustee',
  chambers: 'Competition Chambers',
  secretariat: 'Alliance Secretariat',
  partner: 'Partner Alliance Hub',
  ministry: 'Ministry of Resources',
  assessors: 'Level Ground Assessors',
};

const GROUP_OF_TRADE: Readonly<Record<Trade, string>> = {
  MINER: 'UPSTREAM_INDUSTRY',
  REFINER: 'MIDSTREAM',
  CATHODE: 'MIDSTREAM',
  CELL: 'DOWNSTREAM_INDUSTRY',
  MAKER: 'DOWNSTREAM_INDUSTRY',
  TRADER: 'MIDSTREAM',
  RECYCLER: 'MIDSTREAM',
};

/** Everybody in the demo: the leads, the integrated and the dominant, the crowd, the voices, and who serves the alliance. */
export function makeCast(random: Random): CastMember[] {
  const leads = Object.entries(LEADS).map(([key, part]) => company(key, part));
  const specials = SPECIALS.map((part) => company(part.key, part));
  const crowd = OTHERS.flatMap(([trade, count]) =>
    Array.from({ length: count }, (_each, index) => stranger(random, trade, index)),
  );
  const voices = VOICES.map(([key, name, stakeholderGroup, jurisdiction]) =>
    voice(key, name, stakeholderGroup, jurisdiction, 'GOOD'),
  );
  const services = DEMO_IDENTITIES.filter(({ standing }) => standing === 'NONE').map(({ organisationKey }) =>
    voice(
      organisationKey,
      SERVICE_NAMES[organisationKey] ?? organisationKey,
      organisationKey === 'ministry' ? 'GOVERNMENT' : 'CIVIL_SOCIETY',
      'CH',
      null,
    ),
  );
  return [...leads, ...specials, ...distinct(crowd), ...voices, ...services];
}

function company(key: string, part: Part): CastMember {
  const [trade = 'TRADER'] = part.trades;
  return {
    key,
    name: part.name,
    stakeholderGroup: GROUP_OF_TRADE[trade],
    isCompany: true,
    standing: 'GOOD',
    jurisdiction: part.country,
    group: part.group ?? key,
    trades: part.trades,
    minerals: part.minerals,
    markets: part.markets ?? [],
    siteCount: part.sites,
    sizeClass: part.size ?? 2,
  };
}

function stranger(random: Random, trade: Trade, index: number): CastMember {
  const [first = ['copper'], ...others] = MINERALS[trade];
  const minerals = random.pick<readonly string[]>([first, ...others]);
  const name = `${random.pick(FIRST)}${random.pick(LAST)} ${SUFFIX[trade]}`;
  const part = {
    name,
    trades: [trade],
    minerals,
    country: random.pick(COUNTRIES[trade]),
    sites: random.whole(4, trade === 'MINER' ? 11 : 7),
    size: random.whole(1, 3),
  };
  const member = company(`${trade.toLowerCase()}${index + 1}`, part);
  return { ...member, standing: random.chance(0.08) ? 'LATE' : 'GOOD', markets: random.chance(0.2) ? ['EU'] : [] };
}

/** A name that came up twice gets its country, so that nobody is taken for somebody else. */
function distinct(members: readonly CastMember[]): CastMember[] {
  const seen = new Set<string>();
  return members.map((member) => {
    const name = seen.has(member.name) ? `${member.name} ${member.jurisdiction} ${seen.size}` : member.name;
    seen.add(name);
    return { ...member, name };
  });
}

function voice(
  key: string,
  name: string,
  stakeholderGroup: string,
  jurisdiction: string,
  standing: 'GOOD' | null,
): CastMember {
  return {
    key,
    name,
    stakeholderGroup,
    isCompany: false,
    standing,
    jurisdiction,
    group: key,
    trades: [],
    minerals: [],
    markets: [],
    siteCount: 0,
    sizeClass: 1,
  };
}
