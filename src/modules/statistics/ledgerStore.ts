import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { canonicalFigureSet } from '../../disclosureControl';
import { prepared } from '../../database/trusteeTransaction';
import { DomainError } from '../../kernel/errors';
import { formatPeriod, type Period } from '../../kernel/period';
import type { Measure } from './registeredTables';

/** Everything in one family shares one ledger, per year or over all years. */
export function ledgerFamily(measure: Measure, period: Period): string {
  return measure.periods === 'ALL' ? measure.family : `${measure.family} ${formatPeriod(period)}`;
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

/** How far a ledger has come: the hash covers every entry up to the version. */
export interface LedgerHead {
  readonly version: number;
  readonly head: string;
}

export const LEDGER_BEGINS: LedgerHead = { version: 0, head: '' };

/** A ledger whose row this transaction holds: nobody else decides or appends until it ends. */
export interface HeldLedger extends LedgerHead {
  readonly family: string;
}

/** A set of figures that was released or answered. */
export interface LedgerEntry {
  readonly measure: string;
  readonly figures: readonly string[];
}

/** The ledger is not what it was: entries are lost or changed. Whoever meets this seals the ledger (`sealLedger`). */
export class LedgerFault extends Error {
  override readonly name = 'LedgerFault';
  constructor(
    readonly family: string,
    fault: string,
  ) {
    super(`ledger \`${family}\`: ${fault}`);
  }
}

interface LedgerRow {
  readonly version: number;
  readonly head: string;
  readonly isOpen: boolean;
}

/**
 * Takes the row lock of a family's ledger.
 * @throws DomainError STATE for a ledger that was sealed, frozen by an audit, or found elsewhere than it was begun: after a
 * restore or a promotion it may be behind what was answered
 */
export async function holdLedger(client: PoolClient, family: string): Promise<HeldLedger> {
  let row = await lockedRow(client, family);
  if (row === undefined) {
    await client.query(
      'insert into trustee.ledger (family, place) values ($1, trustee.place()) on conflict do nothing',
      [family],
    );
    row = await lockedRow(client, family);
  }
  if (row?.isOpen !== true) throw sealed();
  return { family, version: row.version, head: row.head };
}

async function lockedRow(client: PoolClient, family: string): Promise<LedgerRow | undefined> {
  const { rows } = await prepared<LedgerRow>(
    client,
    `select version, head, sealed_because is null and frozen_because is null and place = trustee.place() as "isOpen" from trustee.ledger where family = $1 for update`,
    [family],
  );
  return rows[0];
}

interface EntryRow extends LedgerEntry {
  readonly version: number;
  readonly period: string;
  readonly setKey: string;
  readonly answer: string | null;
  readonly entryHash: string;
}

/**
 * The entries of a held ledger that came after a known head, in order.
 * INVARIANT LedgerIsWhole: they chain from that head to the ledger's own, or nothing more is answered on it.
 * @param promised how far this node has seen the ledger durable, at or after the known head
 * @throws LedgerFault when the ledger is behind either, or an entry is missing or was changed
 */
export async function entriesAfter(
  client: PoolClient,
  held: HeldLedger,
  known: LedgerHead,
  promised: LedgerHead = known,
): Promise<readonly LedgerEntry[]> {
  if (promised.version > held.version) throw new LedgerFault(held.family, 'it is behind what was answered');
  if (known.version === held.version && known.head === held.head) return [];
  if (known.version >= held.version) throw new LedgerFault(held.family, 'it is behind what was answered');
  const { rows } = await prepared<EntryRow>(
    client,
    `select version, measure, period, set_key as "setKey", figures, answer::text as answer, entry_hash as "entryHash"
     from trustee.ledger_entry where family = $1 and version > $2 order by version`,
    [held.family, known.version],
  );
  let { version, head } = known;
  for (const entry of rows) {
    version += 1;
    head = hashAfter(head, entry);
    const isOther = version === promised.version && head !== promised.head;
    if (isOther || entry.version !== version || entry.entryHash !== head || entry.setKey !== setKeyOf(entry.figures)) {
      throw new LedgerFault(held.family, `entry ${version} is not the one that was made`);
    }
  }
  if (version !== held.version || head !== held.head) throw new LedgerFault(held.family, 'entries are missing');
  return rows;
}

/**
 * Appends, in the transaction that holds the ledger; an answer leaves only after that transaction is durable.
 * @returns the ledger as it is held now
 */
export async function append(client: PoolClient, held: HeldLedger, added: readonly NewEntry[]): Promise<HeldLedger> {
  let { version, head } = held;
  for (const entry of added) {
    const { figures } = canonicalFigureSet(entry.figures);
    const { rows } = await prepared<{ entryHash: string }>(
      client,
      `insert into trustee.ledger_entry (family, version, measure, period, set_key, figures, release_id, answer, asked_by, organisation_no, purpose, initiative_id, law_hash)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
       where not exists (select from trustee.ledger_entry where family = $1 and measure = $3 and period = $4 and set_key = $5)
       returning entry_hash as "entryHash"`,
      [
        held.family,
        version + 1,
        entry.measure,
        entry.period,
        setKeyOf(figures),
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
    const [stored] = rows;
    if (stored === undefined) continue;
    version += 1;
    head = stored.entryHash;
  }
  return { family: held.family, version, head };
}

/** Closes one ledger for good, in a transaction of its own. */
export async function sealLedger(pool: Pool, family: string, reason: string): Promise<void> {
  await pool.query('update trustee.ledger set sealed_because = $2 where family = $1 and sealed_because is null', [
    family,
    reason,
  ]);
}

/** Closes every ledger for good: after a restore they may be behind what was answered. Released tables stay. */
export async function sealLedgers(pool: Pool, reason: string): Promise<number> {
  const { rowCount } = await pool.query('update trustee.ledger set sealed_because = $1 where sealed_because is null', [
    reason,
  ]);
  return rowCount ?? 0;
}

/**
 * Takes over the ledgers that were found elsewhere than they were begun: somebody answers for it, in writing, that nothing
 * was answered after the state they are in (a replica that had confirmed every transaction, a planned move).
 */
export async function adoptLedgers(pool: Pool, reason: string): Promise<number> {
  const { rowCount } = await pool.query(
    `update trustee.ledger set place = trustee.place(), adopted_because = now()::text || ' ' || $1
     where sealed_because is null and place <> trustee.place()`,
    [reason],
  );
  return rowCount ?? 0;
}

export function sealed(): DomainError {
  return new DomainError('STATE', 'no further statistic is given on these data', {
    rule: 'A6',
    next: 'use a released table; the next period has a ledger of its own',
  });
}

/** As `trustee.hash_of_entry` makes it. */
function hashAfter(head: string, { version, measure, period, setKey, figures, answer }: EntryRow): string {
  return hashOf([head, version, measure, period, setKey, figures.join('\n'), answer ?? ''].join('\n'));
}

function setKeyOf(figures: readonly string[]): string {
  return hashOf(canonicalFigureSet(figures).key);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
