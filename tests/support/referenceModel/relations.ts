/**
 * Who stands on which grounds, said again in arrays and loops (`design.md` 3, `domain.md` 0.2 and 1.2). Shares no code with
 * src or with the migrations: too simple to be wrong, and the yardstick for the masks that PostgreSQL keeps.
 */

export interface Organisation {
  key: string;
  group: string;
  alliance: string | null;
  isCompany: boolean;
  /** null: no member */
  standing: 'GOOD' | 'LATE' | 'SUSPENDED' | 'LEFT' | null;
}

export interface Site {
  key: string;
  owner: string;
  status: string;
  stages: string[];
  mainMineral: string | null;
  minerals: string[];
  byProducts: string[];
  withdrawn: boolean;
}

export interface Holding {
  key: string;
  site: string;
  holder: string;
  percent: number | null;
}

export interface Activity {
  key: string;
  owner: string;
  mineral: string;
  stage: string;
  side: 'SELL' | 'BUY';
  markets: string[];
  origin: 'DECLARED' | 'PLANNED';
  withdrawn: boolean;
}

export interface Link {
  key: string;
  /** an organisation or a site */
  supplier: string;
  customer: string;
  mineral: string;
  stage: string;
  state: 'ASSERTED' | 'CONFIRMED' | 'DISCLOSED' | 'ENDED' | 'DISPUTED';
  supplierAudience: number;
  customerAudience: number;
  withdrawn: boolean;
}

export interface Assessment {
  key: string;
  site: string;
  assessor: string | null;
  state: string;
}

export interface Interest {
  key: string;
  organisation: string;
  counterpart: string;
  over: boolean;
}

export interface Desk {
  key: string;
  organisation: string;
  kinds: string[];
  /** null: the desk does whatever its organisation does */
  activities: string[] | null;
  wallAttested: boolean;
}

export interface World {
  organisations: Organisation[];
  sites: Site[];
  holdings: Holding[];
  activities: Activity[];
  links: Link[];
  assessments: Assessment[];
  interests: Interest[];
  desks: Desk[];
  substitutes: [string, string][];
}

const TWINS = ['MEMBER', 'CUSTOMER', 'SUPPLIER', 'DOWNSTREAM', 'UPSTREAM', 'CO_MEMBER', 'PARTY', 'GRANT', 'BODY'];

interface Trade {
  mineral: string;
  stage: string;
  side: string;
  markets: string[];
  declared: boolean;
  activity: string | null;
}

function found<T extends { key: string }>(list: T[], key: string): T {
  for (const item of list) if (item.key === key) return item;
  throw new Error(`the world has no ${key}`);
}

export function ownerOf(world: World, unit: string): string {
  for (const site of world.sites) if (site.key === unit) return site.owner;
  return unit;
}

function isLive(link: Link): boolean {
  return (link.state === 'CONFIRMED' || link.state === 'DISCLOSED') && !link.withdrawn;
}

function handles(site: Site, mineral: string): boolean {
  if (site.withdrawn) return false;
  return site.mainMineral === mineral || site.minerals.includes(mineral) || site.byProducts.includes(mineral);
}

/** A unit named as the end of a link of a mineral, and what else it stands for. */
function standsFor(world: World, unit: string, mineral: string): string[] {
  const owner = ownerOf(world, unit);
  if (unit !== owner) return [unit, owner];
  return [unit, ...world.sites.filter((site) => site.owner === unit && handles(site, mineral)).map((site) => site.key)];
}

function tradesOf(world: World, organisation: string): Trade[] {
  const trades: Trade[] = [];
  for (const activity of world.activities) {
    if (activity.owner !== organisation || activity.withdrawn) continue;
    const { mineral, stage, side, markets } = activity;
    trades.push({ mineral, stage, side, markets, declared: activity.origin === 'DECLARED', activity: activity.key });
  }
  for (const link of world.links) {
    if (!isLive(link)) continue;
    const { mineral, stage } = link;
    const observed = { mineral, stage, markets: [], declared: false, activity: null };
    if (ownerOf(world, link.supplier) === organisation) trades.push({ ...observed, side: 'SELL' });
    if (ownerOf(world, link.customer) === organisation) trades.push({ ...observed, side: 'BUY' });
  }
  for (const site of world.sites) {
    if (site.owner !== organisation || site.withdrawn) continue;
    if (site.status !== 'EXPLORATION' && site.status !== 'CONSTRUCTION') continue;
    for (const mineral of [site.mainMineral, ...site.minerals, ...site.byProducts]) {
      if (mineral === null) continue;
      for (const stage of site.stages)
        trades.push({ mineral, stage, side: 'SELL', markets: [], declared: false, activity: null });
    }
  }
  return trades;
}

