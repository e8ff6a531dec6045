import { createServer, type Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Express } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { AuditLog } from '../audit';
import type { Operation } from '../modules/graph';
import { bodyErrors, jsonBody, postOnly, refuseUnknownPath } from './httpBody';
import { answerHeaders } from './httpHeaders';
import { healthRoutes, type Health } from './health';
import { armour, parserLimits } from './limits/armour';
import { answerInTime } from './limits/answerInTime';
import type { ServerLimits } from './limits/thresholds';
import type { HubLogger } from './logger';
import { operationPlugin } from './operationPlugin';
import { publicError } from './publicError';
import { openOperation, type IdentityStep } from './requestContext';
import { releaseRoutes } from './releaseRoutes';
import { logRequests } from './requestLog';
import { statisticsPage } from './statisticsPage';
import type { EventStreams } from './streams/eventStreams';

export interface AppSettings {
  readonly schema: GraphQLSchema;
  readonly identity: IdentityStep;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly limits: ServerLimits;
  readonly logger: HubLogger;
  readonly health: Health;
  /** Takes subscriptions before anything else looks at them. */
  readonly streams: Pick<EventStreams, 'handler' | 'stop'>;
  /** Whether the public may ask for the schema. */
  readonly publicIntrospection: boolean;
  /** Adds routes before the unknown path is refused: the explorer, the demo's issuer. */
  readonly addRoutes?: (app: Express) => void;
}

export interface RunningApp {
  readonly httpServer: Server;
  /** Takes no new request, lets those under way end, at most `drainSecondsMax`. */
  stop(): Promise<void>;
}

export const GRAPHQL_PATH = '/graphql';
const MILLISECONDS_PER_SECOND = 1000;

/** The HTTP surface around the schema. Listens to no port yet. */
export async function createApp(settings: AppSettings): Promise<RunningApp> {
  const { limits, logger } = settings;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const httpServer = createServer(app);
  httpServer.headersTimeout = limits.headerSecondsMax * MILLISECONDS_PER_SECOND;
  httpServer.requestTimeout = limits.requestSecondsMax * MILLISECONDS_PER_SECOND;
  httpServer.keepAliveTimeout = limits.idleConnectionSecondsMax * MILLISECONDS_PER_SECOND;
  const apollo = createApollo(settings, httpServer);
  await apollo.start();
  app.use(answerHeaders, logRequests(logger));
  healthRoutes(app, settings.health);
  settings.addRoutes?.(app);
  statisticsPage(app);
  app.use('/releases', answerInTime(limits.requestSecondsMax));
  releaseRoutes(app, settings);
  app.all(
    GRAPHQL_PATH,
    answerInTime(limits.requestSecondsMax),
    postOnly,
    jsonBody(limits.bodyBytesMax),
    settings.streams.handler,
    expressMiddleware(apollo, { context: ({ req, res }) => openOperation(req, res, settings.identity) }),
  );
  app.use(refuseUnknownPath, bodyErrors(logger, limits.bodyBytesMax));
  const stop = async (): Promise<void> => {
    // An open stream is a request under way, which the drain below would wait for.
    await settings.streams.stop();
    await apollo.stop();
  };
  return { httpServer, stop };
}

function createApollo(settings: AppSettings, httpServer: Server): ApolloServer<Operation> {
  const { schema, limits, logger, auditLog, publicIntrospection } = settings;
  const { validationRules } = armour(limits);
  return new ApolloServer<Operation>({
    schema,
    validationRules,
    parseOptions: parserLimits(limits),
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    formatError: (formatted, thrown) => publicError(formatted, thrown, logger),
    logger: apolloLogger(logger),
    plugins: [
      operationPlugin({ auditLog, limits, logger, notes: settings.identity.notes, publicIntrospection }),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginDrainHttpServer({
        httpServer,
        stopGracePeriodMillis: limits.drainSecondsMax * MILLISECONDS_PER_SECOND,
      }),
    ],
  });
}

/** Apollo's own messages may quote errors; that one came is enough, the cause is logged by `publicError`. */
function apolloLogger(logger: HubLogger) {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (): void =>
    logger[level]('message of the GraphQL server');
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
