import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadHighs from 'highs';
import type { Highs } from 'highs';
import { LeverageLedger, highsSolver, protectTables, protectWithRollUp } from '../src/disclosureControl';
import type { ReleaseTask } from '../src/disclosureControl';
import { askAdaptively } from '../tests/attacks/statistics/differences';
import {
  attributableGain,
  bandBaseline,
  informedBaseline,
  posteriorGuess,
  shareWithinTenPercent,
} from '../tests/attacks/statistics/estimates';
import { ConcentrationHub, LedgerHub, OpenHub, ThresholdHub } from '../tests/attacks/statistics/hubs';
import type { Answer, Hub } from '../tests/attacks/statistics/hubs';
import { Randomness } from '../tests/attacks/statistics/randomness';
import { intervalWidths, largestGroups } from '../tests/attacks/statistics/reconstruction';
import { unitsRecovered } from '../tests/attacks/statistics/recovery';
import { figureIds, publishedAnswers, registeredTables } from '../tests/attacks/statistics/registered';
import { unitsTracked } from '../tests/attacks/statistics/trackers';
import {
  figuresUnder,
  randomFilter,
  simulateWorld,
  standardMargins,
  universe,
} from '../tests/attacks/statistics/world';
import type { World } from '../tests/attacks/statistics/world';
import { ledgerTranscript, neighbour, transcriptOf } from '../tests/attacks/statistics/transcripts';
import { thresholds } from '../tests/unit/disclosureControl/support/thresholds';

/** SLUICE_FULL=1 runs more than 200 worlds; otherwise a dozen, to see that it runs. */
const full = process.env['SLUICE_FULL'] === '1';
const plan = [
  { groups: 20, worlds: full ? 140 : 6 },
  { groups: 60, worlds: full ? 56 : 3 },
  { groups: 200, worlds: full ? 5 : 1 },
];
const randomQueries = 400;
const adaptiveQueries = 1000;

/** Sums over worlds, from which means are taken. */
class Means {
  private readonly sums = new Map<string, { sum: number; count: number; least: number }>();

  add(name: string, value: number): void {
    const entry = this.sums.get(name) ?? { sum: 0, count: 0, least: Infinity };
    this.sums.set(name, {
      sum: entry.sum + value,
      count: entry.count + 1,
      least: Math.min(entry.least, value),
    });
  }

  mean(name: string, digits = 2): string {
    const entry = this.sums.get(name);
    return entry === undefined ? '-' : (entry.sum / entry.count).toFixed(digits);
  }

  total(name: string): number {
    return this.sums.get(name)?.sum ?? 0;
  }

  least(name: string): string {
    return (this.sums.get(name)?.least ?? Infinity).toFixed(3);
  }
}

function askStandard(hub: Hub, world: World, seed: number): number {
  const random = new Randomness(seed);
  for (const margin of standardMargins()) hub.ask(figuresUnder(world, margin));
  let answered = 0;
  for (let query = 0; query < randomQueries; query += 1) {
    if (hub.ask(figuresUnder(world, randomFilter(random))) !== undefined) answered += 1;
  }
  return answered / randomQueries;
}

/** Everything but the linear programs, which do not fit in the time for 200 groups and all units. */
function measure(
  means: Means,
  name: string,
  world: World,
  answers: readonly Answer[],
  highs: Highs,
  seed: number,
): void {
  const largest = largestGroups(world);
  means.add(`${name} recovered`, unitsRecovered(world, answers));
  const insiders = largest.slice(0, 3).map((group) => [group]);
  means.add(`${name} recovered by an insider`, Math.max(...insiders.map((own) => unitsRecovered(world, answers, own))));
  const hits = shareWithinTenPercent(world, posteriorGuess(world, answers));
  means.add(`${name} gain over band middle`, hits - bandBaseline(world));
  means.add(`${name} gain over informed band`, hits - informedBaseline(world));
  means.add(
    `${name} attributable gain`,
    attributableGain(world, answers, new Randomness(seed), name === 'ledger' ? 5 : 20),
  );
  const unitsMax = world.units.length > 30 ? 10 : 21;
  const coalitions = name === 'ledger' ? [[], largest.slice(0, 1), largest.slice(0, 2)] : [[]];
  coalitions.forEach((coalition, size) => {
    const widths = intervalWidths(highs, world, answers, coalition, unitsMax);
    means.add(`${name} width ${size}`, Math.min(...widths));
  });
}

