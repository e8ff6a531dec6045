import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { AuditLog } from '../audit';
import { askedNames, type Operation } from '../modules/graph';
import { recordOf } from './auditRecord';
import { asksForSchema } from './introspection';
import { operationCost } from './limits/operationCost';
import type { ServerLimits } from './limits/thresholds';
import type { HubLogger } from './logger';
import { INTERNAL_CODE, internalFace } from './publicError';
import { hashOfName, type RequestNotes } from './requestNote';

export interface OperationPluginSettings {
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly limits: ServerLimits;
  readonly logger: HubLogger;
  readonly notes: RequestNotes;
  /** Whether the public may ask for the schema, as the explorer of the demo does before anybody is picked. */
  readonly publicIntrospection: boolean;
}

type Context = GraphQLRequestContext<Operation>;

const INTERNAL_STATUS = 500;

/**
 * What surrounds the execution of every operation: static limits before it; after it the end of the snapshot, the record
 * (no record, no answer), redactions and alternatives, and the note for the log.
 */
export function operationPlugin(settings: OperationPluginSettings): ApolloServerPlugin<Operation> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: (context) => Promise.resolve(refuseBeforeReading(context, settings)),
        willSendResponse: (context) => finish(context, settings),
      }),
  };
}

function refuseBeforeReading(context: Context, settings: OperationPluginSettings): void {
  const { document, operation, contextValue, request, schema } = context;
  if (document === undefined || operation === undefined) return;
  contextValue.asked = askedNames(document);
  if (contextValue.viewer.kind === 'PUBLIC' && !settings.publicIntrospection && asksForSchema(document)) {
    throw refusedOperation('the schema is shown to those who are signed in');
  }
  if (operation.operation === 'subscription') {
    throw refusedOperation('send a subscription with the header Accept: text/event-stream');
  }
  const asked = { schema, document, operation, variables: request.variables ?? {} };
  if (operationCost(asked, settings.limits) > settings.limits.costMax) {
    throw refusedOperation('the operation asks for too much at once; take shorter pages or fewer fields');
  }
}

function refusedOperation(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });
}

async function finish(context: Context, settings: OperationPluginSettings): Promise<void> {
  const { contextValue: operation, response } = context;
  if (response.body?.kind !== 'single') return;
  const result = response.body.singleResult;
  const hasRun = 'data' in result;
  const { statementCount } = operation;
  if (result.errors !== undefined) {
    result.errors = [...result.errors].sort(byPlace);
    withholdData(context);
  } else if (hasRun) addExtensions(operation, result);
  try {
    const recorded = isRecorded(context) ? settings.auditLog.append(recordOf(context)) : Promise.resolve();
    await Promise.all([operation.end(), recorded]);
  } catch (cause) {
    // INVARIANT NoRecordNoAnswer: what was read leaves only once it is written down who read it.
    response.body = { kind: 'single', singleResult: { errors: [internalFace(cause, settings.logger)] } };
    response.http.status = INTERNAL_STATUS;
  }
  note(context, statementCount, settings.notes);
}

/**
 * A refusal is for an operation, never for a cell (`domain.md` 0.3): of a query nothing partial is left, and of anything
 * nothing when the fault is our own. What the earlier fields of a mutation have written stays told.
 */
function withholdData({ operation, response }: Context): void {
  if (response.body?.kind !== 'single') return;
  const result = response.body.singleResult;
  const isInternal = result.errors?.some((error) => error.extensions?.code === INTERNAL_CODE) ?? false;
  if (!('data' in result)) return;
  if (isInternal) response.http.status = INTERNAL_STATUS;
  if (isInternal || operation?.operation !== 'mutation') result.data = null;
}

/** The order in which fields fail is a matter of timing; the order of errors is not. */
function byPlace(a: GraphQLFormattedError, b: GraphQLFormattedError): number {
  const [left, right] = [a, b].map((error) => JSON.stringify([error.path ?? [], error.locations ?? [], error.message]));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function addExtensions(operation: Operation, result: { extensions?: Record<string, unknown> }): void {
  const { redactions, alternatives } = operation;
  if (redactions.length > 0) result.extensions = { ...result.extensions, redactions };
  if (alternatives.length > 0) result.extensions = { ...result.extensions, alternatives };
}

/** Operations of whoever is signed in that came as far as running; the public reads what is public. */
function isRecorded({ contextValue, operation, response }: Context): boolean {
  const hasRun = response.body?.kind === 'single' && 'data' in response.body.singleResult;
  return operation !== undefined && hasRun && contextValue.viewer.kind !== 'PUBLIC';
}

function note(context: Context, statementCount: number, notes: RequestNotes): void {
  const { contextValue, operation, operationName, response } = context;
  const entry = notes.of(contextValue.viewer);
  const errors = response.body?.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
  entry.operationKind = operation?.operation ?? null;
  entry.operationNameHash = hashOfName(operationName ?? null);
  entry.statements = statementCount;
  entry.codes = [...new Set(errors.map((error) => String(error.extensions?.code)))].sort();
  entry.outcome = errors.length > 0 ? 'REFUSED' : 'ANSWERED';
}
