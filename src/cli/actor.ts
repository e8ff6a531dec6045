import type { Config } from '../config';
import type { Pools } from '../database/pools';
import { StartupError } from '../database/startupError';
import {
  authenticate,
  findDemoIdentity,
  readIdentityThresholds,
  readPurposes,
  resolveViewer,
  unauthenticated,
  type Credential,
} from '../identity';
import type { Actor } from '../modules/exchange';
import { PeopleDirectory } from '../modules/people';
import type { OperationServices } from '../modules/graph';
import { packageRoot } from '../modules/reference';
import { openServices } from '../server/hub';

/** Whom a command acts as: a demo identity by name, or whoever an API key belongs to. */
export interface ActingAs {
  readonly name: string | null;
  /** SLUICE_API_KEY */
  readonly apiKey: string | null;
}

/**
 * A command reads and writes as a person, with the same rights and behind the same boundary as over HTTP.
 * @throws StartupError for a name that nobody in the demo has; DomainError UNAUTHENTICATED for a key that is not good
 */
export async function actorOf(config: Config, pools: Pools, as: ActingAs): Promise<Actor> {
  const services = openServices(config, pools);
  const policies = `${packageRoot()}/policies`;
  const thresholds = readIdentityThresholds(policies);
  const credential = await credentialOf(config, services, as);
  const rules = { purposes: readPurposes(policies), thresholds };
  const directory = new PeopleDirectory(pools.reader, services.ids);
  const viewer = await resolveViewer(credential, directory, {}, new Date(), rules);
  return { services, viewer };
}

function credentialOf(config: Config, services: OperationServices, { name, apiKey }: ActingAs): Promise<Credential> {
  if (name !== null) return Promise.resolve(demoCredential(config, name));
  if (apiKey === null) throw new StartupError('say who acts: --as NAME in the demo, or an API key in SLUICE_API_KEY');
  return authenticate(`Bearer ${apiKey}`, {
    apiKeys: services.apiKeys,
    verifyToken: () => Promise.reject(unauthenticated(new Error('a command takes an API key, no token'))),
  });
}

function demoCredential(config: Config, name: string): Credential {
  if (!config.demo) throw new StartupError('--as names people of the demo only: use an API key in SLUICE_API_KEY');
  const identity = findDemoIdentity(name);
  if (identity === null) throw new StartupError(`nobody in the demo is called \`${name}\``);
  return { kind: 'TOKEN', subject: identity.subject, scopes: null };
}