function attackWorld(means: Means, world: World, highs: Highs, seed: number): void {
  const hubs: readonly (readonly [string, Hub])[] = [
    ['open', new OpenHub(world)],
    ['k', new ThresholdHub(world)],
    ['k+p', new ConcentrationHub(world)],
    ['ledger', new LedgerHub(world)],
  ];
  means.add('units', world.units.length);
  for (const [name, hub] of hubs) {
    means.add(`${name} answered`, askStandard(hub, world, seed));
    const distinct = [...new Map(hub.answers.map((answer) => [answer.members.join(), answer])).values()];
    means.add(`${name} random recovered`, unitsRecovered(world, distinct));
    if (name === 'k+p') continue;
    // One, two or ten analysts make no difference to a hub that keeps one ledger for all.
    askAdaptively([hub], world, name === 'ledger' ? adaptiveQueries : 300, seed);
    measure(means, name, world, hub.answers, highs, seed);
  }
  const targets = world.units.slice(0, 12).map((unit) => unit.id);
  means.add('trackers threshold', unitsTracked(new ThresholdHub(world), world, targets, 4) / targets.length);
  means.add('trackers ledger', unitsTracked(new LedgerHub(world), world, targets, 4));
}

function attackRelease(means: Means, world: World, highs: Highs, seed: number): void {
  const task: ReleaseTask = {
    universe,
    tables: registeredTables,
    contributions: world.figures.map(({ unit, coordinates, value, band }) => ({
      unit,
      coordinates,
      value,
      publicBounds: band,
    })),
    nonNegative: true,
    readerMayContribute: true,
    colludingInsiders: 1,
    knownTo: world.knownTo,
    thresholds,
    solver: highsSolver(highs),
  };
  const largest = largestGroups(world);
  const started = process.cpuUsage();
  const fine = protectTables(task);
  means.add('release ms', process.cpuUsage(started).user / 1000);
  means.add('release cells', fine.cells.length);
  means.add('release sensitive', fine.cells.filter((cell) => cell.judgement.sensitive).length);
  means.add('release share', fine.publishedShare);
  means.add('release audit failed', fine.audit.passed ? 0 : 1);
  const answers = publishedAnswers(world, fine);
  [[], largest.slice(0, 1), largest.slice(0, 2)].forEach((insiders, size) => {
    means.add(`release recovered ${size}`, unitsRecovered(world, answers, insiders));
    means.add(`release width ${size}`, Math.min(...intervalWidths(highs, world, answers, insiders, 10)));
  });
  const everything = publishedAnswers(world, fine, () => true);
  means.add('release twin recovered', unitsRecovered(world, everything, largest.slice(0, 1)));

  const narrow = protectTables({ ...task, thresholds: { ...thresholds, dominanceProtectsInterval: 0 } });
  means.add('narrow share', narrow.publishedShare);
  means.add('narrow audit failed', narrow.audit.passed ? 0 : 1);
  const narrowAnswers = publishedAnswers(world, narrow);
  means.add('narrow recovered', unitsRecovered(world, narrowAnswers, largest.slice(0, 1)));
  means.add('narrow width', Math.min(...intervalWidths(highs, world, narrowAnswers, largest.slice(0, 1), 10)));

  const rolledUp = protectWithRollUp(task, ['place', 'stage', 'place', 'standard', 'mineral']);
  means.add('rolled share', rolledUp.publishedShare);
  means.add('rolled published', rolledUp.cells.length - rolledUp.suppressed.size);
  means.add('rolled cuts', rolledUp.cuts);

  const hub = new LedgerHub(world);
  for (const answer of answers) hub.ledger.appendReleased(figureIds(world, answer));
  means.add('after release answered', askStandard(hub, world, seed));
  const both = [...answers, ...hub.answers];
  means.add('after release recovered', unitsRecovered(world, both, largest.slice(0, 1)));
  means.add('after release width', Math.min(...intervalWidths(highs, world, both, largest.slice(0, 1), 10)));
}

