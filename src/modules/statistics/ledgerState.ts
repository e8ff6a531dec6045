import type { PoolClient } from 'pg';
import {
  LeverageLedger,
  priorDeviation,
  type LedgerFigure,
  type LedgerPolicy,
  type LedgerUnit,
} from '../../disclosureControl';
import type { Member } from './frozenInputs';
import type { FrozenMember } from './frozenMembers';
import { entriesAfter, LEDGER_BEGINS, type HeldLedger, type LedgerEntry, type LedgerHead } from './ledgerStore';
import type { Measure } from './registeredTables';

/** The frame of a family's ledger: everything its decisions follow from beside the entries. */
export interface LedgerScope {
  /** Who is in each snapshot of the family, of every measure and vintage; no value. */
  readonly members: ReadonlyMap<string, readonly FrozenMember[]>;
  readonly band: Measure['band'];
  readonly policy: LedgerPolicy;
}

/**
 * What a family's ledger has come to: the pure ledgers, one for each kind of sum and one for all together, each with its
 * posterior covariance and row space, made when first needed and carried on entry by entry.
 */
export class LedgerState {
  private readonly units: readonly LedgerUnit[];
  private readonly figures: readonly LedgerFigure[];
  private readonly known: ReadonlySet<string>;
  private readonly entries: LedgerEntry[] = [];
  private readonly ledgers = new Map<string | null, LeverageLedger>();
  private at: LedgerHead = LEDGER_BEGINS;

  constructor(private readonly scope: LedgerScope) {
    const members = [...scope.members.values()].flat();
    this.units = unitsOf(members);
    this.figures = figuresOf(members, scope.band);
    this.known = new Set(this.figures.map(({ id }) => id));
  }

  /**
   * Takes in what was appended since, in the transaction that holds the ledger. The state never runs ahead of what is
   * durable: an entry is taken in by the next transaction that holds the ledger, never by the one that made it.
   * @param promised how far this node has seen the ledger durable
   * @throws LedgerFault when the stored entries do not continue what this state was made from, or are behind the promise
   */
  async catchUp(client: PoolClient, held: HeldLedger, promised?: LedgerHead): Promise<void> {
    const added = await entriesAfter(client, held, this.at, promised);
    for (const entry of added) {
      this.entries.push(entry);
      for (const [measure, ledger] of this.ledgers) {
        if (measure === null || measure === entry.measure) this.take(ledger, entry);
      }
    }
    this.at = { version: held.version, head: held.head };
  }

  /** A state of its own that begins where this one is. */
  fork(): LedgerState {
    const other = new LedgerState(this.scope);
    other.entries.push(...this.entries);
    other.at = this.at;
    for (const [measure, ledger] of this.ledgers) other.ledgers.set(measure, ledger.copy());
    return other;
  }

  membersOf(snapshotId: string): readonly FrozenMember[] {
    return this.scope.members.get(snapshotId) ?? [];
  }

  /** Every set that was answered or released, of whatever sum. */
  get answeredSets(): readonly (readonly string[])[] {
    return this.entries.map(({ figures }) => figures);
  }

  /** Kinds of sums that have entries. */
  get measures(): ReadonlySet<string> {
    return new Set(this.entries.map(({ measure }) => measure));
  }

  /** The ledger of one kind of sum; null: of all of the family. */
  ledgerOf(measure: string | null): LeverageLedger {
    const kept = this.ledgers.get(measure);
    if (kept !== undefined) return kept;
    const ledger = new LeverageLedger(this.units, this.figures, this.scope.policy);
    for (const entry of this.entries) {
      if (measure === null || measure === entry.measure) this.take(ledger, entry);
    }
    this.ledgers.set(measure, ledger);
    return ledger;
  }

  private take(ledger: LeverageLedger, { figures }: LedgerEntry): void {
    ledger.appendReleased(figures.filter((figure) => this.known.has(figure)));
  }
}

/** The states of the ledgers asked last, by family and frame. A lost state is made anew from the stored entries. */
export class LedgerStates {
  private readonly kept = new Map<string, { readonly frame: string; readonly state: LedgerState }>();
  /** Kept for every family: a state takes an answer in with the next question only, and may be dropped. */
  private readonly promised = new Map<string, LedgerHead>();

  constructor(private readonly familiesMax: number) {}

  /** Once an answer is durable: a ledger that is found behind it was restored or lost entries. */
  promise({ family, version, head }: HeldLedger): void {
    if (version > (this.promised.get(family)?.version ?? 0)) this.promised.set(family, { version, head });
  }

  /** @param frame names everything that the scope is made of: another frame gives another state */
  async stateOf(
    client: PoolClient,
    held: HeldLedger,
    frame: string,
    scopeOf: () => Promise<LedgerScope>,
  ): Promise<LedgerState> {
    const kept = this.kept.get(held.family);
    const state = kept?.frame === frame ? kept.state : new LedgerState(await scopeOf());
    // A kept state that the stored entries do not continue stays: it is the witness that they were lost.
    const promised = this.promised.get(held.family);
    await (kept?.state ?? state).catchUp(client, held, promised);
    if (state !== kept?.state) await state.catchUp(client, held, promised);
    this.kept.delete(held.family);
    this.kept.set(held.family, { frame, state });
    for (const family of this.kept.keys()) if (this.kept.size > this.familiesMax) this.kept.delete(family);
    return state;
  }
}

function unitsOf(members: readonly Member[]): LedgerUnit[] {
  const units = new Map<string, { groups: Set<string>; isProtected: boolean }>();
  for (const { unit, knownTo, isProtected } of members) {
    const entry = units.get(unit) ?? { groups: new Set<string>(), isProtected };
    for (const group of knownTo) entry.groups.add(group);
    units.set(unit, entry);
  }
  return [...units]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { groups, isProtected }]) => ({ id, knownTo: [...groups].sort(), isProtected }));
}

function figuresOf(members: readonly Member[], band: Measure['band']): LedgerFigure[] {
  const deviation = priorDeviation(band);
  const unitByFigure = new Map<string, string>();
  // A figure that is protected in one period or measure of the family is protected in all.
  for (const { figure, unit, isProtected } of members) {
    if (isProtected || !unitByFigure.has(figure)) unitByFigure.set(figure, unit);
  }
  return [...unitByFigure]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, unit]) => ({ id, unit, priorDeviation: deviation }));
}
