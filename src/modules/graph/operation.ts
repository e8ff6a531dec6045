import DataLoader from 'dataloader';
import type { QueryResultRow } from 'pg';
import { ReadSession, WriteSession, type Binding } from '../../database/boundTransaction';
import type { Pools } from '../../database/pools';
import type { ApiKeys } from '../../identity/apiKeys';
import type { PurposeList } from '../../identity/purposes';
import type { IdentityThresholds } from '../../identity/thresholds';
import type { Viewer } from '../../identity/viewer';
import { bodyHash, checkClientKey, type JsonValue } from '../../kernel/clientKey';
import type { Cursors } from '../../kernel/cursor';
import { DomainError, InvariantError } from '../../kernel/errors';
import { IssueList } from '../../kernel/issues';
import type { EntityType, OpaqueIds } from '../../kernel/opaqueId';
import type { Tier } from '../../policy/cells';
import type { Classification } from '../../policy/classification';
import type { Masks } from '../../policy/masks';
import type { Catalogue, CatalogueLaw } from '../reference';

/** What every operation shares: made once at the start of the hub. */
export interface OperationServices {
  readonly pools: Pools;
  /** Signs bound viewers, `bindingKey(secret)`. */
  readonly bindingKey: Buffer;
  readonly ids: OpaqueIds;
  readonly cursors: Cursors;
  readonly apiKeys: ApiKeys;
  readonly masks: Masks;
  readonly classification: Classification;
  readonly catalogue: Catalogue;
  readonly catalogueLaw: CatalogueLaw;
  readonly purposes: PurposeList;
  /** The root fields of Query: what counsel may hold back as a whole. */
  readonly questions: ReadonlySet<string>;
  readonly identityThresholds: IdentityThresholds;
  /** With what is stored of a webhook it makes the key that its bodies are signed with. */
  readonly webhookKey: Buffer;
  /** Whether webhooks may lead to this very machine, as in tests and the demo. */
  readonly webhookLoopback: boolean;
  /** The date of today in UTC, ISO 8601. */
  today(): string;
}

/** A field that is closed to the viewer by default and may be told so; given whether or not a value exists. */
export interface Redaction {
  path: string;
  reason: string;
  tier: Tier;
}

/** The lawful way on where rows are not readable; given whether or not rows exist. */
export interface Alternative {
  statistic: string;
  scope: string;
}

export interface WriteRequest {
  /** Name of the mutation, part of what a client key stands for. */
  readonly name: string;
  readonly clientKey: string | null;
  readonly input: object;
}

/** Entities whose ids are public and the same for everybody; every other id is scoped to the viewing organisation. */
const STABLE_TYPES: readonly EntityType[] = [
  'member',
  'site',
  'alliance',
  'standard',
  'indicator',
  'mineral',
  'equivalence',
];

/** The public desk: everybody without a desk of their own reads at it. */
const PUBLIC_DESK = 1;
const BINDING_SECONDS = 60;
const FROZEN_QUESTIONS = 'select policy.frozen_questions() as frozen';

/**
 * One GraphQL operation: its viewer, its one snapshot, its loaders, and what the record of it must say. It is the
 * GraphQL context value; nothing outlives it, so that no cache is shared between viewers.
 */
export class Operation {
  private session: ReadSession | null = null;
  private ended = false;
  private refusedInput: IssueList | null = null;
  private readonly loaders = new Map<string, DataLoader<never, unknown, string>>();
  private readonly redactionsByPath = new Map<string, Redaction>();
  private readonly alternativesByText = new Map<string, Alternative>();
  private trusteeAnswered: Promise<unknown> = Promise.resolve();
  /** What the audit record of this operation names: GraphQL types and units whose facts it touched. */
  readonly record = { types: new Set<string>(), unitNos: new Set<number>() };
  /** The names of all fields that the operation asks for; null where no document is known, as in commands: everything. */
  asked: ReadonlySet<string> | null = null;

