import type { Request, Response } from 'express';
import { GraphQLError } from 'graphql';
import { preparing } from '../database/statementNames';
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
  const directory = new PeopleDirectory(preparing(services.pools.reader), services.ids);
  const note = noteOn(response);
  try {
    const { viewer } = await identifiedIn(directory, request, step);
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

/** Whom a request's credential stands for at this moment, and until when. */
export interface Identified {
  readonly viewer: Viewer;
  /** Null for the public and for API keys, which are looked up each time. */
  readonly expiresAt: Date | null;
}

/**
 * Asked anew before each event of an open stream.
 * @throws GraphQLError with the HTTP status
 */
export async function identify(request: Request, step: IdentityStep): Promise<Identified> {
  const { pools, ids } = step.services;
  const directory = new PeopleDirectory(preparing(pools.reader), ids);
  const identified = await identifiedIn(directory, request, step);
  await bindClosures(directory, identified.viewer, step.services);
  return identified;
}

async function identifiedIn(directory: PeopleDirectory, request: Request, step: IdentityStep): Promise<Identified> {
  const address = request.socket.remoteAddress ?? '';
  await step.rateLimits.admitCredential(address);
  const now = step.clock();
  try {
    const credential: Credential = await authenticate(request.headers.authorization, step.authenticators);
    const viewer = await resolveViewer(credential, directory, request.headers, now, step.rules);
    return { viewer, expiresAt: credential.kind === 'TOKEN' ? (credential.expiresAt ?? null) : null };
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
