import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import { DomainError } from '../kernel/errors';
import type { Clock, KeySource } from './keySet';
import type { Scope } from './scopes';
import { readOrCreateSecretFile } from './secretFile';
import type { IdentityThresholds } from './thresholds';

export interface LocalIssuerSettings {
  /** Whether the hub runs as the demo; outside it this issuer does not exist. */
  readonly demo: boolean;
  /** SLUICE_DATA: the key pair lies there, so a token of one demo is worth nothing to another. */
  readonly dataFolder: string;
  /** Name of the issuer, and the base of its two documents, without a slash at the end. */
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
  readonly thresholds: IdentityThresholds;
}

export interface TokenRequest {
  readonly subject: string;
  /** 1 to `localTokenSecondsMax`. */
  readonly ttlSeconds: number;
  /** Left out: as for people, whatever the roles admit. */
  readonly scopes?: readonly Scope[];
}

export interface OpenidConfiguration {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly response_types_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
}

/** The demo's own issuer. It knows no passwords: only who can read the data folder, or its picker, gets a token. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** For the hub in the same process, which need not ask itself over HTTP. */
  readonly keys: KeySource;
  /** Body of `/.well-known/openid-configuration`. */
  openidConfiguration(): OpenidConfiguration;
  /** Body of `/.well-known/jwks.json`: public keys only. */
  jwks(): JSONWebKeySet;
  /** @throws DomainError VALIDATION when the time to live is out of bounds. */
  issueToken(request: TokenRequest): Promise<string>;
}

export const OPENID_CONFIGURATION_PATH = '/.well-known/openid-configuration';
export const KEY_SET_PATH = '/.well-known/jwks.json';
const ALGORITHM = 'ES256';
const MILLISECONDS_PER_SECOND = 1000;

/** @throws DomainError STATE outside the demo, or when the stored key can be read by others. */
export async function openLocalIssuer(settings: LocalIssuerSettings): Promise<LocalIssuer> {
  if (!settings.demo) {
    throw new DomainError('STATE', 'tokens are issued here in the demo only', {
      rule: 'LOCAL_ISSUER.DEMO_ONLY',
      next: 'get a token from the configured issuer',
    });
  }
  const { issuer, audience } = settings;
  const file = join(settings.dataFolder, 'local-issuer.json');
  const { publicJwk, privateKey } = await importStoredKey(readOrCreateSecretFile(file, createKey));
  const kid = await calculateJwkThumbprint(publicJwk);
  const jwks = (): JSONWebKeySet => ({ keys: [{ ...publicJwk, kid, alg: ALGORITHM, use: 'sig' }] });

  return {
    issuer,
    audience,
    keys: createLocalJWKSet(jwks()),
    jwks,
    openidConfiguration: () => ({
      issuer,
      jwks_uri: `${issuer}${KEY_SET_PATH}`,
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
    }),
    issueToken: async (request) => {
      requireTimeToLive(request.ttlSeconds, settings.thresholds.localTokenSecondsMax);
      const issuedAtSeconds = Math.floor(settings.clock().getTime() / MILLISECONDS_PER_SECOND);
      const scope = request.scopes?.map((name) => `sluice:${name}`).join(' ');
      return new SignJWT(scope === undefined ? {} : { scope })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(request.subject)
        .setJti(randomUUID())
        .setIssuedAt(issuedAtSeconds)
        .setExpirationTime(issuedAtSeconds + request.ttlSeconds)
        .sign(privateKey);
    },
  };
}

function requireTimeToLive(ttlSeconds: number, secondsMax: number): void {
  if (Number.isSafeInteger(ttlSeconds) && ttlSeconds >= 1 && ttlSeconds <= secondsMax) return;
  const hint = `give whole seconds from 1 to ${secondsMax}`;
  const issues = [{ path: ['ttlSeconds'], rule: 'TOKEN.TTL', hint }];
  throw new DomainError('VALIDATION', 'input not valid', { issues });
}

function createKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}

/**
 * @throws DomainError STATE when the text is no key pair, without a cause: a parser's message would quote the key.
 */
async function importStoredKey(text: string): Promise<{ publicJwk: JWK & { kty: string }; privateKey: CryptoKey }> {
  try {
    const value: unknown = JSON.parse(text);
    const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
    const read = (name: string): string => String(fields.get(name) ?? '');
    const publicJwk = { kty: 'EC', crv: 'P-256', x: read('x'), y: read('y') };
    const privateKey = await importJWK({ ...publicJwk, d: read('d') }, ALGORITHM);
    if (!(privateKey instanceof Uint8Array) && privateKey.type === 'private') return { publicJwk, privateKey };
  } catch {
    // Answered below, with what is no key at all.
  }
  throw new DomainError('STATE', 'the stored key of the local issuer is damaged', {
    rule: 'LOCAL_ISSUER.KEY',
    next: 'remove local-issuer.json from the data folder; tokens handed out before end with it',
  });
}
