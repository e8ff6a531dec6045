import type { Answer } from './hubs';
import { bandMiddle, priorDeviation } from '../../../src/disclosureControl';
import type { Randomness } from './randomness';
import type { World } from './world';

/** Share of units whose total is guessed to within 10 %. */
export function shareWithinTenPercent(world: World, guess: (figure: number) => number): number {
  const hits = world.units.filter((unit) => {
    let truth = 0;
    let sum = 0;
    world.figures.forEach((figure, position) => {
      if (figure.unit !== unit.id) return;
      truth += figure.value;
      sum += guess(position);
    });
    return truth > 0 && Math.abs(sum - truth) <= 0.1 * truth;
  });
  return hits.length / world.units.length;
}

/** What the public size bands alone give. */
export function bandBaseline(world: World): number {
  return shareWithinTenPercent(world, (figure) => middleOf(world, figure));
}

/**
 * The baseline an attacker without any answer really has: the mean of the population's distribution within the band. That
 * figures are lognormal and how widely they spread is knowledge about the population, not about anybody in it.
 */
export function informedBaseline(world: World): number {
  const { lognormalDeviation } = world.options;
  return shareWithinTenPercent(world, (figure) => {
    const band = world.figures[figure]?.band ?? { lower: 1, upper: 1 };
    let [weighted, weights] = [0, 0];
    for (let step = 0.5; step < 200; step += 1) {
      const value = band.lower * (band.upper / band.lower) ** (step / 200);
      const weight = Math.exp(-0.5 * (Math.log(value / 1000) / lognormalDeviation) ** 2);
      weighted += weight * value;
      weights += weight;
    }
    return weighted / weights;
  });
}

/**
 * What a figure's own part in the answers gives away of it: hits from the true answers less hits from answers in which the
 * figure was another one of its band. Every `every`-th figure is tried, against `redraws` others each.
 */
export function attributableGain(
  world: World,
  answers: readonly Answer[],
  random: Randomness,
  every: number,
  redraws = 1,
): number {
  const guess = posteriorGuess(world, answers);
  let [gain, tried] = [0, 0];
  world.figures.forEach((figure, position) => {
    if (position % every !== 0) return;
    const { lower, upper } = figure.band;
    const hit = (estimate: number): number => (Math.abs(estimate - figure.value) <= 0.1 * figure.value ? 1 : 0);
    for (let redraw = 0; redraw < redraws; redraw += 1) {
      const other = lower * (upper / lower) ** random.next();
      const redrawn = answers.map((answer) =>
        answer.members.includes(position) ? { ...answer, value: answer.value - figure.value + other } : answer,
      );
      gain += hit(guess(position)) - hit(posteriorGuess(world, redrawn)(position));
      tried += 1;
    }
  });
  return tried === 0 ? 0 : gain / tried;
}

function middleOf(world: World, figure: number): number {
  const band = world.figures[figure]?.band;
  return band === undefined ? 0 : bandMiddle(band);
}

/** The Gaussian posterior mean given all answers, cut to the bands: the best guess of an attacker who trusts the prior. */
export function posteriorGuess(world: World, answers: readonly Answer[]): (figure: number) => number {
  const variance = world.figures.map((figure) => priorDeviation(figure.band) ** 2);
  const mean = world.figures.map((_, figure) => middleOf(world, figure));
  const factors: number[][] = [];
  // Sequential updates in factored form: C = D - sum of w w'.
  for (const { members, value } of answers) {
    const inSet = new Set(members);
    const v = variance.map((own, figure) => (inSet.has(figure) ? own : 0));
    for (const w of factors) {
      const along = members.reduce((sum, member) => sum + (w[member] ?? 0), 0);
      w.forEach((entry, figure) => (v[figure] = (v[figure] ?? 0) - along * entry));
    }
    const total = members.reduce((sum, member) => sum + (v[member] ?? 0), 0);
    const prior = members.reduce((sum, member) => sum + (variance[member] ?? 0), 0);
    if (total <= 1e-9 * prior) continue;
    const surprise = value - members.reduce((sum, member) => sum + (mean[member] ?? 0), 0);
    v.forEach((entry, figure) => (mean[figure] = (mean[figure] ?? 0) + (entry * surprise) / total));
    factors.push(v.map((entry) => entry / Math.sqrt(total)));
  }
  return (figure) => {
    const band = world.figures[figure]?.band ?? { lower: 0, upper: 0 };
    return Math.min(band.upper, Math.max(band.lower, mean[figure] ?? 0));
  };
}
