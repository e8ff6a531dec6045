import type { GraphQLRequestContext } from '@apollo/server';
import type { ReadOutcome, ReadRecord } from '../audit';
import type { Operation } from '../modules/graph';
import { INTERNAL_CODE } from './publicError';

const OPERATION_CHARACTERS_MAX = 100;

/**
 * The record of one operation: who, in whose name, which types and whose units, and how it ended. The text of the operation
 * stands in it as a hash, its variables and its answer not at all.
 */
export function recordOf(context: GraphQLRequestContext<Operation>): ReadRecord {
  const { contextValue, operationName, queryHash } = context;
  const { viewer, record } = contextValue;
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
    ...endOf(context),
  };
}

function endOf({ contextValue, response }: GraphQLRequestContext<Operation>): {
  outcome: ReadOutcome;
  rule: string | null;
} {
  const errors = response.body?.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
  const rules = errors.map((error) => error.extensions?.rule).filter((rule) => typeof rule === 'string');
  const rule = rules[0] ?? null;
  if (errors.some((error) => error.extensions?.code === INTERNAL_CODE)) return { outcome: 'ERROR', rule };
  if (errors.length > 0) return { outcome: 'DENY', rule };
  // By precedence, `domain.md` 0.3.
  if (contextValue.alternatives.length > 0) return { outcome: 'AGGREGATE_ONLY', rule };
  return { outcome: contextValue.redactions.length > 0 ? 'REDACT' : 'ALLOW', rule };
}
