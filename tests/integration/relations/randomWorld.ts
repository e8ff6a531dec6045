import type { World } from '../../support/referenceModel/relations';
import type { WorldInDatabase } from './worldInDatabase';

/** Numbers that a printed seed gives again (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.chance(share));
  }
}

const MINERALS = ['copper', 'cobalt', 'nickel'];
const STAGES = ['MINING_LSM', 'SMELTING', 'REFINING'];
const STATES = ['CONFIRMED', 'DISCLOSED', 'DISCLOSED', 'DISCLOSED', 'ASSERTED', 'ENDED'] as const;
const STANDINGS = ['GOOD', 'GOOD', 'GOOD', 'LATE', 'SUSPENDED', 'LEFT'] as const;
const MARKETS = [[], [], ['EU'], ['DE'], ['US'], ['US', 'PL'], ['ASIA']];
const KINDS = ['ANALYST', 'CLEAN_TEAM', 'COUNSEL', 'SECRETARIAT', 'PARTNER', 'POLICY_MAKER', 'BODY'];
const STATUSES = ['OPERATING', 'OPERATING', 'OPERATING', 'EXPLORATION', 'CONSTRUCTION'];
const ASSESSMENT_STATES = ['PLANNED', 'IN_PROGRESS', 'UNDER_REVIEW', 'CONFORMANT', 'CANCELLED'];

export function emptyWorld(): World {
  return {
    organisations: [],
    sites: [],
    holdings: [],
    activities: [],
    links: [],
    assessments: [],
    interests: [],
    desks: [],
    substitutes: [],
  };
}

export function randomWorld(dice: Dice, organisations: number): World {
  const world = emptyWorld();
  if (dice.chance(0.5)) world.substitutes.push(['cobalt', 'nickel']);
  for (let index = 0; index < organisations; index += 1) addOrganisation(dice, world);
  for (let index = 0; index < organisations; index += 1) addSite(dice, world);
  for (let index = 0; index < organisations * 1.5; index += 1) addActivity(dice, world);
  for (let index = 0; index < organisations / 3; index += 1) addHolding(dice, world);
  for (const organisation of world.organisations) {
    addDesk(dice, world, organisation.key);
    if (dice.chance(0.2)) addDesk(dice, world, organisation.key);
  }
  for (let index = 0; index < organisations * 2; index += 1) addLink(dice, world);
  for (let index = 0; index < organisations / 3; index += 1) addAssessment(dice, world);
  for (let index = 0; index < organisations / 4; index += 1) addInterest(dice, world);
  return world;
}

function addOrganisation(dice: Dice, world: World): void {
  const isMember = dice.chance(0.85);
  world.organisations.push({
    key: `organisation ${world.organisations.length}`,
    group: `G${dice.below(12)}`,
    alliance: isMember ? dice.pick(['A', 'A', 'B']) : null,
    isCompany: dice.chance(0.85),
    standing: isMember ? dice.pick(STANDINGS) : null,
  });
}

function addSite(dice: Dice, world: World): void {
  world.sites.push({
    key: `site ${world.sites.length}`,
    owner: dice.pick(world.organisations).key,
    status: dice.pick(STATUSES),
    stages: [dice.pick(STAGES)],
    mainMineral: dice.chance(0.7) ? dice.pick(MINERALS) : null,
    minerals: dice.some(MINERALS, 0.3),
    byProducts: dice.some(MINERALS, 0.1),
    withdrawn: dice.chance(0.05),
  });
}

function addActivity(dice: Dice, world: World): void {
  const activity = {
    key: `activity ${world.activities.length}`,
    owner: dice.pick(world.organisations).key,
    mineral: dice.pick(MINERALS),
    stage: dice.pick(STAGES),
    side: dice.chance(0.5) ? ('SELL' as const) : ('BUY' as const),
    markets: dice.pick(MARKETS),
    origin: dice.chance(0.85) ? ('DECLARED' as const) : ('PLANNED' as const),
    withdrawn: dice.chance(0.05),
  };
  const isThere = world.activities.some(
    (each) =>
      each.owner === activity.owner &&
      each.mineral === activity.mineral &&
      each.stage === activity.stage &&
      each.side === activity.side &&
      each.origin === activity.origin,
  );
  if (!isThere) world.activities.push(activity);
}

function addHolding(dice: Dice, world: World): void {
  world.holdings.push({
    key: `holding ${world.holdings.length}`,
    site: dice.pick(world.sites).key,
    holder: dice.pick(world.organisations).key,
    percent: dice.pick([10, 19.9, 20, 40, null]),
  });
}

function addDesk(dice: Dice, world: World, organisation: string): void {
  const own = world.activities.filter((activity) => activity.owner === organisation).map((activity) => activity.key);
  world.desks.push({
    key: `desk ${world.desks.length}`,
    organisation,
    kinds: dice.some(KINDS, 0.08),
    activities: dice.chance(0.2) ? dice.some(own, 0.5) : null,
    wallAttested: dice.chance(0.7),
  });
}

function addLink(dice: Dice, world: World): void {
  const units = [...world.sites, ...world.organisations].map((each) => each.key);
  const supplier = dice.pick(units);
  const customer = dice.pick(units.filter((unit) => unit !== supplier));
  world.links.push({
    key: `link ${world.links.length}`,
    supplier,
    customer,
    mineral: dice.pick(MINERALS.slice(0, 2)),
    stage: dice.pick(STAGES),
    state: dice.pick(STATES),
    supplierAudience: dice.pick([0, 1, 1, 2, 3, 3]),
    customerAudience: dice.pick([0, 1, 2, 3, 3]),
    withdrawn: false,
  });
}

function addAssessment(dice: Dice, world: World): void {
  world.assessments.push({
    key: `assessment ${world.assessments.length}`,
    site: dice.pick(world.sites).key,
    assessor: dice.chance(0.9) ? dice.pick(world.organisations).key : null,
    state: dice.pick(ASSESSMENT_STATES),
  });
}

function addInterest(dice: Dice, world: World): void {
  const assessors = world.assessments.flatMap((each) => (each.assessor === null ? [] : [each.assessor]));
  world.interests.push({
    key: `interest ${world.interests.length}`,
    organisation: dice.pick(assessors.length > 0 ? assessors : world.organisations.map((each) => each.key)),
    counterpart: dice.pick(world.organisations).key,
    over: dice.chance(0.3),
  });
}

type Change = (dice: Dice, world: World, database: WorldInDatabase) => Promise<string>;

function lastOf<T>(list: T[]): T {
  const item = list[list.length - 1];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

/** What may happen to relations, one cause each; each gives back a sentence for the protocol of a failure. */
const CHANGES: Change[] = [
  async (dice, world, database) => {
    const link = dice.pick(world.links);
    link.state = dice.pick(STATES);
    await database.link(link);
    return `${link.key} becomes ${link.state}`;
  },
  async (dice, world, database) => {
    const link = dice.pick(world.links);
    link.supplierAudience = dice.below(4);
    link.customerAudience = dice.below(4);
    await database.link(link);
    return `${link.key} goes to audience ${link.supplierAudience}/${link.customerAudience}`;
  },
  async (dice, world, database) => {
    const link = dice.pick(world.links);
    link.withdrawn = !link.withdrawn;
    await database.link(link);
    return `${link.key} withdrawn: ${link.withdrawn}`;
  },
  async (dice, world, database) => {
    addLink(dice, world);
    await database.link(lastOf(world.links));
    return `${lastOf(world.links).key} is added`;
  },
  async (dice, world, database) => {
    const activity = dice.pick(world.activities);
    activity.withdrawn = !activity.withdrawn;
    activity.markets = dice.pick(MARKETS);
    await database.activity(activity);
    return `${activity.key} withdrawn: ${activity.withdrawn}`;
  },
  async (dice, world, database) => {
    const before = world.activities.length;
    addActivity(dice, world);
    if (world.activities.length > before) await database.activity(lastOf(world.activities));
    return 'an activity is added';
  },
  async (dice, world, database) => {
    const organisation = dice.pick(world.organisations.filter((each) => each.standing !== null));
    organisation.standing = dice.pick(STANDINGS);
    organisation.alliance = dice.pick(['A', 'B']);
    await database.organisation(organisation);
    return `${organisation.key} is ${organisation.standing}`;
  },
  async (dice, world, database) => {
    const organisation = dice.pick(world.organisations);
    organisation.group = `G${dice.below(12)}`;
    organisation.isCompany = dice.chance(0.8);
    await database.organisation(organisation);
    return `${organisation.key} joins ${organisation.group}, company: ${organisation.isCompany}`;
  },
  async (dice, world, database) => {
    const site = dice.pick(world.sites);
    site.status = dice.pick(STATUSES);
    site.minerals = dice.some(MINERALS, 0.4);
    site.withdrawn = dice.chance(0.1);
    await database.site(site);
    return `${site.key} is ${site.status} with ${site.minerals.join(',')}, withdrawn: ${site.withdrawn}`;
  },
  async (dice, world, database) => {
    addSite(dice, world);
    await database.site(lastOf(world.sites));
    return `${lastOf(world.sites).key} is added`;
  },
  async (dice, world, database) => {
    const holding = dice.pick(world.holdings);
    holding.percent = dice.pick([10, 20, 45, null]);
    await database.holding(holding);
    return `${holding.key} is ${holding.percent}`;
  },
  async (dice, world, database) => {
    const assessment = dice.pick(world.assessments);
    assessment.state = dice.pick(ASSESSMENT_STATES);
    assessment.assessor = dice.pick(world.organisations).key;
    await database.assessment(assessment);
    return `${assessment.key} is ${assessment.state}`;
  },
  async (dice, world, database) => {
    const interest = dice.pick(world.interests);
    interest.over = !interest.over;
    interest.counterpart = dice.pick(world.organisations).key;
    await database.interest(interest);
    return `${interest.key} over: ${interest.over}`;
  },
  async (dice, world, database) => {
    const desk = dice.pick(world.desks);
    desk.kinds = dice.some(KINDS, 0.2);
    desk.wallAttested = dice.chance(0.5);
    await database.desk(desk);
    return `${desk.key} has ${desk.kinds.join(',')}, wall: ${desk.wallAttested}`;
  },
];

export function changeSomething(dice: Dice, world: World, database: WorldInDatabase): Promise<string> {
  return dice.pick(CHANGES)(dice, world, database);
}
