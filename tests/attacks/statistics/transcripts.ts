import { LedgerHub } from './hubs';
import type { Hub } from './hubs';
import type { Randomness } from './randomness';
import { figuresUnder } from './world';
import type { Filter, World } from './world';

/** The same world but for one figure, which is another one of the same public band; every fourth time an edge of it. */
export function neighbour(world: World, random: Randomness): World {
  const changed = random.below(world.figures.length);
  const within = random.next();
  const share = random.below(4) > 0 ? within : within < 0.5 ? 0 : 1 - 2 ** -40;
  const figures = world.figures.map((figure, position) =>
    position === changed
      ? { ...figure, value: figure.band.lower + share * (figure.band.upper - figure.band.lower) }
      : figure,
  );
  return { ...world, figures };
}

/** What was answered and what was refused, question by question. */
export function transcriptOf(hub: Hub, world: World, filters: readonly Filter[]): string {
  return filters.map((filter) => (hub.ask(figuresUnder(world, filter)) === undefined ? 'n' : 'y')).join('');
}

/** The same with the ledger's reasons and the sets it holds at the end: all that it could tell anybody. */
export function ledgerTranscript(world: World, filters: readonly Filter[], hub = new LedgerHub(world)): string {
  const lines = filters.map((filter) => {
    const figures = figuresUnder(world, filter);
    const decision = hub.ledger.decide(figures.map(({ id }) => id));
    hub.ask(figures);
    return decision.kind === 'REFUSED' ? `${decision.code} ${decision.rule}` : decision.kind;
  });
  return [...lines, ...hub.ledger.answered.map(({ key }) => key)].join('\n');
}
