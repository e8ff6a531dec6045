import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { DomainError } from '../kernel/errors';
import type { Fault } from '../kernel/fault';
import { type Issue, IssueList, type Path } from '../kernel/issues';
import { findTextFault, findUnstorable } from '../kernel/identifiers/text';
import type { Operation } from '../modules/graph';

type Check = (text: string) => Fault<string> | null;
type Resolve = GraphQLFieldResolver<unknown, Operation>;

/**
 * Text that comes in, whatever field it is for: no mutation stores a character that could deceive a reader or break the
 * database, and no read asks the database for one that it cannot hold. The fields' own rules stay where they are; this is
 * what a field without a rule of its own stands on.
 */
export function guardInputs(schema: GraphQLSchema, charactersMax: number): GraphQLSchema {
  const checkText: Check = (text) => findTextFault(text, charactersMax);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isMutation = type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      if (field.args.length > 0) field.resolve = isMutation ? guardedWrite(field, checkText) : guardedRead(field);
    }
  }
  return schema;
}

function guardedRead(field: GraphQLField<unknown, unknown>): Resolve {
  const resolve = field.resolve ?? defaultFieldResolver;
  return (source, args, operation, info): unknown => {
    const issues = issuesOf(args, findUnstorable);
    issues.throwIfAny();
    return resolve(source, args, operation, info);
  };
}

/**
 * INVARIANT AllFaultsAtOnce: the mutation's own checks run although its text is refused already, so that both kinds of
 * fault come back together; `Operation.write` refuses to begin meanwhile, so that nothing is stored.
 */
function guardedWrite(field: GraphQLField<unknown, unknown>, check: Check): Resolve {
  const resolve = field.resolve ?? defaultFieldResolver;
  return async (source, args, operation, info): Promise<unknown> => {
    const found = issuesOf(args, check);
    if (found.issues.length === 0) return resolve(source, args, operation, info);
    operation.refuseWrites(found);
    try {
      await resolve(source, args, operation, info);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      merge(found, error.issues);
    } finally {
      operation.admitWrites();
    }
    found.throwIfAny();
    return null;
  };
}

function issuesOf(args: object, check: Check): IssueList {
  const issues = new IssueList();
  walk(args, [], check, issues);
  return issues;
}

function walk(value: unknown, path: Path, check: Check, issues: IssueList): void {
  if (typeof value === 'string') {
    const fault = check(value);
    if (fault !== null) issues.add(path, fault.code, fault.hint);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => walk(item, [...path, index], check, issues));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) walk(item, [...path, name], check, issues);
  }
}

function merge(into: IssueList, others: readonly Issue[]): void {
  const known = new Set(into.issues.map(({ path, rule }) => JSON.stringify([path, rule])));
  for (const { path, rule, hint } of others) {
    if (!known.has(JSON.stringify([path, rule]))) into.add([...path], rule, hint);
  }
}