function isAlike(world: World, one: string, other: string): boolean {
  if (one === other) return true;
  return world.substitutes.some(([a, b]) => (a === one && b === other) || (a === other && b === one));
}

const SOME_OF_EUROPE = ['DE', 'PL'];

function overlaps(one: string[], other: string[]): boolean {
  if (one.length === 0 || other.length === 0) return true;
  for (const a of one) {
    for (const b of other) {
      if (a === b) return true;
      if (a.length !== 2 || b.length !== 2) return true;
      if (a === 'EU' && SOME_OF_EUROPE.includes(b)) return true;
      if (b === 'EU' && SOME_OF_EUROPE.includes(a)) return true;
    }
  }
  return false;
}

type Competition = 'BY_ACTIVITY' | 'UNDECLARED' | 'NONE';

/** The desk against an organisation. */
function competition(world: World, desk: Desk, other: string): Competition {
  const viewer = found(world.organisations, desk.organisation);
  const rival = found(world.organisations, other);
  if (!viewer.isCompany || !rival.isCompany || viewer.group === rival.group) return 'NONE';
  let mine = tradesOf(world, viewer.key);
  const behindWall = desk.activities;
  if (behindWall !== null && desk.wallAttested) {
    mine = mine.filter((trade) => trade.activity !== null && behindWall.includes(trade.activity));
  }
  const theirs = tradesOf(world, other);
  for (const a of mine) {
    for (const b of theirs) {
      if (!isAlike(world, a.mineral, b.mineral) || a.stage !== b.stage || a.side !== b.side) continue;
      if (overlaps(a.markets, b.markets)) return 'BY_ACTIVITY';
    }
  }
  const bothDeclared = mine.some((trade) => trade.declared) && theirs.some((trade) => trade.declared);
  return bothDeclared ? 'NONE' : 'UNDECLARED';
}

function hasConflict(world: World, assessor: string, unit: string): boolean {
  const owner = found(world.organisations, ownerOf(world, unit));
  for (const interest of world.interests) {
    if (interest.organisation !== assessor || interest.over) continue;
    if (found(world.organisations, interest.counterpart).group === owner.group) return true;
    if (world.holdings.some((holding) => holding.site === unit && holding.holder === interest.counterpart)) return true;
  }
  return false;
}

/** The desk against a unit: its organisation, and whoever holds a fifth of the site or an unknown share. */
export function competesWith(world: World, desk: Desk, unit: string): Competition[] {
  const owner = ownerOf(world, unit);
  if (owner === desk.organisation) return [];
  const group = found(world.organisations, desk.organisation).group;
  if (found(world.organisations, owner).group === group) return [];
  const all = [competition(world, desk, owner)];
  for (const holding of world.holdings) {
    if (holding.site !== unit) continue;
    if (holding.percent === null || holding.percent >= 20) all.push(competition(world, desk, holding.holder));
  }
  return all.filter((each) => each !== 'NONE');
}

function isPublicReader(organisation: Organisation): boolean {
  return organisation.standing === 'SUSPENDED' || organisation.standing === 'LEFT';
}

function allianceOf(organisation: Organisation): string | null {
  return organisation.standing === 'GOOD' || organisation.standing === 'LATE' ? organisation.alliance : null;
}

function isTradePartner(world: World, viewer: string, unit: string, side: 'customer' | 'supplier'): boolean {
  const other = side === 'customer' ? 'supplier' : 'customer';
  for (const link of world.links) {
    if (!isLive(link) || ownerOf(world, link[side]) !== viewer) continue;
    if (standsFor(world, link[other], link.mineral).includes(unit)) return true;
  }
  return false;
}

