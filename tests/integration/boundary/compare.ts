import { bindingKey, ReadSession } from '../../../src/database/boundTransaction';
import { factShapes } from '../../support/referenceModel/facts';
import { ReferenceModel, type Law, type Reader, type Row } from '../../support/referenceModel/policy';
import type { RandomWorld } from '../../support/randomWorld';
import type { TestDatabase } from '../../support/database';
import { readVault } from './vaultDoor';

/** What the vault holds of a world, read once. */
export interface Held {
  facts: Map<string, Row[]>;
  history: Map<string, Row[]>;
}

export async function readHeld(database: TestDatabase): Promise<Held> {
  return { facts: await readVault(database.admin, ''), history: await readVault(database.admin, '_history') };
}

export interface Comparison {
  /** decisions on rows and on fields, over all readers */
  rows: number;
  fields: number;
  disclosedRows: number;
  /** `reader table row: what differs`, at most some hundred */
  differences: string[];
}

/** As long as a comparison of the largest world may take; an expired binding reads nothing. */
const BINDING_SECONDS = 3600;

export function openAs(database: TestDatabase, reader: Reader): ReadSession {
  return ReadSession.open(database.pools.reader, bindingKey(database.secret), {
    ...reader,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + BINDING_SECONDS,
  });
}

/** The columns of each view, without what the view adds. */
async function viewColumns(database: TestDatabase): Promise<Map<string, string[]>> {
  const { rows } = await database.admin.query<{ table_name: string; columns: string[] }>(
    `select table_name, array_agg(column_name::text) as columns from information_schema.columns where table_schema = 'disclosed' group by 1`,
  );
  return new Map(rows.map((row) => [row.table_name, row.columns]));
}

interface Seen {
  key: string;
  text: string;
}

function asText(row: Row, columns: readonly string[]): string {
  return JSON.stringify([...columns].sort().map((column) => [column, row[column] ?? null]));
}

class Comparer {
  private readonly model: ReferenceModel;
  readonly result: Comparison = { rows: 0, fields: 0, disclosedRows: 0, differences: [] };

  constructor(
    private readonly database: TestDatabase,
    world: RandomWorld,
    private readonly held: Held,
    private readonly columns: Map<string, string[]>,
    law?: Law,
  ) {
    this.model = new ReferenceModel(world.standing, law);
  }

  async compare(reader: Reader): Promise<void> {
    for (const [view, rows] of await this.disclosedTo(reader)) {
      const table = view.replace(/_history$/, '');
      const expected = view === table ? this.expected(reader, table) : this.expectedPast(reader, table);
      this.difference(`${JSON.stringify(reader)} ${view}`, view, rows, expected);
    }
  }

  /** Read whole before anything is judged: a session that idles meanwhile would be ended by the server. */
  private async disclosedTo(reader: Reader): Promise<Map<string, Row[]>> {
    const session = openAs(this.database, reader);
    const disclosed = new Map<string, Row[]>();
    try {
      for (const view of Object.keys(factShapes).flatMap((table) => [table, `${table}_history`])) {
        const rows = await session.query<{ row: Row }>(`select to_jsonb(v) as row from disclosed.${view} v`);
        disclosed.set(
          view,
          rows.map(({ row }) => row),
        );
      }
    } finally {
      await session.close();
    }
    return disclosed;
  }

  private expected(reader: Reader, table: string): Row[] {
    const rows = this.held.facts.get(table) ?? [];
    return rows.flatMap((row) => this.told(reader, table, row, this.model.read(reader, table, row)));
  }

  private expectedPast(reader: Reader, table: string): Row[] {
    const byId = new Map((this.held.facts.get(table) ?? []).map((row) => [row.id, row]));
    const past = (this.held.history.get(table) ?? []).flatMap((row) => {
      const current = byId.get(row.id);
      if (current === undefined) return [];
      return this.told(reader, table, row, this.model.readPast(reader, table, row, current));
    });
    return [...this.expected(reader, table), ...past];
  }

  /** A seen row with its mark of what is told as closed. */
  private told(reader: Reader, table: string, row: Row, seen: Row | null): Row[] {
    if (seen === null) return [];
    const bits = (factShapes[table]?.own ?? []).filter(([, , , isTold]) => isTold === true).map(([column]) => column);
    const closed = this.model.toldClosed(reader, table, row);
    return [
      { ...seen, redacted: bits.reduce((sum, column, bit) => sum + (closed.includes(column) ? 2 ** bit : 0), 0) },
    ];
  }

  private difference(place: string, view: string, rows: Row[], expected: Row[]): void {
    const columns = this.columns.get(view) ?? [];
    const seenOf = (all: Row[]): Seen[] =>
      all.map((row) => ({ key: `${String(row.id)} ${String(row.known_to ?? '')}`, text: asText(row, columns) }));
    const wanted = new Map(
      seenOf(view.endsWith('_history') ? expected : expected.map(({ known_to: _, ...row }) => row)).map((seen) => [
        seen.key,
        seen.text,
      ]),
    );
    const found = new Map(seenOf(rows).map((seen) => [seen.key, seen.text]));
    if (rows.length !== found.size) this.note(`${place}: a row twice`);
    for (const [key, text] of found) {
      if (!wanted.has(key)) this.note(`${place} ${key}: disclosed, but closed by the model`);
      else if (wanted.get(key) !== text) this.note(`${place} ${key}: ${differing(text, wanted.get(key) ?? '[]')}`);
    }
    for (const key of wanted.keys()) if (!found.has(key)) this.note(`${place} ${key}: hidden, but open by the model`);
    const table = view.replace(/_history$/, '');
    const total =
      (this.held.facts.get(table)?.length ?? 0) + (view === table ? 0 : (this.held.history.get(table)?.length ?? 0));
    this.result.rows += total;
    this.result.fields += total * columns.length;
    this.result.disclosedRows += rows.length;
  }

  private note(difference: string): void {
    if (this.result.differences.length < 300) this.result.differences.push(difference);
  }
}

/** The fields of two rows that differ. */
function differing(found: string, wanted: string): string {
  const pairs = (text: string): [string, unknown][] => JSON.parse(text);
  const expected = new Map(pairs(wanted));
  return pairs(found)
    .filter(([column, value]) => JSON.stringify(expected.get(column)) !== JSON.stringify(value))
    .map(([column, value]) => `${column} is ${JSON.stringify(value)}, not ${JSON.stringify(expected.get(column))}`)
    .join('; ');
}

/** What SQL discloses against what the model says, row by row and field by field, for every reader of the world. */
export async function compareWithModel(
  database: TestDatabase,
  world: RandomWorld,
  held: Held,
  law?: Law,
): Promise<Comparison> {
  const comparer = new Comparer(database, world, held, await viewColumns(database), law);
  for (const reader of world.readers) await comparer.compare(reader);
  return comparer.result;
}
