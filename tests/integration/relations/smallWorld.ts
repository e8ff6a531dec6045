import type { Activity, Desk, Link, Organisation, Site, World } from '../../support/referenceModel/relations';
import { emptyWorld } from './randomWorld';

/** Builds a world by hand: companies in good standing of one alliance, each a group of its own with one desk of its name. */
export class SmallWorld {
  readonly world: World = emptyWorld();

  organisation(key: string, change: Partial<Organisation> = {}): this {
    this.world.organisations.push({ key, group: key, alliance: 'A', isCompany: true, standing: 'GOOD', ...change });
    return this.desk(key, { organisation: key });
  }

  /** Companies that declare a trade of their own each, so that none competes with another. */
  traders(...keys: string[]): this {
    for (const key of keys) this.organisation(key).activity(key, { stage: `STAGE OF ${key}` });
    return this;
  }

  desk(key: string, change: Partial<Desk> = {}): this {
    this.world.desks.push({ key, organisation: key, kinds: [], activities: null, wallAttested: false, ...change });
    return this;
  }

  site(key: string, owner: string, change: Partial<Site> = {}): this {
    this.world.sites.push({
      key,
      owner,
      status: 'OPERATING',
      stages: ['REFINING'],
      mainMineral: 'copper',
      minerals: [],
      byProducts: [],
      withdrawn: false,
      ...change,
    });
    return this;
  }

  activity(owner: string, change: Partial<Activity> = {}): this {
    this.world.activities.push({
      key: `activity ${this.world.activities.length}`,
      owner,
      mineral: 'copper',
      stage: 'REFINING',
      side: 'SELL',
      markets: [],
      origin: 'DECLARED',
      withdrawn: false,
      ...change,
    });
    return this;
  }

  holding(site: string, holder: string, percent: number | null): this {
    this.world.holdings.push({ key: `${holder} at ${site}`, site, holder, percent });
    return this;
  }

  /** A disclosed link, CHAIN at both ends; its key is `supplier>customer`. */
  link(supplier: string, customer: string, change: Partial<Link> = {}): this {
    this.world.links.push({
      key: `${supplier}>${customer}`,
      supplier,
      customer,
      mineral: 'copper',
      stage: `STAGE OF ${supplier}`,
      state: 'DISCLOSED',
      supplierAudience: 1,
      customerAudience: 1,
      withdrawn: false,
      ...change,
    });
    return this;
  }

  /** supplier to customer, over and over: the first is the mine. */
  chain(...keys: string[]): this {
    keys.slice(1).forEach((customer, index) => this.link(keys[index] ?? '', customer));
    return this;
  }

  assessment(site: string, assessor: string, state = 'IN_PROGRESS'): this {
    this.world.assessments.push({ key: `assessment ${this.world.assessments.length}`, site, assessor, state });
    return this;
  }

  interest(organisation: string, counterpart: string, over = false): this {
    this.world.interests.push({ key: `interest ${this.world.interests.length}`, organisation, counterpart, over });
    return this;
  }

  substitute(one: string, other: string): this {
    this.world.substitutes.push([one, other]);
    return this;
  }
}