/** Units reached by walking against the flow (`supplier`) or with it (`customer`), in at most twelve hops. */
function reached(world: World, desk: Desk, towards: 'supplier' | 'customer', mineral: string): string[] {
  const from = towards === 'supplier' ? 'customer' : 'supplier';
  let ends: string[] = [];
  for (const link of world.links) {
    if (link.mineral !== mineral || !isLive(link) || ownerOf(world, link[from]) !== desk.organisation) continue;
    ends.push(link[towards]);
  }
  const units = new Set<string>();
  for (let hops = 1; hops <= 12; hops += 1) {
    const stands = new Set(ends.flatMap((end) => standsFor(world, end, mineral)));
    for (const unit of stands) units.add(unit);
    const next = new Set<string>();
    for (const link of world.links) {
      if (link.mineral !== mineral || link.state !== 'DISCLOSED' || link.withdrawn || !stands.has(link[from])) continue;
      const audience = Math.min(link.supplierAudience, link.customerAudience);
      if (audience === 0) continue;
      const isRival = [link.supplier, link.customer].some((end) => competesWith(world, desk, end).length > 0);
      if (audience < 3 && isRival) continue;
      next.add(link[towards]);
    }
    ends = [...next];
  }
  return [...units];
}

function directGrounds(world: World, desk: Desk, unit: string): string[] {
  const viewer = found(world.organisations, desk.organisation);
  const owner = found(world.organisations, ownerOf(world, unit));
  const grounds = ['ANYONE', ...desk.kinds, 'PARTY', 'GRANT'];
  if (viewer.standing !== null) grounds.push('MEMBER');
  if (owner.key === viewer.key) grounds.push('SELF');
  else if (owner.group === viewer.group) grounds.push('AFFILIATE');
  if (allianceOf(viewer) !== null && allianceOf(viewer) === allianceOf(owner)) grounds.push('CO_MEMBER');
  if (isTradePartner(world, viewer.key, unit, 'customer')) grounds.push('CUSTOMER');
  if (isTradePartner(world, viewer.key, unit, 'supplier')) grounds.push('SUPPLIER');
  for (const assessment of world.assessments) {
    if (assessment.site !== unit || assessment.assessor !== viewer.key) continue;
    if (!['PLANNED', 'IN_PROGRESS', 'UNDER_REVIEW'].includes(assessment.state)) continue;
    if (!hasConflict(world, viewer.key, unit)) grounds.push('ASSESSOR');
  }
  return grounds;
}

/** The grounds of each desk (first key) towards each unit (second key), as sorted names. */
export function groundsOf(world: World): Map<string, Map<string, string[]>> {
  const units = [...world.organisations.map((each) => each.key), ...world.sites.map((each) => each.key)];
  const minerals = [...new Set(world.links.map((link) => link.mineral))];
  const all = new Map<string, Map<string, string[]>>();
  for (const desk of world.desks) {
    const upward = new Set(minerals.flatMap((mineral) => reached(world, desk, 'supplier', mineral)));
    const downward = new Set(minerals.flatMap((mineral) => reached(world, desk, 'customer', mineral)));
    const row = new Map<string, string[]>();
    for (const unit of units) row.set(unit, pairOf(world, desk, unit, upward, downward));
    all.set(desk.key, row);
  }
  return all;
}

function pairOf(world: World, desk: Desk, unit: string, upward: Set<string>, downward: Set<string>): string[] {
  const isOwn = ownerOf(world, unit) === desk.organisation;
  if (isPublicReader(found(world.organisations, desk.organisation))) return isOwn ? ['ANYONE', 'SELF'] : ['ANYONE'];
  const grounds = directGrounds(world, desk, unit);
  if (!isOwn && upward.has(unit) && !grounds.includes('CUSTOMER')) grounds.push('DOWNSTREAM');
  if (!isOwn && downward.has(unit) && !grounds.includes('SUPPLIER')) grounds.push('UPSTREAM');
  const rivalry = competesWith(world, desk, unit);
  if (rivalry.length === 0) return [...new Set(grounds)].sort();
  const kept = rivalry.includes('BY_ACTIVITY') ? grounds.filter((ground) => ground !== 'ASSESSOR') : grounds;
  return [...new Set(kept.map((ground) => (TWINS.includes(ground) ? `${ground}_COMPETITOR` : ground)))].sort();
}
