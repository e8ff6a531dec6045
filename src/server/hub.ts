import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { AuditLog } from '../audit';
import type { Config } from '../config';
import { bindingKey } from '../database/boundTransaction';
import { openPools, type Pools } from '../database/pools';
import {
  ApiKeys,
  createTokenVerifier,
  openLocalIssuer,
  PostgresApiKeyStore,
  readIdentityThresholds,
  readPurposes,
  remoteKeySet,
  unauthenticated,
  type IdentityThresholds,
  type LocalIssuer,
  type TokenVerifier,
} from '../identity';
import { Cursors } from '../kernel/cursor';
import { OpaqueIds } from '../kernel/opaqueId';
import type { OperationServices } from '../modules/graph';
import { loadCatalogue, packageRoot, readCatalogueLaw } from '../modules/reference';
import { createApp, type RunningApp } from './app';
import { explorerRoutes } from './explorer/routes';
import { Health } from './health';
import { RateLimits } from './limits/rateLimits';
import { readServerLimits, type ServerLimits } from './limits/thresholds';
import { createLogger, type HubLogger } from './logger';
import { readLaw, type LawOfThisVersion } from './prepareDatabase';
import { RequestNotes } from './requestNote';
import { Scheduler } from './scheduler';
import { buildHubSchema } from './schema';
import { readSystemStepSeconds, systemSteps } from './systemSteps';

/** The name in the tokens of the demo; its keys lie in the data folder, so that no token of another demo is good here. */
export const DEMO_ISSUER = 'https://demo.sluice.invalid';
export const DEMO_AUDIENCE = 'sluice';

export interface HubOptions {
  readonly config: Config;
  /** connection string of the migrating user; the login roles connect to the same place */
  readonly adminUrl: string;
  readonly logger?: HubLogger;
  readonly limits?: ServerLimits;
  /** The schema of the modules when left out. */
  readonly schema?: GraphQLSchema;
  readonly auditLog?: Pick<AuditLog, 'append'>;
}

export interface Hub {
  readonly services: OperationServices;
  readonly issuer: LocalIssuer | null;
  readonly app: RunningApp;
  /** Takes the steps of time from now on, as the hub does once it listens. Resolves when the first round has ended. */
  startSystemSteps(): Promise<void>;
  /** Drains, then closes the pools. */
  stop(): Promise<void>;
}

const clock = (): Date => new Date();

/** Everything between a prepared database and a port: nothing listens yet. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { config, adminUrl } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  const limits = options.limits ?? readServerLimits(packageRoot());
  const policies = `${packageRoot()}/policies`;
  const thresholds = readIdentityThresholds(policies);
  const law = readLaw();
  const schema = options.schema ?? (await buildHubSchema());
  const issuer = await demoIssuer(config, thresholds);
  const pools = openPools({ adminUrl, secret: config.secret });
  const services = openServices(config, pools, law);
  const auditLog = options.auditLog ?? new AuditLog(pools.auditor);
  const health = new Health(pools.reader, law.build);
  const app = await createApp({
    schema,
    identity: {
      services,
      authenticators: { verifyToken: tokenVerifier(config, issuer, thresholds), apiKeys: services.apiKeys },
      rules: { purposes: readPurposes(policies), thresholds },
      rateLimits: new RateLimits(limits),
      notes: new RequestNotes(),
      clock,
    },
    auditLog,
    limits,
    logger,
    health,
    publicIntrospection: config.demo && config.explorer,
    addRoutes: (routes) => {
      if (config.explorer) explorerRoutes(routes, issuer, thresholds);
    },
  });
  const scheduler = new Scheduler({
    trustee: pools.trustee,
    steps: systemSteps,
    intervalSeconds: readSystemStepSeconds(),
    logger,
    today: () => services.today(),
  });
  const stop = async (): Promise<void> => {
    health.drain();
    await Promise.all([app.stop(), scheduler.stop()]);
    await pools.close();
  };
  return { services, issuer, app, startSystemSteps: () => scheduler.start(), stop };
}

/** What operations share, for the server and for commands that work on the same database. */
export function openServices(config: Config, pools: Pools, law: LawOfThisVersion = readLaw()): OperationServices {
  const catalogue = loadCatalogue();
  return {
    pools,
    bindingKey: bindingKey(config.secret),
    ids: new OpaqueIds(config.secret),
    cursors: new Cursors(config.secret),
    apiKeys: openApiKeys(config, pools),
    masks: law.masks,
    classification: law.classification,
    catalogue,
    catalogueLaw: readCatalogueLaw(catalogue),
    purposes: readPurposes(join(packageRoot(), 'policies')),
    today: () => config.today ?? clock().toISOString().slice(0, 10),
  };
}

function openApiKeys(config: Config, pools: Pools): ApiKeys {
  return new ApiKeys({
    store: new PostgresApiKeyStore(pools.contributor),
    pepper: createHmac('sha256', config.secret).update('pepper of API keys').digest(),
    clock,
    thresholds: readIdentityThresholds(join(packageRoot(), 'policies')),
  });
}

/** Null outside the demo. */
export async function demoIssuer(config: Config, thresholds: IdentityThresholds): Promise<LocalIssuer | null> {
  if (!config.demo) return null;
  const { demo, dataFolder } = config;
  return openLocalIssuer({
    demo,
    dataFolder,
    issuer: DEMO_ISSUER,
    audience: DEMO_AUDIENCE,
    clock,
    thresholds,
  });
}

/** Without an issuer, tokens prove nothing; API keys still do. */
function tokenVerifier(config: Config, issuer: LocalIssuer | null, thresholds: IdentityThresholds): TokenVerifier {
  if (issuer !== null) {
    return createTokenVerifier({
      issuer: DEMO_ISSUER,
      audience: DEMO_AUDIENCE,
      keys: issuer.keys,
      clock,
      thresholds,
    });
  }
  if (config.oidc === null) return () => Promise.reject(unauthenticated(new Error('no issuer is configured')));
  const { oidc } = config;
  const keys = remoteKeySet({ issuer: oidc.issuer, keySetUrl: oidc.jwksUrl, clock, thresholds });
  return createTokenVerifier({ issuer: oidc.issuer, audience: oidc.audience, keys, clock, thresholds });
}
