import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLFormattedError } from 'graphql';
import type { Config } from '../../../src/config';
import { packageRoot } from '../../../src/modules/reference';
import { openHub, type Hub, type HubOptions } from '../../../src/server/hub';
import { readServerLimits, type ServerLimits } from '../../../src/server/limits/thresholds';
import { createLogger } from '../../../src/server/logger';
import { createTestDatabase, type TestDatabase } from '../../support/database';

export interface Answer {
  status: number;
  headers: Headers;
  /** the body as it came */
  text: string;
  data: Record<string, unknown> | null | undefined;
  errors: GraphQLFormattedError[];
  extensions: Record<string, unknown> | undefined;
}

export interface Question {
  /** subject of the demo's token, without `demo-`; left out: the public */
  as?: string;
  token?: string;
  variables?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** The hub on a database of its own, over real HTTP. */
export class RunningHub {
  private constructor(
    readonly database: TestDatabase,
    readonly hub: Hub,
    readonly url: string,
    readonly logLines: string[],
    private readonly folder: string,
  ) {}

  static async start(
    options: Partial<HubOptions> & { changedLimits?: Partial<ServerLimits>; changedConfig?: Partial<Config> } = {},
  ): Promise<RunningHub> {
    const database = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'sluice-server-test-'));
    const logLines: string[] = [];
    const config: Config = {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.url,
      dataFolder: folder,
      secret: database.secret,
      oidc: null,
      demo: true,
      explorer: true,
      logLevel: 'debug',
      today: null,
      ...options.changedConfig,
    };
    const hub = await openHub({
      config,
      adminUrl: database.url,
      logger: createLogger('debug', { write: (line: string) => void logLines.push(line) }),
      limits: { ...readServerLimits(packageRoot()), ...options.changedLimits },
      ...options,
    });
    await new Promise<void>((resolve) => hub.app.httpServer.listen(0, '127.0.0.1', resolve));
    const { port } = hub.app.httpServer.address() as AddressInfo;
    return new RunningHub(database, hub, `http://127.0.0.1:${port}`, logLines, folder);
  }

  async token(name: string, ttlSeconds = 600): Promise<string> {
    if (this.hub.issuer === null) throw new Error('this hub has no issuer of its own');
    return this.hub.issuer.issueToken({ subject: `demo-${name}`, ttlSeconds });
  }

  async ask(query: string, question: Question = {}): Promise<Answer> {
    const token = question.token ?? (question.as === undefined ? null : await this.token(question.as));
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return this.send(JSON.stringify({ query, variables: question.variables }), {
      ...authorization,
      ...question.headers,
    });
  }

  async send(body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body } : {}),
    });
    const text = await response.text();
    const parsed: Partial<Answer> = text.startsWith('{') ? JSON.parse(text) : {};
    return {
      status: response.status,
      headers: response.headers,
      text,
      data: parsed.data,
      errors: parsed.errors ?? [],
      extensions: parsed.extensions,
    };
  }

  async stop(): Promise<void> {
    await this.hub.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
