import loadHighs from 'highs';
import type { Highs } from 'highs';
import { auditAnswers, highsSolver } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { askAdaptively } from './differences';
import { informedBaseline, posteriorGuess, shareWithinTenPercent } from './estimates';
import { ConcentrationHub, LedgerHub, OpenHub, PeekingLedgerHub, ThresholdHub } from './hubs';
import { Randomness } from './randomness';
import { intervalWidths, largestGroups } from './reconstruction';
import { unitsRecovered } from './recovery';
import { figureIds } from './registered';
import { shamAttack, strictHub, trustingHubs, victimsTold } from './shamMembers';
import { unitsTracked } from './trackers';
import { ledgerTranscript, neighbour, transcriptOf } from './transcripts';
import { randomFilter, simulateWorld, standardMargins } from './world';
import type { World } from './world';

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

const seeds = [1, 2];
const worldOf = (seed: number, groups = 40, lognormalDeviation = 1 + (seed % 3) / 2): World =>
  simulateWorld({ groups, seed, lognormalDeviation, ventures: Math.ceil(groups / 15), twoPlacesShare: 0.15 });

describe('attacks on ad-hoc statistics', () => {
  it('trackers: none of the units tracked, nearly all of them where only a threshold protects', () => {
    for (const seed of seeds) {
      const world = worldOf(seed);
      const targets = world.units.map((unit) => unit.id);
      expect(unitsTracked(new ThresholdHub(world), world, targets, 4)).toBeGreaterThan(targets.length * 0.8);
      const hub = new LedgerHub(world);
      expect(unitsTracked(hub, world, targets, 4)).toBe(0);
      expect(unitsRecovered(world, hub.answers)).toBe(0);
    }
  });

  it('adaptive differences by one, two and ten analysts: nothing recovered, with or without an insider', () => {
    for (const [seed, analysts] of [
      [4, 1],
      [5, 2],
      [6, 10],
    ] as const) {
      const world = worldOf(seed);
      const shared = new LedgerHub(world);
      askAdaptively(
        Array.from({ length: analysts }, () => shared),
        world,
        400,
        seed,
      );
      expect(shared.answers.length).toBeGreaterThan(0);
      for (const insiders of [
        [],
        ...largestGroups(world)
          .slice(0, 8)
          .map((group) => [group]),
      ]) {
        expect(unitsRecovered(world, shared.answers, insiders)).toBe(0);
      }
      const open = new ConcentrationHub(world);
      askAdaptively([open], world, 250, seed);
      expect(unitsRecovered(world, open.answers)).toBeGreaterThan(world.units.length / 2);
    }
  });

  it('ten analysts with a ledger each recover what one shared ledger withholds', () => {
    const world = worldOf(7);
    const ownLedgers = Array.from({ length: 10 }, () => new LedgerHub(world));
    askAdaptively(ownLedgers, world, 1000, 7);
    expect(
      unitsRecovered(
        world,
        ownLedgers.flatMap((hub) => hub.answers),
      ),
    ).toBeGreaterThan(5);
  });

  it('reconstruction by linear programming leaves at least a fifth of every figure, to one and two insiders', () => {
    for (const seed of seeds) {
      const world = worldOf(seed);
      const hub = new LedgerHub(world);
      askAdaptively([hub], world, 300, seed);
      const [first = '', second = ''] = largestGroups(world);
      for (const insiders of [[], [first], [first, second]]) {
        expect(Math.min(...intervalWidths(highs, world, hub.answers, insiders, 20))).toBeGreaterThanOrEqual(0.2);
      }
      const open = new ThresholdHub(world);
      askAdaptively([open], world, 300, seed);
      expect(Math.min(...intervalWidths(highs, world, open.answers, [], 10))).toBeLessThan(0.01);
    }
  });

  it('the independent audit stays silent over the ledger and raises the alarm over a threshold', () => {
    const world = worldOf(11, 20);
    const audit = (hub: LedgerHub | ThresholdHub) =>
      auditAnswers({
        figures: world.figures.map((figure) => ({ ...figure, publicBounds: figure.band })),
        answers: hub.answers.map((answer) => figureIds(world, answer)),
        knownTo: world.knownTo,
        unprotectedUnits: new Set(),
        pPercent: thresholds.pPercent,
        colludingInsiders: 1,
        solver: highsSolver(highs),
      });
    const [hub, threshold] = [new LedgerHub(world), new ThresholdHub(world)];
    askAdaptively([hub], world, 200, 11);
    expect(audit(hub).passed).toBe(true);
    askAdaptively([threshold], world, 40, 11);
    expect(audit(threshold).passed).toBe(false);
  });

  it('posterior means guess hardly better than the public bands and the spread of the population', () => {
    let [protectedGain, openGain] = [0, 0];
    const many = [1, 2, 3, 4, 5, 6];
    for (const seed of many) {
      const world = worldOf(seed, 60);
      const baseline = informedBaseline(world);
      const hub = new LedgerHub(world);
      askAdaptively([hub], world, 300, seed);
      protectedGain += (shareWithinTenPercent(world, posteriorGuess(world, hub.answers)) - baseline) / many.length;
      const open = new ThresholdHub(world);
      askAdaptively([open], world, 300, seed);
      openGain += (shareWithinTenPercent(world, posteriorGuess(world, open.answers)) - baseline) / many.length;
    }
    expect(protectedGain).toBeLessThanOrEqual(0.05);
    expect(openGain).toBeGreaterThan(0.3);
  });

  it('refusals are no oracle: neighbouring data sets, to the edges of their bands, give one transcript', () => {
    for (const seed of [8, 9]) {
      const world = worldOf(seed, 20, 2);
      const random = new Randomness(seed);
      const filters = [...standardMargins(), ...Array.from({ length: 25 }, () => randomFilter(random))];
      const neighbours = Array.from({ length: 60 }, () => neighbour(world, random));
      const transcripts = (of: (world: World) => string): number => new Set([world, ...neighbours].map(of)).size;
      expect(transcripts((next) => ledgerTranscript(next, filters))).toBe(1);
      // A hub that judges each answer by its values, and a ledger whose priors follow the values instead of the bands.
      expect(transcripts((next) => transcriptOf(new ConcentrationHub(next), next, filters))).toBeGreaterThan(1);
      expect(transcripts((next) => ledgerTranscript(next, filters, new PeekingLedgerHub(next)))).toBeGreaterThan(1);
    }
  });

  it('four sham members neither make up the number nor buy a second answer', () => {
    const trusted = new Map<string, number>();
    for (const seed of [9, 12]) {
      const attack = shamAttack(worldOf(seed, 30, 1));
      const insiders = [attack.runner, ...attack.shams];
      const hub = strictHub(attack);
      expect(victimsTold(hub, attack).told).toBe(0);
      askAdaptively([hub], attack.world, 200, seed);
      expect(hub.answers.length).toBeGreaterThan(0);
      expect(unitsRecovered(attack.world, hub.answers, insiders)).toBe(0);
      for (const [name, hubOf] of trustingHubs) {
        const twin = hubOf(attack);
        const { told } = victimsTold(twin, attack);
        askAdaptively([twin], attack.world, 200, seed);
        trusted.set(name, (trusted.get(name) ?? 0) + told + unitsRecovered(attack.world, twin.answers, insiders));
      }
    }
    for (const recovered of trusted.values()) expect(recovered).toBeGreaterThan(0);
  });

  it('an open hub gives every unit away, so these attacks do work', () => {
    const world = worldOf(10);
    const open = new OpenHub(world);
    askAdaptively([open], world, 300, 10);
    expect(unitsRecovered(world, open.answers)).toBeGreaterThan(world.units.length * 0.8);
  });
});
