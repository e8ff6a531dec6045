import { createHmac } from 'node:crypto';
import { escapeLiteral, type Pool, type PoolClient, type QueryResultRow } from 'pg';
import { namedStatement } from './statementNames';

/** Who reads, in what capacity, in whose name and until when: what `policy.is_signed()` verifies. */
export interface Binding {
  /** the viewer's desks, by their small numbers; the public has one too, and none reads nothing */
  desks: number[];
  /** small number of the viewer's organisation */
  organisation: number;
  /** mask of the grounds that the viewer's kind may use at all */
  may: number;
  /** a name of the closed list in policies/; empty when none was given */
  purpose: string;
  initiative: number | null;
  /** seconds since 1970 */
  expiresAtSeconds: number;
}

export interface SignedBinding extends Binding {
  /** process of the server that serves the connection: a text taken from one connection is void on any other */
  backendPid: number;
}

const hmacBlockBytes = 64;

/**
 * The key that signs viewers: derived, so that every node with the same secret signs alike, and by a name with the version of the
 * form, so that a text of another form is no text of this one.
 */
export function bindingKey(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('viewer binding 3').digest();
}

/**
 * The two padded blocks of HMAC-SHA256 (RFC 2104): mac = sha256(outer || sha256(inner || text)). The database stores
 * them instead of the key, since core PostgreSQL has sha256() and no hmac().
 */
export function bindingPads(key: Buffer): { inner: Buffer; outer: Buffer } {
  const block = Buffer.alloc(hmacBlockBytes);
  key.copy(block);
  return { inner: Buffer.from(block.map((byte) => byte ^ 0x36)), outer: Buffer.from(block.map((byte) => byte ^ 0x5c)) };
}

/** What a transaction is bound by: two settings of it. */
export interface SignedClaims {
  /** `sluice.viewer`: `desks|organisation|may/initiative|purpose|expiry`, desks by commas, `-` for no purpose or initiative */
  claims: string;
  /** `sluice.proof`: HMAC-SHA256 in hex over the process of the server, in four bytes, and the claims */
  proof: string;
}

/** @throws RangeError for what cannot be written in this form */
export function signBinding(key: Buffer, binding: SignedBinding): SignedClaims {
  const numbers = [...binding.desks, binding.organisation, binding.may, binding.initiative ?? 0];
  if (![...numbers, binding.expiresAtSeconds].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError('a binding holds non-negative whole numbers only');
  }
  if (!/^([A-Za-z][A-Za-z0-9_]{0,63})?$/.test(binding.purpose)) throw new RangeError('a purpose is one name');
  const claims = [
    binding.desks.join(','),
    binding.organisation,
    `${binding.may}/${binding.initiative ?? '-'}`,
    binding.purpose || '-',
    binding.expiresAtSeconds,
  ].join('|');
  return { claims, proof: proofOf(key, claims, binding.backendPid) };
}

/**
 * The process has a fixed width, so that no digit of it can pass for one of the claims, which whoever holds a connection writes.
 * @throws RangeError for what is no number of a process
 */
export function proofOf(key: Buffer, claims: string, backendPid: number): string {
  if (!Number.isInteger(backendPid) || backendPid < 0 || backendPid >= 2 ** 31) {
    throw new RangeError('a process is a number of four bytes');
  }
  const process = Buffer.alloc(4);
  process.writeInt32BE(backendPid);
  return createHmac('sha256', key).update(process).update(claims, 'utf8').digest('hex');
}

/** SQL that binds the transaction it runs in. */
export function bindingStatement({ claims, proof }: SignedClaims): string {
  const set = (name: string, value: string): string =>
    `pg_catalog.set_config('${name}', ${escapeLiteral(value)}, true)`;
  return `select ${set('sluice.viewer', claims)}, ${set('sluice.proof', proof)}`;
}

type SessionState = 'new' | 'open' | 'failed' | 'closed';

/**
 * A transaction with a bound viewer on one connection of a pool. It opens with the first statement, in one round trip;
 * statements run one after the other, in the order asked for. The connection goes back only when the transaction has
 * verifiably ended, and is destroyed otherwise.
 */
abstract class BoundSession {
  private client: PoolClient | null = null;
  private state: SessionState = 'new';
  private tail: Promise<unknown> = Promise.resolve();
  private statements = 0;
  private answeredAtOpening: Readonly<Record<string, unknown>> = {};

  protected constructor(
    private readonly pool: Pool,
    private readonly key: Buffer,
    private readonly binding: Binding,
    private readonly begin: string,
    /** What is asked in the round trip that opens the transaction, once the viewer is bound. */
    private readonly askedAtOpening: string | null = null,
  ) {}

