import { ReadSession, WriteSession, type Binding } from '../../../database/boundTransaction';
import { DomainError } from '../../../kernel/errors';
import type { Viewer } from '../../../identity';
import type { OperationServices } from '../../graph';

/** Longer than one portion or one commit takes; a signature is good for its own connection only. */
const BINDING_SECONDS = 900;

/** Who imports or exports, and what it works with; every session is bound to that viewer and to nobody else. */
export interface Actor {
  readonly services: OperationServices;
  readonly viewer: Viewer;
}

/** @throws DomainError UNAUTHENTICATED without an organisation to act for; POLICY_DENIED for who may not write */
export function writingOrganisation({ viewer }: Actor): number {
  if (viewer.organisationNo === null || viewer.roles.includes('PUBLIC')) {
    throw new DomainError('UNAUTHENTICATED', 'act for an organisation in good standing to import');
  }
  if (!viewer.scopes.includes('write')) {
    throw new DomainError('POLICY_DENIED', 'the credential is not good for this', {
      rule: 'SHIELD.SCOPE',
      next: 'use a credential with the scope `sluice:write`',
    });
  }
  return viewer.organisationNo;
}

export function readSession({ services, viewer }: Actor): ReadSession {
  return ReadSession.open(services.pools.reader, services.bindingKey, bindingOf(viewer));
}

/** One transaction as the contributor: committed when the work ends, rolled back when it throws. */
export async function inTransaction<T>(actor: Actor, work: (session: WriteSession) => Promise<T>): Promise<T> {
  const { services, viewer } = actor;
  const session = WriteSession.open(services.pools.contributor, services.bindingKey, bindingOf(viewer));
  try {
    const result = await work(session);
    await session.commit();
    return result;
  } catch (error) {
    await session.rollback();
    throw error;
  }
}

export function bindingOf(viewer: Viewer): Binding {
  return {
    desks: [...viewer.deskNos],
    organisation: viewer.organisationNo ?? 0,
    may: viewer.may,
    purpose: viewer.purpose ?? '',
    initiative: viewer.initiativeNo,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + BINDING_SECONDS,
  };
}
