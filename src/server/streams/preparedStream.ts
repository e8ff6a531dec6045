import { createHash } from 'node:crypto';
import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { EventSubscription } from '../../modules/events';
import type { Operation } from '../../modules/graph';
import { asksForSchema } from '../introspection';
import { armour, parserLimits } from '../limits/armour';
import { operationCost } from '../limits/operationCost';
import type { ServerLimits } from '../limits/thresholds';

export interface StreamBody {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A subscription that passed every static limit. */
export interface PreparedStream {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The root field asked for. */
  readonly field: string;
  /** SHA-256 of the text, hex. */
  readonly queryHash: string;
}

function refused(message: string, code = 'BAD_REQUEST'): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** @throws GraphQLError for a body that is no operation */
export function streamBody(body: unknown): StreamBody {
  const { query, operationName, variables } = Object(body) as Record<string, unknown>;
  if (typeof query !== 'string') throw refused('send a JSON object with the operation in `query`');
  if (operationName != null && typeof operationName !== 'string') throw refused('`operationName` is a text');
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw refused('`variables` is an object');
  }
  return { query, operationName: operationName ?? null, variables: { ...variables } };
}

/**
 * The limits of every operation on a subscription: tokens, depth, aliases, directives, cost, introspection.
 * @throws GraphQLError
 */
export function prepareStream(
  schema: GraphQLSchema,
  body: StreamBody,
  limits: ServerLimits,
  mayAskForSchema: boolean,
): PreparedStream {
  const document = parsed(body.query, limits);
  const [fault] = validate(schema, document, [...specifiedRules, ...armour(limits).validationRules]);
  if (fault !== undefined) throw withCode(fault, 'GRAPHQL_VALIDATION_FAILED');
  const operation = getOperationAST(document, body.operationName);
  if (operation == null) throw refused('name one of the operations', 'OPERATION_RESOLUTION_FAILURE');
  if (operation.operation !== 'subscription') throw refused('only subscriptions are streamed');
  if (!mayAskForSchema && asksForSchema(document)) {
    throw refused('the schema is shown to those who are signed in', 'GRAPHQL_VALIDATION_FAILED');
  }
  if (operationCost({ schema, document, operation, variables: body.variables }, limits) > limits.costMax) {
    throw refused('the operation asks for too much at once; take fewer fields', 'GRAPHQL_VALIDATION_FAILED');
  }
  return {
    schema,
    document,
    operationName: body.operationName,
    variables: body.variables,
    field: fieldOf(operation),
    queryHash: createHash('sha256').update(body.query).digest('hex'),
  };
}

/** Runs the root field's `subscribe`, shield included. @returns what was subscribed to, or the errors */
export async function subscriptionOf(
  prepared: PreparedStream,
  operation: Operation,
): Promise<EventSubscription | readonly GraphQLError[]> {
  const { schema, document, operationName, variables } = prepared;
  const source: unknown = await createSourceEventStream({
    schema,
    document,
    contextValue: operation,
    variableValues: variables,
    operationName,
  });
  if (source instanceof EventSubscription) return source;
  const { errors } = Object(source) as { errors?: readonly GraphQLError[] };
  return errors ?? [new GraphQLError('this is no stream of events')];
}

function parsed(query: string, limits: ServerLimits): DocumentNode {
  try {
    return parse(query, parserLimits(limits));
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, http: { status: 400 } } });
}

/** Validation has made sure of exactly one root field. */
function fieldOf({ selectionSet }: OperationDefinitionNode): string {
  const [selection] = selectionSet.selections;
  if (selection?.kind === Kind.FIELD) return selection.name.value;
  throw refused('ask for the field of the subscription itself, not through a fragment');
}
