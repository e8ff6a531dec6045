import type { ClientBase } from 'pg';
import { makeCast } from './cast';
import { storeFigures, storePlans } from './figures';
import { storeAgreements, storeAlliance, storeDemands, storeInterests } from './governance';
import { makeLinks, storeLinks } from './links';
import { demoRandom, storeMembers, storePeople } from './members';
import { makeSites, storeSites } from './sites';
import { DemoStore } from './store';
import { storeAssessments, storeStandards } from './assurance';

export { releaseDemoStatistics } from './releases';

/**
 * The demo alliance, generated from one seed; every name in it is invented and every row says `synthetic`.
 *
 * Its story. Auto makes cars and wants to know where its cobalt comes from: Auto <- Cath <- SmA <- MineX. Cath and SmA
 * disclosed their trade along the chain, so Auto walks from its plant to SmA's refinery; that SmA buys from MineX stays
 * between the two, so there the chain is `truncated`, as it would be with nothing behind it. SmB refines cobalt too and sells
 * to Cath as well; SmA and SmB compete, and neither learns from Cath or from the hub what the other has. Auto2 makes cars
 * against Auto and finds of Auto's suppliers what it would find of nobody's. Velmora mines, refines and trades: supplier,
 * customer and competitor at once. Salarion's lithium outweighs everybody's, so a sum over lithium would be Salarion's.
 *
 * Every outcome of the law can be seen:
 *   ALLOW           as cath: SmA's refinery with its water figures and its certificate
 *   REDACT          as nobody: a member's standing, null with the tier that it is shared at
 *   HIDE            as sma: the nameplate capacity of SmB's refinery; as auto: SmA's trade with MineX
 *   AGGREGATE_ONLY  as sma: SmB's GHG_INT, empty, with a pointer to the statistic
 *   DENY            as ngo: registerMember, or a depth of 13 in a value chain
 *
 * The standing initiative is in COORDINATION, so aggregates are released, demands flow between two, and plans open only to
 * agreements that counsel cleared. MineX waits for the steward of the demo standards to decide its assessment; an assessor is
 * at work at its second site; ten firms ask MineX about water, each on its own. Another mine sees what they ask together; MineX,
 * who knows them, does not.
 */
export interface DemoOptions {
  onProgress?(done: number, total: number): void;
  /** ISO date; years of figures and terms of roles count back from it */
  readonly today?: string;
}

export interface DemoReport {
  readonly members: number;
  readonly sites: number;
  readonly links: number;
  readonly measurements: number;
  readonly assessments: number;
}

/**
 * Loads the demo alliance in one transaction, with one refresh of relations at its end; does nothing where it is loaded.
 * @param client connection of the migrating user, not inside a transaction
 * @returns what was loaded; null when it was there already
 */
export async function loadDemo(client: ClientBase, options: DemoOptions = {}): Promise<DemoReport | null> {
  const { rows } = await client.query('select from reference.alliance where synthetic limit 1');
  if (rows.length > 0) return null;
  await client.query('begin isolation level read committed');
  try {
    await client.query("set local sluice.relations = 'deferred'; set local synchronous_commit = off");
    const report = await fill(new DemoStore(client), options);
    await client.query('commit');
    options.onProgress?.(STEPS, STEPS);
    return report;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

const STEPS = 8;

async function fill(store: DemoStore, { onProgress, today }: DemoOptions): Promise<DemoReport> {
  let done = 0;
  const step = (): void => onProgress?.((done += 1), STEPS);
  const day = today ?? new Date().toISOString().slice(0, 10);
  const year = Number(day.slice(0, 4));
  const random = demoRandom();
  const cast = makeCast(random);
  const sites = makeSites(random, cast);
  const links = makeLinks(random, sites);
  await store.register(
    cast.map(({ key }) => key),
    new Map(sites.map((site) => [site.key, site.owner.key])),
  );
  await storeAlliance(store, year);
  step();
  await storeMembers(store, cast);
  await storePeople(store, day);
  step();
  await storeSites(store, random, sites);
  step();
  await storeLinks(store, random, links, year);
  step();
  const measurements = await storeFigures(store, random, sites, year - 1);
  await storePlans(store, random, sites, year);
  step();
  await storeStandards(store, year);
  const assessments = await storeAssessments(store, random, sites, year);
  step();
  await storeAgreements(store, year);
  await storeDemands(store, links, year);
  await storeInterests(store, sites, year);
  step();
  const members = cast.filter(({ standing }) => standing !== null).length;
  return { members, sites: sites.length, links: links.length, measurements, assessments };
}
