import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import loadHighs from 'highs';
import { highsSolver } from '../src/disclosureControl';
import { packageRoot } from '../src/modules/reference';
import {
  certifiedWorld,
  interrogate,
  largestHolder,
  overlappingHub,
  partitionHub,
  sitesShown,
  wholeBesidePart,
} from '../tests/attacks/statistics/certifiedCounts';
import { askAdaptively } from '../tests/attacks/statistics/differences';
import { Randomness } from '../tests/attacks/statistics/randomness';
import { unitsRecovered } from '../tests/attacks/statistics/recovery';
import { release } from '../tests/attacks/statistics/registered';
import { shamAttack, strictHub, trustingHubs, victimsTold } from '../tests/attacks/statistics/shamMembers';
import {
  attacksOn,
  correctionOf,
  hasEnoughChanges,
  mayBePublished,
  recoversChange,
  resubmissions,
} from '../tests/attacks/statistics/vintageAttacks';
import { figuresUnder, randomFilter, simulateWorld } from '../tests/attacks/statistics/world';
import type { World } from '../tests/attacks/statistics/world';

/** The attacks over time and by number of members, over this many seeded worlds each. */
const worlds = Number(process.argv[2] ?? 201);

const worldOf = (seed: number, groups: number): World =>
  simulateWorld({
    groups,
    seed,
    lognormalDeviation: 1 + (seed % 3) / 2,
    ventures: Math.ceil(groups / 15),
    twoPlacesShare: 0.15,
  });