/** Refusal oracle: of how many neighbours, each with one figure changed inside its band, the transcript is another one. */
function oracle(neighbours: number): { readonly ledger: number; readonly valueLooking: number } {
  const world = simulateWorld({ groups: 20, seed: 8, lognormalDeviation: 2, ventures: 2, twoPlacesShare: 0.15 });
  const random = new Randomness(8);
  const filters = Array.from({ length: 25 }, () => randomFilter(random));
  const valueLooking = (of: World): string => transcriptOf(new ConcentrationHub(of), of, filters);
  const here = { ledger: ledgerTranscript(world, filters), valueLooking: valueLooking(world) };
  const differing = { ledger: 0, valueLooking: 0 };
  for (let count = 0; count < neighbours; count += 1) {
    const next = neighbour(world, random);
    if (ledgerTranscript(next, filters) !== here.ledger) differing.ledger += 1;
    if (valueLooking(next) !== here.valueLooking) differing.valueLooking += 1;
  }
  return differing;
}

/** CPU time of a ledger decision that passes every check, the dearest kind, once the ledger holds some answers. */
function decisionCost(
  units: number,
  colludingInsiders: number,
  rounds: number,
): { readonly ms: number; readonly rank: number } {
  const random = new Randomness(units);
  const ids = Array.from({ length: units }, (_, unit) => `f${unit}`);
  const ledger = new LeverageLedger(
    ids.map((id) => ({ id, knownTo: [id], isProtected: true })),
    ids.map((id) => ({ id, unit: id, priorDeviation: 50 + 100 * random.next() })),
    {
      minimumContributors: thresholds.minimumContributors,
      readerMayContribute: true,
      differenceContributorsMin: thresholds.differenceContributorsMin,
      retainedVarianceShare: thresholds.retainedVarianceShareRecent,
      colludingInsiders,
    },
  );
  const query = (): string[] => ids.filter(() => random.next() < 0.3);
  for (let answers = 0; answers < units / 5; answers += 1) ledger.appendReleased(query());
  const queries = Array.from({ length: rounds }, query);
  for (const warmUp of queries.slice(0, 3)) ledger.decide(warmUp);
  const started = process.cpuUsage();
  for (const one of queries) ledger.decide(one);
  const used = process.cpuUsage(started);
  return { ms: (used.user + used.system) / 1000 / rounds, rank: ledger.answered.length };
}

const percent = (share: string): string => `${(100 * Number(share)).toFixed(0)} %`;

function section(groups: number, worlds: number, means: Means): string {
  const m = (name: string, digits = 2): string => means.mean(name, digits);
  return `
### ${groups} groups, ${worlds} worlds (on average ${m('units', 0)} units with the joint ventures)

| | no control | k >= 5 | k >= 5 and p % | ledger, tau ${thresholds.retainedVarianceShareRecent} |
|---|---|---|---|---|
| share of ${randomQueries} random queries answered (usefulness) | ${['open', 'k', 'k+p', 'ledger'].map((hub) => percent(m(`${hub} answered`, 4))).join(' | ')} |
| units recovered exactly from these and 14 margins | ${['open', 'k', 'k+p', 'ledger'].map((hub) => m(`${hub} random recovered`, 1)).join(' | ')} |
| the same after ${adaptiveQueries} adaptive queries (300 for the twins) | ${m('open recovered', 1)} | ${m('k recovered', 1)} | | ${m('ledger recovered', 1)} |
| the same with the figures of one of the three largest groups | ${m('open recovered by an insider', 1)} | ${m('k recovered by an insider', 1)} | | ${m('ledger recovered by an insider', 1)} |
| trackers: targets tracked | | ${percent(m('trackers threshold', 4))} | | ${means.total('trackers ledger')} in all worlds |
| narrowest interval by linear programming with bands, outsider: mean over worlds (least) | ${m('open width 0', 3)} (${means.least('open width 0')}) | ${m('k width 0', 3)} (${means.least('k width 0')}) | | ${m('ledger width 0', 3)} (${means.least('ledger width 0')}) |
| one insider, the largest | | | | ${m('ledger width 1', 3)} (${means.least('ledger width 1')}) |
| two insiders, the largest | | | | ${m('ledger width 2', 3)} (${means.least('ledger width 2')}) |
| guesses within 10 %: gain over the band's middle | ${m('open gain over band middle', 3)} | ${m('k gain over band middle', 3)} | | ${m('ledger gain over band middle', 3)} |
| gain over the informed band (knows how figures spread, no answers) | ${m('open gain over informed band', 3)} | ${m('k gain over informed band', 3)} | | ${m('ledger gain over informed band', 3)} |
| gain attributable to the figure's own part in the answers | ${m('open attributable gain', 3)} | ${m('k attributable gain', 3)} | | ${m('ledger attributable gain', 3)} |

| Registered tables: mineral x stage, mineral x place, standard x stage, linked; bands public | |
|---|---|
| cells; of them sensitive by themselves | ${m('release cells', 0)}; ${m('release sensitive', 0)} |
| share of cells published (usefulness) | ${percent(m('release share', 4))} |
| audits failed; units recovered with nobody's, one's, two's figures | ${means.total('release audit failed')}; ${[0, 1, 2].map((size) => means.total(`release recovered ${size}`)).join(', ')} |
| narrowest interval, 0, 1, 2 insiders (least over worlds) | ${[0, 1, 2].map((size) => means.least(`release width ${size}`)).join(', ')} |
| twin with every cell published: units the largest group recovers, mean | ${m('release twin recovered', 1)} |
| with \`dominanceProtectsInterval\` 0: share; audits failed; recovered; narrowest interval, one insider | ${percent(m('narrow share', 4))}; ${means.total('narrow audit failed')}; ${means.total('narrow recovered')}; ${means.least('narrow width')} |
| rolled up to the registered minimum: share; cells published; levels cut | ${percent(m('rolled share', 4))}; ${m('rolled published', 1)}; ${m('rolled cuts', 1)} |
| random queries answered after the release | ${percent(m('after release answered', 4))} |
| units recovered from both together by the largest group; narrowest interval | ${means.total('after release recovered')}; ${means.least('after release width')} |
| CPU time of building, suppressing and auditing once | ${m('release ms', 0)} ms |
`;
}

