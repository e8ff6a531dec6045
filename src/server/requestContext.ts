import type { Request, Response } from 'express';
import { GraphQLError } from 'graphql';
import {
  authenticate,
  resolveViewer,
  type Authenticators,
  type Credential,
  type Viewer,
  type ViewerRules,
} from '../identity';
import { DomainError } from '../kernel/errors';
import { Operation, type OperationServices } from '../modules/graph';
import { PeopleDirectory } from '../modules/people';
import type { RateLimits } from './limits/rateLimits';
import { INTERNAL_CODE, refusal } from './publicError';
import { emptyNote, type RequestNote, type RequestNotes } from './requestNote';

export interface IdentityStep {
  readonly services: OperationServices;
  readonly authenticators: Authenticators;
  readonly rules: ViewerRules;
  readonly rateLimits: RateLimits;
  readonly notes: RequestNotes;
  clock(): Date;
}

/** Where the request is noted for its log line; the middleware that logs puts it there. */
export function noteOn(response: Response): RequestNote {
  const { locals } = response;
  const existing: unknown = locals.note;
  if (existing !== undefined) return existing as RequestNote;
  const note = emptyNote();
  locals.note = note;
  return note;
}

/**
 * HTTP -> identity -> limits -> operation (`design.md` 4).
 * @throws GraphQLError with the HTTP status for a refused credential, stated context or account
 */
export async function openOperation(request: Request, response: Response, step: IdentityStep): Promise<Operation> {
  const address = request.socket.remoteAddress ?? '';
  const { services } = step;
  const directory = new PeopleDirectory(services.pools.reader, services.ids);
  const note = noteOn(response);
  try {
    const viewer = await viewerOf(request, directory, address, step);
    note.viewerKind = viewer.kind;
    step.notes.put(viewer, note);
    await step.rateLimits.admit(viewer, address);
    await bindClosures(directory, viewer, services);
    return new Operation(services, viewer);
  } catch (error) {
    note.outcome = 'REFUSED';
    note.codes = [error instanceof GraphQLError ? String(error.extensions.code) : INTERNAL_CODE];
    throw error;
  }
}

async function viewerOf(
  request: Request,
  directory: PeopleDirectory,
  address: string,
  step: IdentityStep,
): Promise<Viewer> {
  await step.rateLimits.admitCredential(address);
  const now = step.clock();
  try {
    const credential: Credential = await authenticate(request.headers.authorization, step.authenticators);
    return await resolveViewer(credential, directory, request.headers, now, step.rules);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code !== 'UNAUTHENTICATED') throw refusal(error);
    await step.rateLimits.countRefusedCredential(address);
    throw refusal(error, new Map([['www-authenticate', 'Bearer']]));
  }
}

/**
 * N-tier grounds narrow at once and widen lazily (`design.md` 3): a desk whose closure a change has touched gets it computed
 * anew before its snapshot opens.
 */
async function bindClosures(directory: PeopleDirectory, viewer: Viewer, { pools }: OperationServices): Promise<void> {
  for (const deskNo of directory.staleDesks(viewer.deskNos)) {
    await pools.contributor.query('select policy.bind_closure($1)', [deskNo]);
  }
}
