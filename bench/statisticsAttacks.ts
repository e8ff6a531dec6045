import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import loadHighs from 'highs';
import type { Highs } from 'highs';
import { LeverageLedger, highsSolver, protectTables, protectWithRollUp } from '../src/disclosureControl';
import type { ReleaseTask } from '../src/disclosureControl';
import { packageRoot } from '../src/modules/reference';
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
  singleFilter,
  standardMargins,
  universe,
} from '../tests/attacks/statistics/world';
import type { World } from '../tests/attacks/statistics/world';
import { ledgerTranscript, neighbour, transcriptOf } from '../tests/attacks/statistics/transcripts';
import { thresholds } from '../tests/unit/disclosureControl/support/thresholds';

/**
 * SLUICE_FULL=1 runs more than 200 worlds; otherwise a dozen, to see that it runs. SLUICE_WORLDS=60,20,2 runs that many worlds of 20, 60
 * and 200 groups and records them as a full run.
 */
const given = process.env['SLUICE_WORLDS']?.split(',').map(Number);
const full = process.env['SLUICE_FULL'] === '1' || given !== undefined;
const plan = [
  { groups: 20, worlds: given?.[0] ?? (full ? 140 : 6) },
  { groups: 60, worlds: given?.[1] ?? (full ? 56 : 3) },
  { groups: 200, worlds: given?.[2] ?? (full ? 5 : 1) },
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

function askStandard(hub: Hub, world: World, seed: number, filterOf = randomFilter): number {
  const random = new Randomness(seed);
  for (const margin of standardMargins()) hub.ask(figuresUnder(world, margin));
  let answered = 0;
  for (let query = 0; query < randomQueries; query += 1) {
    if (hub.ask(figuresUnder(world, filterOf(random))) !== undefined) answered += 1;
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
    attributableGain(
      world,
      answers,
      new Randomness(seed),
      name === 'ledger' || name === 'one' ? Math.ceil(world.units.length / 40) : 20,
      3,
    ),
  );
  const unitsMax = world.units.length > 30 ? 10 : 21;
  const [first = '', ...others] = largest;
  // The second insider is the second largest, and three others besides.
  const random = new Randomness(seed);
  const pairs = [others[0] ?? '', ...[1, 2, 3].map(() => random.pick(others))].map((second) => [first, second]);
  const sizes = name === 'ledger' || name === 'one' ? [[[]], [[first]], pairs] : [[[]]];
  sizes.forEach((coalitions, size) => {
    const widths = coalitions.flatMap((coalition) => intervalWidths(highs, world, answers, coalition, unitsMax));
    means.add(`${name} width ${size}`, Math.min(...widths));
  });
}

function attackWorld(means: Means, world: World, highs: Highs, seed: number): void {
  const hubs: readonly (readonly [string, Hub])[] = [
    ['open', new OpenHub(world)],
    ['k', new ThresholdHub(world)],
    ['ledger', new LedgerHub(world)],
  ];
  means.add('units', world.units.length);
  means.add('single answered', askStandard(new LedgerHub(world), world, seed, singleFilter));
  const oneInsider = new LedgerHub(world, { colludingInsiders: 1 });
  means.add('one answered', askStandard(oneInsider, world, seed));
  askAdaptively([oneInsider], world, adaptiveQueries, seed);
  measure(means, 'one', world, oneInsider.answers, highs, seed);
  for (const [name, hub] of hubs) {
    means.add(`${name} answered`, askStandard(hub, world, seed));
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

const columns = ['open', 'k', 'one', 'ledger'] as const;

/** The rows about ad-hoc answers, one column a hub. */
function adHoc(means: Means): string {
  const m = (name: string, digits = 2): string => means.mean(name, digits);
  const row = (title: string, cell: (hub: string) => string): string =>
    `| ${title} | ${columns.map(cell).join(' | ')} |`;
  const width = (size: number) => (hub: string) =>
    hub === 'one' || hub === 'ledger' || size === 0
      ? `${m(`${hub} width ${size}`, 3)} (${means.least(`${hub} width ${size}`)})`
      : '';
  return [
    `| | no control | k >= 5 | ledger, 1 insider, tau ${thresholds.retainedVarianceShareRecent} | ledger in force: ${thresholds.ledgerInsiders} insiders, tau ${thresholds.retainedVarianceShareRecent} |`,
    '|---|---|---|---|---|',
    row(`share of ${randomQueries} random queries over lists answered (usefulness)`, (hub) =>
      percent(m(`${hub} answered`, 4)),
    ),
    row("the same, queries as the hub's own filters allow: one code or all a dimension", (hub) =>
      hub === 'ledger' ? percent(m('single answered', 4)) : '',
    ),
    row(
      `units recovered exactly after these, 14 margins and ${adaptiveQueries} adaptive queries (300 for the twins)`,
      (hub) => m(`${hub} recovered`, 1),
    ),
    row('the same with the figures of one of the three largest groups', (hub) =>
      m(`${hub} recovered by an insider`, 1),
    ),
    row('trackers: targets tracked', (hub) =>
      hub === 'k'
        ? percent(m('trackers threshold', 4))
        : hub === 'ledger'
          ? `${means.total('trackers ledger')} in all worlds`
          : '',
    ),
    row('narrowest interval by linear programming with bands, outsider: mean over worlds (least)', width(0)),
    row('one insider, the largest', width(1)),
    row('two insiders: the largest, with the second largest and three others', width(2)),
    row("guesses within 10 %: gain over the band's middle", (hub) => m(`${hub} gain over band middle`, 3)),
    row('gain over the informed band (knows how figures spread, no answers)', (hub) =>
      m(`${hub} gain over informed band`, 3),
    ),
    row("gain attributable to the figure's own part in the answers", (hub) => m(`${hub} attributable gain`, 3)),
  ].join('\n');
}

function section(groups: number, worlds: number, means: Means): string {
  const m = (name: string, digits = 2): string => means.mean(name, digits);
  return `
### ${groups} groups, ${worlds} worlds (on average ${m('units', 0)} units with the joint ventures)

${adHoc(means)}

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

/** What stands on the page by hand: from the first heading of its second level on. */
function keptOf(page: string): string {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const start = before.search(/^## /m);
  return start < 0 ? '' : before.slice(start);
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
    // a run of hours that is stopped has told what it found so far
    process.stderr.write(sections.at(-1) ?? '');
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

Run ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, load average ${(loadavg()[0] ?? 0).toFixed(1)} at the end, ${worldCount} simulated worlds: lognormal figures with sd 1 to 2, public size bands of
half a decade, joint ventures, uneven places. Seeds are 1000 x groups + 1 ... n. Repeat with
\`SLUICE_FULL=1 npm run bench -- statisticsAttacks\`. Every attack also runs against hubs without the control, where it must succeed.

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
  const page = join(packageRoot(), 'bench', full ? 'results-statistics.md' : 'results-statistics-short.md');
  writeFileSync(page, `${report}\n${keptOf(page)}`);
}

void main();
