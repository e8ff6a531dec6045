import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { AuditLog } from '../audit';
import type { Config } from '../config';
import { bindingKey } from '../database/boundTransaction';
import { openPools, type Pools } from '../database/pools';
import { preparing } from '../database/statementNames';
import {
  ApiKeys,
  createTokenVerifier,
  openLocalIssuer,
  PostgresApiKeyStore,
  readIdentityThresholds,
  readPurposes,
  rememberVerifiedTokens,
  remoteKeySet,
  unauthenticated,
  type IdentityThresholds,
  type LocalIssuer,
  type TokenVerifier,
  type TokenVerifierSettings,
} from '../identity';
import { Cursors } from '../kernel/cursor';
import { OpaqueIds } from '../kernel/opaqueId';
import { EventFeed, eventSettings, OutboxWatch, WebhookDispatcher, type EventSettings } from '../modules/events';
import type { OperationServices } from '../modules/graph';
import { loadCatalogue, packageRoot, readCatalogueLaw } from '../modules/reference';
import { createApp, type RunningApp } from './app';
import { explorerRoutes } from './explorer/routes';
import { Health } from './health';
import { RateLimits } from './limits/rateLimits';
import { readServerLimits, type ServerLimits } from './limits/thresholds';
import { createLogger, type HubLogger } from './logger';
import { readLaw, type LawOfThisVersion } from './prepareDatabase';
import { privateFace } from './privateFace';
import { RequestNotes } from './requestNote';
import { charterInForce } from '../modules/governance';
import { charterPage } from './charterPage';
import { Scheduler } from './scheduler';
import { buildHubSchema } from './schema';
import { EventStreams } from './streams/eventStreams';
import { rootRules } from './shield';
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
  readonly changedEventSettings?: Partial<EventSettings>;
  /** Another one for the broken twins of tests. */
  readonly feed?: (pools: Pools, settings: EventSettings) => EventFeed;
}

export interface Hub {
  readonly services: OperationServices;
  readonly issuer: LocalIssuer | null;
  readonly app: RunningApp;
  /** Takes the steps of time from now on, as the hub does once it listens. Resolves when the first round has ended. */
  startSystemSteps(): Promise<void>;
  /** Sends to webhooks from now on. */
  startWebhooks(): void;
  /** Drains, then closes the pools. */
  stop(): Promise<void>;
}

const clock = (): Date => new Date();

/** Everything between a prepared database and a port: nothing listens yet. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { config, adminUrl } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  const limits = options.limits ?? readServerLimits(packageRoot());
  const thresholds = readIdentityThresholds(join(packageRoot(), 'policies'));
  const law = readLaw();
  const schema = options.schema ?? (await buildHubSchema());
  const issuer = await demoIssuer(config, thresholds);
  const pools = openPools({ adminUrl, secret: config.secret });
  const services = openServices(config, pools, law);
  const auditLog = options.auditLog ?? new AuditLog(preparing(pools.auditor));
  const health = new Health(pools.reader, law.build);
  const identity = {
    services,
    authenticators: { verifyToken: tokenVerifier(config, issuer, thresholds), apiKeys: services.apiKeys },
    rules: { purposes: services.purposes, thresholds },
    rateLimits: new RateLimits(limits),
    notes: new RequestNotes(),
    clock,
  };
  const publicIntrospection = config.demo && config.explorer;
  const common = { schema, identity, auditLog, limits, logger, publicIntrospection };
  const delivery = openDelivery(options, services, auditLog, logger);
  const app = await createApp({
    ...common,
    health,
    streams: new EventStreams({ ...common, ...delivery }),
    addRoutes: (routes) => {
      charterPage(routes, charterInForce(services), services.purposes);
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
    await Promise.all([app.stop(), scheduler.stop(), delivery.webhooks.stop()]);
    await pools.close();
  };
  const startSystemSteps = () => scheduler.start();
  return { services, issuer, app, startSystemSteps, startWebhooks: () => delivery.webhooks.start(), stop };
}

/** What sends events: one look at the outbox for the whole hub, for streams and webhooks alike. */
function openDelivery(
  options: HubOptions,
  services: OperationServices,
  auditLog: Pick<AuditLog, 'append'>,
  logger: HubLogger,
): { eventSettings: EventSettings; feed: EventFeed; watch: OutboxWatch; webhooks: WebhookDispatcher } {
  const settings = { ...eventSettings(), ...options.changedEventSettings };
  const { pools, identityThresholds: thresholds, webhookKey: hubSecret, webhookLoopback: loopback } = services;
  const { trustee } = pools;
  const onFailure = (cause: unknown): void => logger.error({ cause: privateFace(cause) }, 'sending events failed');
  const feed = options.feed?.(pools, settings) ?? new EventFeed(trustee, settings.eventsPerBatchMax);
  const watch = new OutboxWatch({ trustee, settings, onFailure });
  const common = { services, thresholds, hubSecret, feed, watch, auditLog, settings, loopback, onFailure };
  return { eventSettings: settings, feed, watch, webhooks: new WebhookDispatcher(common) };
}

/** What operations share, for the server and for commands that work on the same database. */
export function openServices(config: Config, pools: Pools, law: LawOfThisVersion = readLaw()): OperationServices {
  const catalogue = loadCatalogue();
  const policies = join(packageRoot(), 'policies');
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
    purposes: readPurposes(policies),
    questions: new Set(Object.keys(rootRules.Query)),
    identityThresholds: readIdentityThresholds(policies),
    webhookKey: createHmac('sha256', config.secret).update('keys of webhooks').digest(),
    webhookLoopback: config.webhookLoopback ?? false,
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
export function tokenVerifier(
  config: Config,
  issuer: LocalIssuer | null,
  thresholds: IdentityThresholds,
): TokenVerifier {
  const verifier = (trusted: Pick<TokenVerifierSettings, 'issuer' | 'audience' | 'keys'>): TokenVerifier =>
    rememberVerifiedTokens({ verify: createTokenVerifier({ ...trusted, clock, thresholds }), clock, thresholds });
  if (issuer !== null) return verifier({ issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, keys: issuer.keys });
  if (config.oidc === null) return () => Promise.reject(unauthenticated(new Error('no issuer is configured')));
  const { oidc } = config;
  const keys = remoteKeySet({ issuer: oidc.issuer, keySetUrl: oidc.jwksUrl, clock, thresholds });
  return verifier({ issuer: oidc.issuer, audience: oidc.audience, keys });
}