const groupsOf = (seed: number): number => [20, 60, 200][seed % 3] ?? 20;
const seeds = Array.from({ length: worlds }, (_, at) => at + 1);
const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(0)} %`;

interface Row {
  readonly attack: string;
  readonly attempts: string;
  readonly recovered: number;
  readonly twin: string;
  readonly usefulness: string;
}

/** Every unit of every world attacked by every way to put its change between two vintages. */
function vintages(): readonly Row[] {
  const tally = new Map<string, { attempts: number; recovered: number; published: number; counted: number }>();
  const useful = new Map([1, 0.5, 0.2].map((share) => [share, 0]));
  for (const seed of seeds) {
    const world = worldOf(seed, groupsOf(seed));
    const random = new Randomness(seed);
    for (const { id } of world.units) {
      for (const [name, attack] of attacksOn(world, id, random)) {
        const of = tally.get(name) ?? { attempts: 0, recovered: 0, published: 0, counted: 0 };
        const shows = recoversChange(attack);
        of.attempts += 1;
        if (shows) of.published += 1;
        if (shows && hasEnoughChanges(attack)) of.counted += 1;
        if (shows && mayBePublished(attack)) of.recovered += 1;
        tally.set(name, of);
      }
    }
    for (const [share, count] of useful) {
      if (mayBePublished(correctionOf(world, share, random))) useful.set(share, count + 1);
    }
  }
  const usefulness = [...useful].map(([share, count]) => `${percent(count, worlds)} where ${100 * share} % corrected`);
  return [...tally].map(([name, { attempts, recovered, published, counted }]) => ({
    attack: `vintages: ${name}`,
    attempts: `${attempts} units`,
    recovered,
    twin: `${published} where every vintage is published${name.includes('four') ? `, ${counted} where changes are counted without asking who knows them` : ''}`,
    usefulness: `second vintage allowed in ${usefulness.join(', ')}`,
  }));
}

async function rankProbing(): Promise<Row> {
  const solver = highsSolver(await loadHighs());
  let [shown, twin, share] = [0, 0, 0];
  for (const seed of seeds) {
    const world = worldOf(seed, 20);
    const tries = resubmissions(world, [0.1, 8]);
    const patterns = tries.map(({ later }) => release({ ...world, figures: later }, solver, { bandsPublic: false }));
    const statuses = patterns.map(({ cells }) => cells.map(({ status }) => status).join());
    if (new Set(statuses).size > 1) twin += 1;
    if (tries.some(mayBePublished)) shown += 1;
    share += (patterns[0]?.publishedShare ?? 0) / worlds;
  }
  return {
    attack: 'rank probing by resubmission',
    attempts: `${worlds} worlds, two figures tried in each`,
    recovered: shown,
    twin: `${twin} worlds in which a hub that rebuilds on each submission closes other cells`,
    usefulness: `${(100 * share).toFixed(0)} % of fine cells published, 20 groups`,
  };
}

async function counts(): Promise<readonly Row[]> {
  const highs = await loadHighs();
  let [sites, shown, answered] = [0, 0, 0];
  for (const seed of seeds) {
    const world = certifiedWorld(seed);
    const told = interrogate(partitionHub(world), world, seed);
    answered += told.length;
    sites += world.world.figures.length;
    for (const insider of [null, largestHolder(world)]) shown += sitesShown(highs, world, told, insider);
  }
  const pairs = seeds.map((seed) => ({
    hub: wholeBesidePart((world) => partitionHub(world), seed),
    twin: wholeBesidePart(overlappingHub, seed),
  }));
  return [
    {
      attack: 'all-zero and all-N counts of certificates, by linear programming, outsider and largest holder',
      attempts: `${sites} sites in ${worlds} worlds, 384 counts asked in each`,
      recovered: shown,
      twin: 'see the next row',
      usefulness: `${(answered / worlds).toFixed(1)} counts told a world`,
    },
    {
      attack: 'a whole and its part, nobody certified outside it',
      attempts: `${worlds} worlds`,
      recovered: pairs.filter(({ hub }) => hub.shown).length,
      twin: `${pairs.filter(({ twin }) => twin.shown).length} worlds in which overlapping sets show the rest to have none`,
      usefulness: 'one of the two is told',
    },
  ];
}

/** Of every world each unit is the victim of four sham members and the one that runs them. */
function shamMembers(): Row {
  let [victims, recovered, asked, answered] = [0, 0, 0, 0];
  const twins = new Map([...trustingHubs.keys()].map((name) => [name, 0]));
  for (const seed of seeds) {
    const world = worldOf(seed, seed % 3 === 0 ? 60 : 20);
    const attack = shamAttack(world);
    const own = [attack.runner, ...attack.shams];
    const hub = strictHub(attack);
    const outcome = victimsTold(hub, attack);
    victims += outcome.victims;
    askAdaptively([hub], world, 300, seed);
    recovered += outcome.told + unitsRecovered(world, hub.answers, own);
    const random = new Randomness(seed);
    for (let query = 0; query < 100; query += 1) {
      const figures = figuresUnder(world, randomFilter(random));
      if (figures.length === 0) continue;
      asked += 1;
      if (hub.ask(figures) !== undefined) answered += 1;
    }
    for (const [name, hubOf] of trustingHubs) {
      const twin = hubOf(attack);
      victimsTold(twin, attack);
      askAdaptively([twin], world, 300, seed);
      twins.set(name, (twins.get(name) ?? 0) + unitsRecovered(world, twin.answers, own));
    }
  }
  return {
    attack: 'four sham members and the one that runs them, 300 adaptive queries besides',
    attempts: `${victims} victims in ${worlds} worlds`,
    recovered,
    twin: [...twins].map(([name, units]) => `${units} by a hub that trusts them, with ${name}`).join(', '),
    usefulness: `${percent(answered, asked)} of 100 random queries more answered`,
  };
}

async function main(): Promise<void> {
  const rows = [...vintages(), await rankProbing(), ...(await counts()), shamMembers()];
  const report = `# Statistics: attacks over time and by members

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end, ${worlds} seeded worlds each (seeds 1 to ${worlds}; 20, 60
and 200 groups in turn where not said otherwise). Repeat with \`npm run bench -- statisticsVintages\`. "Recovered": exactly, from what
the hub published or answered and what the attackers know of themselves; the bound is 0 for each.

| attack | attempts | recovered | the unprotected twin gave away | usefulness beside it |
|---|---|---|---|---|
${rows.map((row) => `| ${row.attack} | ${row.attempts} | ${row.recovered} | ${row.twin} | ${row.usefulness} |`).join('\n')}
`;
  if (worlds >= 200) writeFileSync(join(packageRoot(), 'bench', 'results-statistics-vintages.md'), report);
  process.stdout.write(report);
}

void main();
