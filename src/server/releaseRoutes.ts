import { createHash } from 'node:crypto';
import type { Express, Request, RequestHandler, Response } from 'express';
import { GraphQLError } from 'graphql';
import type { AuditLog, ReadRecord } from '../audit';
import { DomainError } from '../kernel/errors';
import type { Operation } from '../modules/graph';
import { releaseCsv, releaseIndex, releaseJson } from '../modules/statistics';
import { answerError } from './httpBody';
import type { HubLogger } from './logger';
import { internalFace } from './publicError';
import { frozenRefusal } from './rootRule';
import { noteOn, openOperation, type IdentityStep } from './requestContext';

export interface ReleaseRoutes {
  readonly identity: IdentityStep;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly logger: HubLogger;
}

/** One kind of file: how it is made from an operation and the id in its address. */
interface FileKind {
  readonly name: string;
  readonly mediaType: string;
  /** The questions that it answers too: whoever may not ask one of them is not given the file. */
  readonly questions: readonly string[];
  read(operation: Operation, id: string): Promise<string>;
}

const INDEX: FileKind = {
  name: 'releases',
  mediaType: 'application/json',
  questions: ['releases'],
  read: (operation) => releaseIndex(operation),
};
const RELEASE = ['release', 'releaseCsv'];
const FILES: Readonly<Record<string, FileKind>> = {
  csv: { name: 'release.csv', mediaType: 'text/csv', questions: RELEASE, read: releaseCsv },
  json: { name: 'release.json', mediaType: 'application/json', questions: RELEASE, read: releaseJson },
};

const INTERNAL_STATUS = 500;

/**
 * `/releases`, `/releases/ID.csv` and `/releases/ID.json`: released tables as plain files. Whoever sends no credential reads
 * as the public; the same identity, limits, snapshot, row law and record as a query.
 */
export function releaseRoutes(app: Express, routes: ReleaseRoutes): void {
  app.get('/releases', fileOf(routes, INDEX));
  for (const [ending, kind] of Object.entries(FILES)) app.get(`/releases/:id.${ending}`, fileOf(routes, kind));
}

function fileOf(routes: ReleaseRoutes, kind: FileKind): RequestHandler {
  return async (request, response) => {
    try {
      const text = await read(routes, kind, request, response);
      response.type(kind.mediaType);
      if (kind === FILES.csv) response.setHeader('Content-Disposition', 'attachment; filename="release.csv"');
      response.send(text);
    } catch (error) {
      refuse(response, error, routes.logger);
    }
  };
}

async function read(
  { identity, auditLog }: ReleaseRoutes,
  kind: FileKind,
  request: Request,
  response: Response,
): Promise<string> {
  const operation = await openOperation(request, response, identity);
  const note = noteOn(response);
  note.operationKind = 'file';
  const record = (outcome: ReadRecord['outcome']): Promise<void> =>
    operation.viewer.kind === 'PUBLIC' ? Promise.resolve() : auditLog.append(recordOf(operation, kind, outcome));
  try {
    const frozen = await operation.frozenQuestions();
    for (const question of kind.questions) {
      const refused = frozenRefusal(frozen, question, operation.viewer);
      if (refused !== null) throw refused;
    }
    const text = await kind.read(operation, idOf(request));
    note.statements = operation.statementCount;
    // INVARIANT NoRecordNoAnswer: the file leaves only once it is written down who took it.
    await Promise.all([operation.end(), record('ALLOW')]);
    note.outcome = 'ANSWERED';
    return text;
  } catch (error) {
    await operation.end();
    if (error instanceof DomainError) await record('DENY');
    throw error;
  }
}

function idOf(request: Request): string {
  const { id } = request.params;
  return typeof id === 'string' ? id : '';
}

function recordOf({ viewer, record }: Operation, { name }: FileKind, outcome: ReadRecord['outcome']): ReadRecord {
  return {
    organisationNo: viewer.organisationNo,
    personId: viewer.personId,
    roles: [...viewer.roles].sort(),
    purpose: viewer.purpose,
    initiativeNo: viewer.initiativeNo,
    operation: name,
    queryHash: createHash('sha256').update(name).digest('hex'),
    types: [...record.types].sort(),
    unitNos: [...record.unitNos].sort((a, b) => a - b),
    outcome,
    rule: null,
  };
}

/** Hidden and missing are one answer; what went wrong on our side is told as everywhere else. */
function refuse(response: Response, error: unknown, logger: HubLogger): void {
  if (response.headersSent) return;
  noteOn(response).outcome = 'REFUSED';
  if (error instanceof DomainError && error.code === 'NOT_FOUND') {
    return answerError(response, 404, 'there is nothing at this address', 'NOT_FOUND');
  }
  if (error instanceof DomainError && error.code === 'POLICY_DENIED') {
    return answerError(response, 403, error.message, error.code);
  }
  if (error instanceof GraphQLError && error.originalError instanceof DomainError) {
    const { http, code } = error.extensions;
    const { status = 400, headers } = Object(http) as { status?: number; headers?: ReadonlyMap<string, string> };
    for (const [name, value] of headers ?? []) response.setHeader(name, value);
    return answerError(response, status, error.message, String(code));
  }
  const face = internalFace(error, logger);
  noteOn(response).codes = [String(face.extensions?.code)];
  response.status(INTERNAL_STATUS).json({ errors: [face] });
}
