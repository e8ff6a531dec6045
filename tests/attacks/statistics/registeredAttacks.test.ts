import loadHighs from 'highs';
import type { Highs } from 'highs';
import { countRange, highsSolver } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { askAdaptively } from './differences';
import { LedgerHub } from './hubs';
import { Randomness } from './randomness';
import { intervalWidths, largestGroups } from './reconstruction';
import { unitsRecovered } from './recovery';
import { figureIds, publishedAnswers, release } from './registered';
import {
  attacksOn,
  correctionOf,
  hasEnoughChanges,
  mayBePublished,
  recoversChange,
  resubmissions,
} from './vintageAttacks';
import { simulateWorld } from './world';
import type { World } from './world';

let highs: Highs;
beforeAll(async () => {
  highs = await loadHighs();
});

const worldOf = (seed: number, groups = 60): World =>
  simulateWorld({ groups, seed, lognormalDeviation: 1, ventures: 4, twoPlacesShare: 0.15 });

describe('attacks on registered tables', () => {
  it('leave at least a fifth of every figure to outsiders and to the largest competitor', () => {
    let [published, cells, exposed] = [0, 0, 0];
    for (const seed of [1]) {
      const world = worldOf(seed, 45);
      const released = release(world, highsSolver(highs), { bandsPublic: false });
      expect(released.audit.passed).toBe(true);
      const answers = publishedAnswers(world, released);
      published += answers.length;
      cells += released.cells.length;
      const [largest = ''] = largestGroups(world);
      // Without public bands the attacker has nothing but that figures are not negative.
      const blind = {
        ...world,
        figures: world.figures.map((figure) => ({ ...figure, band: { lower: 0, upper: 1e9 } })),
      };
      for (const insiders of [[], [largest]]) {
        expect(unitsRecovered(world, answers, insiders)).toBe(0);
        expect(Math.min(...intervalWidths(highs, blind, answers, insiders, 20))).toBeGreaterThanOrEqual(0.2 - 1e-6);
      }
      exposed += unitsRecovered(
        world,
        publishedAnswers(world, released, () => true),
        [largest],
      );
    }
    expect(published / cells).toBeGreaterThan(0.05);
    // The same tables without suppression give units away exactly.
    expect(exposed).toBeGreaterThan(3);
  });

  it('and on the ledger behind them recover nothing from both together', () => {
    const world = worldOf(3, 40);
    const released = release(world, highsSolver(highs));
    const tables = publishedAnswers(world, released);
    const hub = new LedgerHub(world);
    for (const answer of tables) hub.ledger.appendReleased(figureIds(world, answer));
    askAdaptively([hub], world, 150, 3);
    const everything = [...tables, ...hub.answers];
    for (const insiders of [
      [],
      ...largestGroups(world)
        .slice(0, 4)
        .map((group) => [group]),
    ]) {
      expect(unitsRecovered(world, everything, insiders)).toBe(0);
    }
    const [largest = ''] = largestGroups(world);
    expect(Math.min(...intervalWidths(highs, world, everything, [largest], 20))).toBeGreaterThanOrEqual(0.2);
    // The twin whose ledger does not know of the tables: a member of a table's cell can be differenced out of it.
    const total = tables.find((answer) => answer.members.length === world.figures.length);
    const butOne = world.figures.filter((figure) => figure.unit !== 'G0').map((figure) => figure.id);
    expect(total).toBeDefined();
    expect(hub.ledger.decide(butOne).kind).toBe('REFUSED');
    expect(new LedgerHub(world, { retainedVarianceShare: 0.001 }).ledger.decide(butOne).kind).toBe('ALLOWED');
  });

  it("vintages: one unit's change never shows by itself, nor among changes that the attacker knows", () => {
    let [recovered, published, counted] = [0, 0, 0];
    for (const seed of [4, 5, 6]) {
      const world = worldOf(seed, 20 + 20 * (seed % 3));
      const random = new Randomness(seed);
      for (const { id } of world.units.slice(0, 10)) {
        for (const [name, attack] of attacksOn(world, id, random)) {
          if (mayBePublished(attack) && recoversChange(attack)) recovered += 1;
          // The twin that publishes every vintage, and the one that counts changes without asking who knows them.
          if (recoversChange(attack)) published += 1;
          if (name.includes('four') && hasEnoughChanges(attack) && recoversChange(attack)) counted += 1;
        }
      }
      expect(mayBePublished(correctionOf(world, 1, random))).toBe(true);
    }
    expect(recovered).toBe(0);
    expect(published).toBeGreaterThan(100);
    expect(counted).toBeGreaterThan(5);
  });

  it('rank probing: a member that resubmits its own figure sees one frozen release, not one for every try', () => {
    const world = worldOf(5, 20);
    const tried = resubmissions(world, [0.1, 8]);
    const statuses = tried.map(({ later }) =>
      release({ ...world, figures: later }, highsSolver(highs), { bandsPublic: false })
        .cells.map((cell) => cell.status)
        .join(),
    );
    // The twin that rebuilds the tables on every submission lets the member watch where its rank makes cells close.
    expect(new Set(statuses).size).toBeGreaterThan(1);
    for (const neighbour of tried) expect(mayBePublished(neighbour)).toBe(false);
  });

  it('all-zero and all-N counts: nobody is shown to have or to lack an attribute by a published count', () => {
    const random = new Randomness(6);
    let [shown, shownByExactCounts] = [0, 0];
    for (let world = 0; world < 300; world += 1) {
      const population = 5 + random.below(40);
      const share = random.pick([0, 0.02, 0.5, 0.98, 1]);
      const count = Array.from({ length: population }, () => random.next() < share).filter(Boolean).length;
      const range = countRange(count, population, thresholds.minimumContributors);
      if (range !== undefined && (range.to === 0 || range.from === population)) shown += 1;
      // An insider with the attribute, and one without it, takes itself out of the range.
      if (range !== undefined && (range.to - 1 <= 0 || range.from >= population - 1)) shown += 1;
      if (count === 0 || count === population) shownByExactCounts += 1;
    }
    expect(shown).toBe(0);
    expect(shownByExactCounts).toBeGreaterThan(50);
  });
});
