import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { Client } from 'pg';
import { packageRoot } from '../../../../src/modules/reference';
import { openHub, type Hub } from '../../../../src/server/hub';
import { readServerLimits } from '../../../../src/server/limits/thresholds';
import { createLogger } from '../../../../src/server/logger';
import type { TestDatabase } from '../../../support/database';
import { subjectOf } from '../../../support/hub';
import { WireTap } from '../../../support/wireTap';

/** Everything that a reader, or somebody who watches the traffic to the database, can observe of one request. */
export interface Observed {
  status: number;
  headers: [string, string][];
  body: string;
  statements: string[];
}

export interface Sent {
  as: string | null;
  body: string;
  headers?: Record<string, string>;
}

const LIMITS = {
  organisationRequestsPerMinute: 10 ** 9,
  publicRequestsPerMinute: 10 ** 9,
  costMax: 10 ** 7,
  aliasesMax: 10 ** 4,
};
const CONNECTION_HEADERS = ['date', 'connection', 'keep-alive'];

/** The hub as it is, over HTTP on one world, with its traffic to PostgreSQL and its log listened to. */
export class WorldHub {
  readonly logLines: string[] = [];
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly database: TestDatabase,
    readonly hub: Hub,
    readonly schema: GraphQLSchema,
    readonly folder: string,
    private readonly tap: WireTap,
    logLines: string[],
  ) {
    this.logLines = logLines;
  }

  static async start(database: TestDatabase, schema: GraphQLSchema): Promise<WorldHub> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-two-worlds-'));
    const { host, port } = new Client({ connectionString: database.url });
    const tap = await WireTap.inFrontOf(host, port);
    const adminUrl = new URL(database.url);
    adminUrl.hostname = '127.0.0.1';
    adminUrl.port = String(tap.port);
    const logLines: string[] = [];
    const hub = await openHub({
      config: {
        host: '127.0.0.1',
        port: 0,
        databaseUrl: adminUrl.toString(),
        dataFolder: folder,
        secret: database.secret,
        oidc: null,
        demo: true,
        explorer: false,
        logLevel: 'debug',
        today: null,
      },
      adminUrl: adminUrl.toString(),
      schema,
      logger: createLogger('debug', { write: (line: string) => void logLines.push(line) }),
      limits: { ...readServerLimits(packageRoot()), ...LIMITS },
    });
    await new Promise<void>((resolve) => hub.app.httpServer.listen(0, '127.0.0.1', resolve));
    return new WorldHub(database, hub, schema, folder, tap, logLines);
  }

  async send({ as, body, headers }: Sent): Promise<Observed> {
    // An HTTP server listens at an address of this form; only pipes have a string.
    const { port } = this.hub.app.httpServer.address() as AddressInfo;
    this.tap.take();
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(as === null ? {} : { authorization: `Bearer ${await this.token(as)}` }),
        ...headers,
      },
      body,
    });
    const text = await response.text();
    const told = withoutClock(text);
    const all = [...response.headers].filter(([name]) => !CONNECTION_HEADERS.includes(name));
    return {
      status: response.status,
      // the length of an answer that tells the time follows the clock
      headers: told === text ? all : all.filter(([name]) => name !== 'content-length'),
      body: told,
      statements: this.tap.take(),
    };
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
    await this.tap.close();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Moments of this run, and the number by which the operator finds an internal error. */
function withoutClock(text: string): string {
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  return text
    .replace(new RegExp(`(${today}|${yesterday})T[0-9:.]+Z`, 'g'), 'NOW')
    .replace(/"correlationId":"[0-9a-f-]{36}"/g, '"correlationId":"ANY"');
}