  constructor(
    readonly services: OperationServices,
    readonly viewer: Viewer,
  ) {}

  /** Runs one statement in the operation's read-only snapshot with the viewer bound; parameters only, never user SQL. */
  rows<T extends QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    if (this.ended) return Promise.reject(new Error('the operation has ended'));
    return this.snapshot().query<T>(sql, parameters);
  }

  /**
   * Runs one statement as the trustee. One after the other, in the order asked for: of two questions that are both refused the
   * answer names the first, and which connection of the pool is faster would decide which that is.
   */
  trusteeRows<T extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<T[]> {
    const answer = this.trusteeAnswered.then(() => this.services.pools.trustee.query<T>(sql, parameters));
    this.trusteeAnswered = answer.catch(() => undefined);
    return answer.then(({ rows }) => rows);
  }

  /** Names of questions (root fields of Query) that counsel holds back in the operation's snapshot. */
  async frozenQuestions(): Promise<readonly string[]> {
    if (this.ended) throw new Error('the operation has ended');
    const { frozen } = await this.snapshot().answerAtOpening();
    if (!Array.isArray(frozen)) throw new InvariantError('the database does not say which questions are frozen');
    return frozen.map(String);
  }

  /** Statements run so far; opening and closing the transaction are not counted. */
  get statementCount(): number {
    return this.session?.statementCount ?? 0;
  }

  encodeId(type: EntityType, uuid: string): string {
    return this.services.ids.encode(type, uuid, this.scopeOf(type));
  }

  /** Null for anything that is no id of this type for this viewer; it is then simply not found. */
  decodeId(id: string, type: EntityType): string | null {
    const decoded = this.services.ids.decode(id, this.scopeOf(type));
    return decoded?.type === type ? decoded.uuid : null;
  }

  /** The loader of this name, made at its first use; a name stands for one batch function and all of its arguments. */
  loader<K, V>(name: string, batch: (keys: readonly K[]) => Promise<(V | null)[]>): DataLoader<K, V | null> {
    const existing = this.loaders.get(name);
    // A name stands for one pair of types, which the map cannot say.
    if (existing !== undefined) return existing as unknown as DataLoader<K, V | null>;
    const loader = new DataLoader<K, V | null, string>(batch, { cacheKeyFn: (key) => JSON.stringify(key) });
    this.loaders.set(name, loader as unknown as DataLoader<never, unknown, string>);
    return loader as unknown as DataLoader<K, V | null>;
  }

  redact(path: string, tier: Tier): void {
    this.redactionsByPath.set(path, { path, reason: `shared at ${tier} by default`, tier });
  }

  alternative(statistic: string, scope: string): void {
    this.alternativesByText.set(`${statistic}|${scope}`, { statistic, scope });
  }

  get redactions(): Redaction[] {
    return [...this.redactionsByPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  get alternatives(): Alternative[] {
    return [...this.alternativesByText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  }

  touched(type: string, unitNos: Iterable<number>): void {
    this.record.types.add(type);
    for (const unitNo of unitNos) this.record.unitNos.add(unitNo);
  }

  /**
   * One write: everything or nothing, and once however often it is sent with the same client key.
   * @param work returns what is stored under the key and given again on a repetition: ids, never values
   * @throws DomainError UNAUTHENTICATED without an organisation; VALIDATION for a key used with another input
   */
  async write<R extends object>(request: WriteRequest, work: (session: WriteSession) => Promise<R>): Promise<R> {
    this.refusedInput?.throwIfAny();
    const organisationNo = this.viewer.organisationNo;
    if (organisationNo === null) throw new DomainError('UNAUTHENTICATED', 'sign in as a member to write');
    if (this.ended) throw new Error('the operation has ended');
    await this.close();
    const session = WriteSession.open(this.services.pools.contributor, this.services.bindingKey, this.binding());
    try {
      const result = await this.once(session, organisationNo, request, work);
      await session.commit();
      return result;
    } catch (error) {
      await session.rollback();
      throw error;
    }
  }

  /** Until `admitWrites`, a write ends with these faults of its input before it has begun. */
  refuseWrites(issues: IssueList): void {
    this.refusedInput = issues;
  }

  admitWrites(): void {
    this.refusedInput = null;
  }

  /**
   * Ends the operation for good. Where one branch fails, graphql-js answers while resolvers of others are still under way:
   * what they ask for from now on is refused, since a connection taken after the answer would never come back.
   */
  async end(): Promise<void> {
    this.ended = true;
    await this.close();
  }

  /** Ends the snapshot; a later read opens a new one. */
  async close(): Promise<void> {
    const session = this.session;
    this.session = null;
    this.loaders.clear();
    await session?.close();
  }

  private snapshot(): ReadSession {
    const { pools, bindingKey } = this.services;
    this.session ??= ReadSession.open(pools.reader, bindingKey, this.binding(), FROZEN_QUESTIONS);
    return this.session;
  }

  private async once<R extends object>(
    session: WriteSession,
    organisationNo: number,
    request: WriteRequest,
    work: (session: WriteSession) => Promise<R>,
  ): Promise<R> {
    if (request.clientKey === null) return work(session);
    const issues = new IssueList();
    const key = checkClientKey(request.clientKey);
    if (!key.ok) issues.add(['input', 'clientKey'], key.error.code, key.error.hint);
    issues.throwIfAny();
    const hash = bodyHash(plainJson({ ...request.input, clientKey: null }));
    // The first writer of a key holds its row until it ends; a second one waits for it here and then sees its result.
    const claimed = await session.query(
      `insert into vault.client_request (organisation_no, client_key, operation, body_hash, result)
       values ($1, $2, $3, $4, '{}') on conflict do nothing returning client_key`,
      [organisationNo, request.clientKey, request.name, hash],
    );
    if (claimed.length === 0) return this.repeated<R>(session, organisationNo, request, hash);
    const result = await work(session);
    await session.query('update vault.client_request set result = $3 where organisation_no = $1 and client_key = $2', [
      organisationNo,
      request.clientKey,
      JSON.stringify(result),
    ]);
    return result;
  }

  private async repeated<R>(
    session: WriteSession,
    organisationNo: number,
    request: WriteRequest,
    hash: string,
  ): Promise<R> {
    const [row] = await session.query<{ operation: string; body_hash: string; result: R }>(
      'select operation, body_hash, result from vault.client_request where organisation_no = $1 and client_key = $2',
      [organisationNo, request.clientKey],
    );
    if (row === undefined || row.operation !== request.name || row.body_hash !== hash) {
      const issues = new IssueList();
      issues.add(['input', 'clientKey'], 'CLIENT_KEY_REUSED', 'this key was used with another input; take a new one');
      issues.throwIfAny();
    }
    if (row === undefined) throw new DomainError('STATE', 'the earlier write with this key is not visible');
    return row.result;
  }

  private scopeOf(type: EntityType): string | null {
    return STABLE_TYPES.includes(type) ? null : this.viewer.idKey;
  }

  private binding(): Binding {
    const { viewer } = this;
    return {
      desks: viewer.deskNos.length === 0 ? [PUBLIC_DESK] : [...viewer.deskNos],
      organisation: viewer.organisationNo ?? 0,
      may: viewer.may,
      purpose: viewer.purpose ?? '',
      initiative: viewer.initiativeNo,
      expiresAtSeconds: Math.floor(Date.now() / 1000) + BINDING_SECONDS,
    };
  }
}

/** GraphQL inputs are class instances; what they say is plain JSON. */
function plainJson(value: object): JsonValue {
  const parsed: JsonValue = JSON.parse(JSON.stringify(value));
  return parsed;
}
