import loadHighs from 'highs';
import type { Highs } from 'highs';
import { countedRange, countRange } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import {
  certifiedWorld,
  interrogate,
  largestHolder,
  overlappingHub,
  partitionHub,
  sitesShown,
  wholeBesidePart,
  type CertifiedWorld,
  type CountingHub,
} from './certifiedCounts';

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

const k = thresholds.minimumContributors;

const worlds = Array.from({ length: 6 }, (_, seed) => certifiedWorld(seed + 1));
describe('counts of certificates by standard and level, worlds 1 to 6', () => {
  test('nobody is shown to have or to lack a certificate by any number of counts, to outsiders and to an insider', () => {
    let answered = 0;
    for (const [seed, world] of worlds.entries()) {
      const told = interrogate(partitionHub(world), world, seed);
      answered += told.length;
      for (const insider of [null, largestHolder(world)]) expect(sitesShown(highs, world, told, insider)).toBe(0);
    }
    expect(answered).toBeGreaterThan(worlds.length * 3);
  });

  test('the twin that lets sets overlap, and judges them as sums, shows a mineral to have no certificate', () => {
    const toldBy = (hubOf: (world: CertifiedWorld) => CountingHub) =>
      Array.from({ length: 90 }, (_, seed) => wholeBesidePart(hubOf, seed));
    const twin = toldBy(overlappingHub);
    expect(twin.filter(({ both }) => both).length).toBeGreaterThan(45);
    expect(twin.filter(({ shown }) => shown).length).toBeGreaterThan(0);
    const hub = toldBy((world) => partitionHub(world));
    expect(hub.filter(({ both, shown }) => both || shown)).toEqual([]);
  });

  test('the twin whose ranges are no wider for what one company knows shows the others of a set to it', () => {
    // One company with four of fourteen sites, certified and alone in that; ranges of five counts: 0-4, 5-9, 10-14.
    const sites = Array.from({ length: 14 }, (_, at) => ({
      knownTo: [at < 4 ? 'large' : `g${at}`],
      isProtected: true,
      figures: 1,
      holding: at < 4 ? 1 : 0,
    }));
    const rules = { minimumContributors: k, colludingInsiders: 0 };
    // Four are its own: nobody else is certified.
    expect(countedRange(sites, rules)).toEqual({ from: 0, to: 4 });
    const more = sites.map((site, at) => ({ ...site, knownTo: [`h${at}`], holding: 0 }));
    const range = countedRange([...sites, ...more], { ...rules, colludingInsiders: 1 });
    expect((range?.to ?? 0) - 4).toBeGreaterThanOrEqual(k - 1);
    expect(countedRange(sites, { ...rules, colludingInsiders: 1 })).toBeUndefined();
  });

  test('levels of one set that exclude one another would show what levels that include one another do not', () => {
    // Ten sites, ranges 0-4 and 5-10: with exactly B and exactly C at 5-10 each, everybody is certified, each at one of them.
    const exact = [countRange(5, 10, k), countRange(5, 10, k)];
    expect(exact.reduce((least, range) => least + (range?.from ?? 0), 0)).toBe(10);
    // At B or above 10, at C or above 5: from the same edges either leaves room for every count of its range.
    expect([countRange(10, 10, k), countRange(5, 10, k)]).toEqual([
      { from: 5, to: 10 },
      { from: 5, to: 10 },
    ]);
  });
});