async function main(): Promise<void> {
  const highs = await loadHighs();
  const sections: string[] = [];
  let worldCount = 0;
  for (const { groups, worlds } of plan) {
    const means = new Means();
    for (let seed = 1; seed <= worlds; seed += 1) {
      const world = simulateWorld({
        groups,
        seed: 1000 * groups + seed,
        lognormalDeviation: 1 + (seed % 5) / 4,
        ventures: Math.round(groups / 15),
        twoPlacesShare: 0.15,
      });
      attackWorld(means, world, highs, seed);
      attackRelease(means, world, highs, seed);
      if (seed % 10 === 0) process.stderr.write(`${groups} groups: ${seed} of ${worlds} worlds\n`);
    }
    worldCount += worlds;
    sections.push(section(groups, worlds, means));
  }
  const neighbours = full ? 10_000 : 200;
  const transcripts = oracle(neighbours);
  const costs = [
    [200, 1, 60],
    [1000, 1, 20],
    [200, 2, 40],
    [1000, 2, 20],
  ] as const;
  const rows = costs.map(([units, insiders, rounds]) => {
    const cost = decisionCost(units, insiders, rounds);
    return `| ${units} | ${insiders} | ${cost.rank} | ${cost.ms.toFixed(2)} |`;
  });
  const report = `# Statistics: attacks and usefulness

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, ${worldCount} simulated worlds: lognormal figures with sd 1 to 2, public size bands of
half a decade, joint ventures, uneven places. Seeds are 1000 x groups + 1 ... n. Repeat with \`SLUICE_FULL=1\` and
\`bench/statisticsAttacks.ts\`. Every attack also runs against hubs without the control, where it must succeed.

Bounds (\`statistics.md\`): 0 units recovered; no interval narrower than 0.2 of the figure; guessing gains at most 0.05.
${sections.join('')}
### Refusal oracle

${neighbours} neighbouring data sets, one figure changed inside its band, every fourth to an edge of it: ${transcripts.ledger} of them have another transcript
of answers and refusals than the first data set has, with the ledger; ${transcripts.valueLooking} with the twin that looks at values.

### Ledger decisions, CPU time

| units | insiders assumed | answers in the ledger | ms a decision |
|---|---|---|---|
${rows.join('\n')}
`;
  writeFileSync(join(__dirname, full ? 'results-statistics.md' : 'results-statistics-short.md'), report);
}

void main();
