import { createHash } from 'node:crypto';
import type { Pool, QueryResult, QueryResultRow } from 'pg';

/** Plans kept at most on each connection: those of statements with the whole law in them take some 100 KB each. */
const NAMES_MAX = 120;
/** Texts counted at most at one time. */
const COUNTED_MAX = 2000;
/** How often a text is seen before it is worth a plan of its own on every connection. */
const SEEN_MIN = 2;

/**
 * Which statements are prepared by name: planning a statement over a disclosed view costs more than running it. Texts hold no
 * values, so that there are as many as shapes of questions; those beyond the bound stay without a name.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seen = new Map<string, number>();

  /** The name of a text, the same on every connection; null for one that is not prepared. */
  of(text: string): string | null {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    // a text of several statements cannot be prepared
    if (this.names.size >= NAMES_MAX || text.includes(';')) return null;
    const times = (this.seen.get(text) ?? 0) + 1;
    if (times < SEEN_MIN) {
      if (this.seen.size >= COUNTED_MAX) this.seen.clear();
      this.seen.set(text, times);
      return null;
    }
    this.seen.delete(text);
    const name = `s${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    this.names.set(text, name);
    return name;
  }
}

/** One for the process, so that a statement has one name on all connections. */
export const preparedNames = new StatementNames();

/** A statement as node-pg takes it: by name where it is prepared. */
export function namedStatement(text: string, values: unknown[]): { name?: string; text: string; values: unknown[] } {
  const name = preparedNames.of(text);
  return name === null ? { text, values } : { name, text, values };
}

/** A pool whose statements are prepared by name: for what is asked once in every request. */
export interface PreparingPool {
  query<T extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<QueryResult<T>>;
}

export function preparing(pool: Pool): PreparingPool {
  return { query: (sql, parameters) => pool.query(namedStatement(sql, parameters)) };
}
