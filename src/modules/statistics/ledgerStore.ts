import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import {
  canonicalFigureSet,
  LeverageLedger,
  priorDeviation,
  type LedgerFigure,
  type LedgerUnit,
  type Thresholds,
} from '../../disclosureControl';
import { DomainError } from '../../kernel/errors';
import { formatPeriod, type Period } from '../../kernel/period';
import type { Figure } from './frozenInputs';
import type { Measure } from './registeredTables';

/** Everything in one family shares one ledger, per year or over all years. */
export function ledgerFamily(measure: Measure, period: Period): string {
  return measure.periods === 'ALL' ? measure.family : `${measure.family} ${formatPeriod(period)}`;
}

/** A set of figures that was released or answered, as the ledger keeps it. */
export interface LedgerEntry {
  readonly version: number;
  readonly measure: string;
  readonly period: string;
  readonly figures: readonly string[];
  readonly answer: StoredAnswer | null;
  readonly releaseId: string | null;
}

/** What was answered, the same to everybody who asks for the same set. */
export interface StoredAnswer {
  readonly function: string;
  readonly value: string;
  readonly contributors: string;
}

export interface NewEntry {
  readonly measure: string;
  readonly period: string;
  readonly figures: readonly string[];
  readonly answer: StoredAnswer | null;
  readonly releaseId: string | null;
  readonly askedBy: string | null;
  readonly organisationNo: number | null;
  readonly purpose: string | null;
  readonly initiativeId: string | null;
  readonly lawHash: string;
}

/** A ledger whose row this transaction holds: nobody else decides or appends until it ends. */
export interface HeldLedger {
  readonly family: string;
  readonly version: number;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Takes the row lock of a family and reads everything ever released in it, in order.
 * @throws DomainError STATE for a ledger that was sealed: after a restore it may be behind what was answered
 */
export async function holdLedger(client: PoolClient, family: string): Promise<HeldLedger> {
  await client.query('insert into trustee.ledger (family) values ($1) on conflict do nothing', [family]);
  const { rows } = await client.query<{ version: number; sealed_because: string | null }>(
    'select version, sealed_because from trustee.ledger where family = $1 for update',
    [family],
  );
  const version = rows[0]?.version ?? 0;
  if (rows[0] === undefined || rows[0].sealed_because !== null) throw sealed();
  const entries = await client.query<LedgerEntry>(
    `select version, measure, period, figures, answer, release_id as "releaseId" from trustee.ledger_entry where family = $1 order by version`,
    [family],
  );
  // INVARIANT LedgerIsWhole: a ledger that counts more than it holds has lost entries, and nothing more is answered on it.
  if (entries.rows.length !== version || entries.rows.some((entry, place) => entry.version !== place + 1))
    throw sealed();
  return { family, version, entries: entries.rows };
}

/**
 * Appends, in the transaction that holds the ledger; an answer leaves only after that transaction is durable.
 * @returns the ledger as it is held now
 */
export async function append(client: PoolClient, held: HeldLedger, added: readonly NewEntry[]): Promise<HeldLedger> {
  if (added.length === 0) return held;
  let version = held.version;
  const entries = [...held.entries];
  for (const entry of added) {
    const { figures, key } = canonicalFigureSet(entry.figures);
    const { rowCount } = await client.query(
      `insert into trustee.ledger_entry (family, version, measure, period, set_key, figures, release_id, answer, asked_by, organisation_no, purpose, initiative_id, law_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (family, measure, period, set_key) do nothing`,
      [
        held.family,
        version + 1,
        entry.measure,
        entry.period,
        hashOf(key),
        figures,
        entry.releaseId,
        entry.answer === null ? null : JSON.stringify(entry.answer),
        entry.askedBy,
        entry.organisationNo,
        entry.purpose,
        entry.initiativeId,
        entry.lawHash,
      ],
    );
    if ((rowCount ?? 0) === 0) continue;
    version += 1;
    entries.push({ ...entry, version, figures });
  }
  await client.query('update trustee.ledger set version = $2 where family = $1', [held.family, version]);
  return { family: held.family, version, entries };
}

/** The frame of a ledger and what was released of it, as the pure ledger takes them. */
export interface LedgerScope {
  readonly figures: readonly Figure[];
  readonly band: Measure['band'];
  readonly retainedVarianceShare: number;
  readonly thresholds: Thresholds;
}

/** The pure ledger with every set of the entries taken in. */
export function replay(scope: LedgerScope, entries: readonly LedgerEntry[]): LeverageLedger {
  const { thresholds } = scope;
  const ledger = new LeverageLedger(unitsOf(scope.figures), figuresOf(scope), {
    minimumContributors: thresholds.minimumContributors,
    readerMayContribute: true,
    differenceContributorsMin: thresholds.differenceContributorsMin,
    retainedVarianceShare: scope.retainedVarianceShare,
    colludingInsiders: thresholds.colludingInsiders,
  });
  const known = new Set(scope.figures.map(({ figure }) => figure));
  for (const entry of entries) ledger.appendReleased(entry.figures.filter((figure) => known.has(figure)));
  return ledger;
}

function unitsOf(figures: readonly Figure[]): LedgerUnit[] {
  const units = new Map<string, { groups: Set<string>; isProtected: boolean }>();
  for (const { unit, knownTo, isProtected } of figures) {
    const entry = units.get(unit) ?? { groups: new Set<string>(), isProtected };
    for (const group of knownTo) entry.groups.add(group);
    units.set(unit, entry);
  }
  return [...units]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { groups, isProtected }]) => ({ id, knownTo: [...groups].sort(), isProtected }));
}

function figuresOf({ figures, band }: LedgerScope): LedgerFigure[] {
  const deviation = priorDeviation(band);
  const unitByFigure = new Map<string, string>();
  // A figure that is protected in one period or measure of the family is protected in all.
  for (const { figure, unit, isProtected } of figures) {
    if (isProtected || !unitByFigure.has(figure)) unitByFigure.set(figure, unit);
  }
  return [...unitByFigure]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, unit]) => ({ id, unit, priorDeviation: deviation }));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sealed(): DomainError {
  return new DomainError('STATE', 'no further statistic is given on these data', {
    rule: 'A6',
    next: 'use a released table; the next period has a ledger of its own',
  });
}
