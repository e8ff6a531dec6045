import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError, type ErrorCode } from '../kernel/errors';
import type { HubLogger } from './logger';
import { privateFace } from './privateFace';

export const INTERNAL_CODE = 'INTERNAL_SERVER_ERROR';

/** Codes of the GraphQL and HTTP layers: such an error repeats what the sender wrote and nothing that the hub holds. */
const SPECIFICATION_CODES: readonly unknown[] = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
];

const statusOfCode: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429 };

/**
 * The public face of whatever went wrong (`style.md` 7): a domain error as its author wrote it, a fault of the operation's
 * text as the GraphQL specification codes it, and for everything else two words and a number to ask the operator with.
 */
export function publicError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  logger: HubLogger,
): GraphQLFormattedError {
  const cause = innermost(thrown);
  if (cause instanceof DomainError) {
    if (cause.cause !== undefined) logger.debug({ refused: cause.code, cause: privateFace(cause.cause) }, 'refused');
    return domainFace(cause, formatted);
  }
  const code = formatted.extensions?.code;
  // A path means that a resolver failed: then the code is not the specification's, whatever it says.
  if (formatted.path === undefined && SPECIFICATION_CODES.includes(code)) {
    const { locations } = formatted;
    return {
      message: withoutSuggestion(formatted.message),
      ...(locations === undefined ? {} : { locations }),
      extensions: { code },
    };
  }
  return internalFace(cause, logger, formatted);
}

/** What a client learns of our own failures. The number leads the operator to the cause in the log. */
export function internalFace(
  cause: unknown,
  logger: HubLogger,
  formatted: Pick<GraphQLFormattedError, 'path'> = {},
): GraphQLFormattedError {
  const correlationId = randomUUID();
  logger.error({ correlationId, cause: privateFace(cause) }, 'operation failed');
  return {
    message: 'internal error',
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: { code: INTERNAL_CODE, correlationId },
  };
}

function domainFace(error: DomainError, formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code, rule, next, path, issues } = error;
  return {
    message: error.publicMessage,
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
    extensions: {
      code,
      ...(rule === undefined ? {} : { rule }),
      ...(next === undefined ? {} : { next }),
      ...(path === undefined ? {} : { path }),
      ...(issues.length === 0 ? {} : { issues }),
    },
  };
}

/** GraphQL wraps what is thrown, sometimes more than once. */
function innermost(thrown: unknown): unknown {
  let cause = thrown;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** graphql-js proposes names of the schema to whoever guesses; graphql-armor calls what it refuses a syntax error. */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .*\?$/s, '').replace(/^Syntax Error: (?=the operation )/, '');
}

/**
 * A refusal before the operation runs, with the HTTP status that clients and proxies understand.
 * @param headers such as Retry-After
 */
export function refusal(error: DomainError, headers: ReadonlyMap<string, string> = new Map()): GraphQLError {
  return new GraphQLError(error.publicMessage, {
    originalError: error,
    extensions: { code: error.code, http: { status: statusOfCode[error.code] ?? 400, headers } },
  });
}
