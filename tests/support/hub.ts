import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config';
import { openHub, type Hub, type HubOptions } from '../../src/server/hub';
import type { TestDatabase } from './database';
import { EventReader } from './eventReader';

/** One field of an answer whose shape the test knows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test reads answers as a client in plain JavaScript does
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly data: Json;
  readonly errors: { message: string; path?: (string | number)[]; extensions: Json }[];
  readonly extensions: Json;
  /** the body as it came, byte by byte */
  readonly text: string;
}

export interface Question {
  /** a person of the world, by key; nobody: the public */
  readonly as?: string;
  readonly query: string;
  readonly variables?: object;
  readonly headers?: Record<string, string>;
}

/** The real hub over HTTP on a test database, with its own local issuer. */
export class TestHub {
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly hub: Hub,
    readonly url: string,
    private readonly folder: string,
  ) {}

  static async start(
    database: TestDatabase,
    settings: Partial<Config> = {},
    options: Partial<HubOptions> = {},
  ): Promise<TestHub> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-hub-'));
    const config: Config = {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.url,
      dataFolder: folder,
      secret: database.secret,
      oidc: null,
      demo: true,
      explorer: false,
      logLevel: process.env.SLUICE_TEST_LOG === 'error' ? 'error' : 'silent',
      today: null,
      ...settings,
    };
    const hub = await openHub({ config, adminUrl: database.url, ...options });
    const { httpServer } = hub.app;
    await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
    // A TCP server has an address of this form; only pipes have a string.
    const { port } = httpServer.address() as AddressInfo;
    return new TestHub(hub, `http://127.0.0.1:${port}`, folder);
  }

  async ask({ as, query, variables, headers }: Question): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(as === undefined ? {} : { authorization: `Bearer ${await this.token(as)}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const body: Json = JSON.parse(text);
    return {
      status: response.status,
      data: body.data ?? null,
      errors: body.errors ?? [],
      extensions: body.extensions ?? {},
      text,
    };
  }

  /** The data of an answer that must have no error. */
  async data(question: Question): Promise<Json> {
    const answer = await this.ask(question);
    if (answer.errors.length > 0 || answer.data === null) throw new Error(answer.text);
    return answer.data;
  }

  /** The first error's extensions of an answer that must be refused, with nothing beside. */
  async refusal(question: Question): Promise<Json> {
    const answer = await this.ask(question);
    if (answer.errors.length === 0) throw new Error(`this was not refused: ${answer.text}`);
    return answer.errors[0]?.extensions ?? null;
  }

  /** Opens a stream of events and waits until it has begun. */
  async stream(as: string, query: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const authorization = `Bearer ${await this.token(as)}`;
    return EventReader.open(this.url, { authorization, ...headers }, query);
  }

  async token(person: string): Promise<string> {
    const known = this.tokens.get(person);
    if (known !== undefined) return known;
    if (this.hub.issuer === null) throw new Error('the hub has no issuer of its own');
    const token = await this.hub.issuer.issueToken({ subject: subjectOf(person), ttlSeconds: 3600 });
    this.tokens.set(person, token);
    return token;
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The subject of the tokens of a person in a world. */
export function subjectOf(person: string): string {
  return `demo-${person}`;
}