  /** The statements that callers have run; opening and ending the transaction are not among them. */
  get statementCount(): number {
    return this.statements;
  }

  /** @throws the errors of PostgreSQL; after one, only closing is possible */
  query<T extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.enqueue(async () => {
      const client = await this.opened();
      this.statements++;
      try {
        return (await client.query<T>(namedStatement(sql, parameters))).rows;
      } catch (error) {
        this.state = 'failed';
        throw error;
      }
    });
  }

  /**
   * Makes everything durable and gives the connection back.
   * @throws Error when a statement failed before, the session was closed, or PostgreSQL does not confirm the commit
   */
  protected endByCommit(): Promise<void> {
    return this.enqueue(async () => {
      const { client, state } = this.taken();
      if (state === 'closed') throw new Error('the session is closed');
      if (!client) return;
      // PostgreSQL answers the commit of a failed transaction with a rollback, without an error.
      const ended = await endTransaction(client, state === 'open' ? 'commit' : 'rollback');
      if (ended instanceof Error) throw ended;
      if (ended !== 'COMMIT') throw new Error('the transaction failed and was rolled back');
    });
  }

  /** Ends the transaction, when one was opened, without a word about how. Later calls do nothing. */
  protected endQuietly(command: 'commit' | 'rollback'): Promise<void> {
    return this.enqueue(async () => {
      const { client, state } = this.taken();
      if (client) await endTransaction(client, state === 'open' ? command : 'rollback');
    });
  }

  /** The row that answers what was asked at the opening, which this begins where nothing has. */
  answerAtOpening(): Promise<Readonly<Record<string, unknown>>> {
    return this.enqueue(async () => {
      await this.opened();
      return this.answeredAtOpening;
    });
  }

  private taken(): { client: PoolClient | null; state: SessionState } {
    const { client, state } = this;
    this.client = null;
    this.state = 'closed';
    return { client, state };
  }

  private enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async opened(): Promise<PoolClient> {
    if (this.state === 'closed') throw new Error('the session is closed');
    if (this.client) return this.client;
    const client = await this.pool.connect();
    try {
      const bound = bindingStatement(signBinding(this.key, { ...this.binding, backendPid: backendPidOf(client) }));
      const asked = this.askedAtOpening === null ? '' : `; ${this.askedAtOpening}`;
      this.answeredAtOpening = lastRow(await client.query(`${this.begin}; ${bound}${asked}`));
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.client = client;
    this.state = 'open';
    return client;
  }
}

/** The last row of what several statements sent at once have given. */
function lastRow(results: unknown): Readonly<Record<string, unknown>> {
  const last: unknown = Array.isArray(results) ? results.at(-1) : results;
  const rows: unknown = Object(last).rows;
  return Array.isArray(rows) ? Object(rows.at(-1)) : {};
}

/** One snapshot for all reads of one GraphQL operation. */
export class ReadSession extends BoundSession {
  /**
   * Takes no connection yet.
   * @param askedAtOpening one statement that is answered in the round trip which opens the snapshot
   */
  static open(pool: Pool, key: Buffer, binding: Binding, askedAtOpening?: string): ReadSession {
    return new ReadSession(pool, key, binding, 'begin isolation level repeatable read read only', askedAtOpening);
  }

  /** A read has nothing to lose at its end: a connection that fails now is destroyed, and the answer stands. */
  close(): Promise<void> {
    return this.endQuietly('commit');
  }
}

/** One transaction for all writes of one mutation; what is not committed is rolled back. */
export class WriteSession extends BoundSession {
  /** Takes no connection yet. */
  static open(pool: Pool, key: Buffer, binding: Binding): WriteSession {
    return new WriteSession(pool, key, binding, 'begin isolation level read committed read write');
  }

  commit(): Promise<void> {
    return this.endByCommit();
  }

  rollback(): Promise<void> {
    return this.endQuietly('rollback');
  }

  /** Rolls back unless committed before. */
  close(): Promise<void> {
    return this.endQuietly('rollback');
  }
}

/** The command that PostgreSQL confirms, or the error; the connection is back in the pool or destroyed. */
async function endTransaction(client: PoolClient, command: 'commit' | 'rollback'): Promise<string | Error> {
  try {
    const result = await client.query(command);
    client.release();
    return result.command;
  } catch (error) {
    client.release(true);
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The server tells its process number when a connection opens; the types of node-pg leave it out. */
function backendPidOf(client: PoolClient): number {
  if ('processID' in client && typeof client.processID === 'number') return client.processID;
  throw new Error('the connection has no backend process number');
}
