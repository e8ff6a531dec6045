import { isHeldRole, resolveViewer, type IdentityThresholds, type Viewer } from '../../identity';
import type { OperationServices } from '../graph';
import { PeopleDirectory } from '../people';

/** In whose name a webhook reads, as it was registered. */
export interface WebhookStandpoint {
  readonly personId: string;
  readonly organisationNo: number;
  readonly deskNos: readonly number[];
  readonly roles: readonly string[];
  readonly purpose: string | null;
  readonly initiativeId: string | null;
}

/**
 * A webhook reads as a machine of the person who registered it: with the roles named then and held now, at the same desks, for the
 * same purpose. Null as soon as any of this does not hold any more.
 */
export async function webhookViewer(
  services: OperationServices,
  thresholds: IdentityThresholds,
  standpoint: WebhookStandpoint,
  now: Date,
): Promise<Viewer | null> {
  const { pools, ids, purposes } = services;
  const directory = new PeopleDirectory(pools.reader, ids);
  const roles = standpoint.roles.filter(isHeldRole);
  const credential = { kind: 'API_KEY', keyId: '', personId: standpoint.personId, scopes: ['read'], roles } as const;
  const person = await directory.findPersonById(standpoint.personId);
  const home = person?.affiliations.find(({ organisationNo }) => organisationNo === standpoint.organisationNo);
  if (person === null || home === undefined) return null;
  const { initiativeId, purpose } = standpoint;
  const headers = {
    ...(purpose === null ? {} : { 'sluice-purpose': purpose }),
    ...(initiativeId === null
      ? {}
      : { 'sluice-initiative': ids.encode('initiative', initiativeId, home.organisationId) }),
  };
  const viewer = await resolved(() => resolveViewer(credential, directory, headers, now, { purposes, thresholds }));
  if (viewer === null || viewer.organisationNo !== standpoint.organisationNo || viewer.roles.includes('PUBLIC'))
    return null;
  for (const deskNo of directory.staleDesks(viewer.deskNos)) {
    await pools.contributor.query('select policy.bind_closure($1)', [deskNo]);
  }
  const sameDesks = [...viewer.deskNos].sort().join() === [...standpoint.deskNos].sort().join();
  return sameDesks ? viewer : null;
}

/** A refusal is an answer here; anything else is a failure. */
async function resolved(resolve: () => Promise<Viewer>): Promise<Viewer | null> {
  try {
    return await resolve();
  } catch (error) {
    if (error instanceof Error && error.name === 'DomainError') return null;
    throw error;
  }
}
