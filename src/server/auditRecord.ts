import type { GraphQLRequestContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { ReadOutcome, ReadRecord } from '../audit';
import type { Operation } from '../modules/graph';
import { INTERNAL_CODE } from './publicError';

const OPERATION_CHARACTERS_MAX = 100;

/** What is known of an operation beside its context. */
export interface OperationEnd {
  readonly operationName: string | null | undefined;
  /** SHA-256 of the text, hex. */
  readonly queryHash: string | undefined;
  readonly errors: readonly Pick<GraphQLFormattedError, 'extensions'>[];
}

/**
 * The record of one operation: who, in whose name, which types and whose units, and how it ended. The text of the operation
 * stands in it as a hash, its variables and its answer not at all.
 */
export function recordOf({
  contextValue,
  operationName,
  queryHash,
  response,
}: GraphQLRequestContext<Operation>): ReadRecord {
  const errors = response.body?.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
  return readRecord(contextValue, { operationName, queryHash, errors });
}

/** The same for what is answered in another way: events of a stream, deliveries to a webhook. */
export function readRecord(operation: Operation, { operationName, queryHash, errors }: OperationEnd): ReadRecord {
  const { viewer, record } = operation;
  return {
    organisationNo: viewer.organisationNo,
    personId: viewer.personId,
    roles: [...viewer.roles].sort(),
    purpose: viewer.purpose,
    initiativeNo: viewer.initiativeNo,
    operation: operationName?.slice(0, OPERATION_CHARACTERS_MAX) ?? null,
    queryHash: queryHash ?? '',
    types: [...record.types].sort(),
    unitNos: [...record.unitNos].sort((a, b) => a - b),
    ...endOf(operation, errors),
  };
}

function endOf(
  operation: Operation,
  errors: OperationEnd['errors'],
): {
  outcome: ReadOutcome;
  rule: string | null;
} {
  const rules = errors.map((error) => error.extensions?.rule).filter((rule) => typeof rule === 'string');
  const rule = rules[0] ?? null;
  if (errors.some((error) => error.extensions?.code === INTERNAL_CODE)) return { outcome: 'ERROR', rule };
  if (errors.length > 0) return { outcome: 'DENY', rule };
  // By precedence, `domain.md` 0.3.
  if (operation.alternatives.length > 0) return { outcome: 'AGGREGATE_ONLY', rule };
  return { outcome: operation.redactions.length > 0 ? 'REDACT' : 'ALLOW', rule };
}
