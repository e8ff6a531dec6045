import { LeverageLedger } from '../../../src/disclosureControl';
import type { LedgerPolicy } from '../../../src/disclosureControl';
import { thresholds } from '../../unit/disclosureControl/support/thresholds';
import { ledgerFigures } from './world';
import type { Figure, World } from './world';

/** An answered question, as attackers keep it. */
export interface Answer {
  readonly members: readonly number[];
  readonly value: number;
}

/** Something that answers sums over figures or refuses; the figures asked for are public, their values are not. */
export interface Hub {
  ask(figures: readonly Figure[]): number | undefined;
  readonly answers: readonly Answer[];
}

abstract class RecordingHub implements Hub {
  readonly answers: Answer[] = [];
  private readonly positionOf: ReadonlyMap<string, number>;

  constructor(protected readonly world: World) {
    this.positionOf = new Map(world.figures.map((figure, position) => [figure.id, position]));
  }

  ask(figures: readonly Figure[]): number | undefined {
    if (!this.admits(figures)) return undefined;
    const value = figures.reduce((sum, figure) => sum + figure.value, 0);
    this.answers.push({ members: figures.map((figure) => this.positionOf.get(figure.id) ?? -1), value });
    return value;
  }

  protected abstract admits(figures: readonly Figure[]): boolean;
}

/** Answers everything: the twin without protection. */
export class OpenHub extends RecordingHub {
  protected override admits(figures: readonly Figure[]): boolean {
    return figures.length > 0;
  }
}

/** At least five contributors a query, as everyone else does it. */
export class ThresholdHub extends RecordingHub {
  protected override admits(figures: readonly Figure[]): boolean {
    return new Set(figures.map((figure) => figure.unit)).size >= 5;
  }
}

/** The same, and the p % rule on each query: it looks at values, so its refusals tell of them. */
export class ConcentrationHub extends RecordingHub {
  protected override admits(figures: readonly Figure[]): boolean {
    if (new Set(figures.map((figure) => figure.unit)).size < 5) return false;
    const ordered = figures.map((figure) => figure.value).sort((a, b) => b - a);
    const total = ordered.reduce((sum, value) => sum + value, 0);
    const [first = 0, second = 0] = ordered;
    return total - first - second >= 0.1 * first;
  }
}

/** The hub under test: the ledger decides, and never sees a value. */
export class LedgerHub extends RecordingHub {
  readonly ledger: LeverageLedger;

  /** @param rule what differs from the registered thresholds */
  constructor(world: World, rule: Partial<LedgerPolicy> = {}) {
    super(world);
    this.ledger = new LeverageLedger(world.units, ledgerFigures(world), {
      minimumContributors: thresholds.minimumContributors,
      readerMayContribute: true,
      differenceContributorsMin: thresholds.differenceContributorsMin,
      retainedVarianceShare: thresholds.retainedVarianceShareRecent,
      colludingInsiders: thresholds.ledgerInsiders,
      ...rule,
    });
  }

  protected override admits(figures: readonly Figure[]): boolean {
    const decision = this.ledger.decide(figures.map((figure) => figure.id));
    if (decision.kind === 'REFUSED') return false;
    if (decision.kind !== 'ANSWERED_BEFORE') this.ledger.append(decision);
    return true;
  }
}

/** The ledger's broken twin: what it takes for known beforehand follows the confidential values, not their public bands. */
export class PeekingLedgerHub extends LedgerHub {
  constructor(world: World) {
    super({
      ...world,
      figures: world.figures.map((figure) => ({ ...figure, band: { lower: 0, upper: figure.value } })),
    });
  }
}
