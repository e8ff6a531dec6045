import type { Config } from '../config';
import type { Pools } from '../database/pools';
import { StartupError } from '../database/startupError';
import {
  authenticate,
  findDemoIdentity,
  readIdentityThresholds,
  readPurposes,
  resolveViewer,
  type Credential,
} from '../identity';
import type { Actor } from '../modules/exchange';
import { PeopleDirectory } from '../modules/people';
import type { OperationServices } from '../modules/graph';
import { packageRoot } from '../modules/reference';
import { demoIssuer, openServices, tokenVerifier } from '../server/hub';

/** Whom a command acts as: a demo identity by name, or whoever a credential belongs to. */
export interface ActingAs {
  readonly name: string | null;
  /** A token of the issuer, or an API key. */
  readonly bearer: string | null;
}

/** A token comes first: the offices that no key may carry (counsel's among them) are held by named people alone. */
export function actingAs(name: string | undefined): ActingAs {
  return { name: name ?? null, bearer: process.env.SLUICE_TOKEN || process.env.SLUICE_API_KEY || null };
}

/**
 * A command reads and writes as a person, with the same rights and behind the same boundary as over HTTP.
 * @throws StartupError for a name that nobody in the demo has; DomainError UNAUTHENTICATED for a credential that is not good
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

async function credentialOf(
  config: Config,
  services: OperationServices,
  { name, bearer }: ActingAs,
): Promise<Credential> {
  if (name !== null) return demoCredential(config, name);
  if (bearer === null) {
    throw new StartupError(
      'say who acts: --as NAME in the demo, a token in SLUICE_TOKEN or an API key in SLUICE_API_KEY',
    );
  }
  const { identityThresholds: thresholds, apiKeys } = services;
  const verifyToken = tokenVerifier(config, await demoIssuer(config, thresholds), thresholds);
  return authenticate(`Bearer ${bearer}`, { apiKeys, verifyToken });
}

function demoCredential(config: Config, name: string): Credential {
  if (!config.demo) throw new StartupError('--as names people of the demo only: use SLUICE_TOKEN or SLUICE_API_KEY');
  const identity = findDemoIdentity(name);
  if (identity === null) throw new StartupError(`nobody in the demo is called \`${name}\``);
  return { kind: 'TOKEN', subject: identity.subject, scopes: null };
}
