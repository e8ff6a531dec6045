import { createLocalJWKSet, errors, type CryptoKey, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import { DomainError } from '../kernel/errors';
import type { IdentityThresholds } from './thresholds';

export type Clock = () => Date;

/** Finds the public key that a token's header names; rejects when there is none. */
export type KeySource = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

export interface RemoteKeySetSettings {
  /** The issuer, exactly as its tokens name it. */
  readonly issuer: string;
  /** Where its keys are; null: as its discovery document says. */
  readonly keySetUrl: string | null;
  readonly clock: Clock;
  readonly thresholds: IdentityThresholds;
}

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];
const MILLISECONDS_PER_SECOND = 1000;

/**
 * The issuer's signing keys, fetched when first needed and kept for `keySetAgeSecondsMax`. A key id that is not among
 * them means that the issuer has rotated: they are fetched again, at most once per cooldown, or a stranger inventing key
 * ids could make the hub hammer the issuer. jose has such a cache too, but on the machine's own clock, and it tries again
 * at every request while the issuer is down.
 *
 * @throws DomainError VALIDATION when an address is neither https nor on this machine.
 */
export function remoteKeySet(settings: RemoteKeySetSettings): KeySource {
  requireSecureUrl(settings.issuer);
  if (settings.keySetUrl !== null) requireSecureUrl(settings.keySetUrl);
  const cache = new KeySetCache(settings);
  return (header, token) => cache.find(header, token);
}

class KeySetCache {
  private keys: KeySource | null = null;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private pending: Promise<void> | null = null;

  constructor(private readonly settings: RemoteKeySetSettings) {}

  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const { keySetAgeSecondsMax, keySetStaleSecondsMax } = this.settings.thresholds;
    if (this.secondsSince(this.fetchedAt) >= keySetAgeSecondsMax) {
      try {
        await this.refresh();
      } catch (cause) {
        if (this.secondsSince(this.fetchedAt) >= keySetStaleSecondsMax) throw cause;
      }
    }
    try {
      return await this.currentKeys()(header, token);
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey)) throw cause;
      await this.refresh();
      return this.currentKeys()(header, token);
    }
  }

  private currentKeys(): KeySource {
    if (this.keys === null) throw new Error('no key set of the issuer has been fetched yet');
    return this.keys;
  }

  private secondsSince(moment: number): number {
    return (this.settings.clock().getTime() - moment) / MILLISECONDS_PER_SECOND;
  }

  /** Requests that arrive together share one fetch. Rejects during the cooldown after an attempt, whatever its outcome. */
  private async refresh(): Promise<void> {
    if (this.pending === null) {
      if (this.secondsSince(this.triedAt) < this.settings.thresholds.keySetCooldownSeconds) {
        throw new Error('the key set was asked for a moment ago, and the cooldown is not over');
      }
      this.triedAt = this.settings.clock().getTime();
      this.pending = this.fetch().finally(() => {
        this.pending = null;
      });
    }
    await this.pending;
  }

  private async fetch(): Promise<void> {
    const url = this.settings.keySetUrl ?? (await this.discover());
    const document = await fetchJson(url, this.settings.thresholds);
    const listed: unknown = document.get('keys');
    if (!Array.isArray(listed)) throw new Error('the answer of the issuer is no key set');
    this.keys = createLocalJWKSet({ keys: listed });
    this.fetchedAt = this.settings.clock().getTime();
  }

  private async discover(): Promise<string> {
    const { issuer, thresholds } = this.settings;
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, thresholds);
    const url = document.get('jwks_uri');
    // OpenID Connect Discovery 4.3: a document that names another issuer belongs to another issuer.
    if (document.get('issuer') !== issuer) throw new Error('the discovery document names another issuer');
    if (typeof url !== 'string') throw new Error('the discovery document names no key set');
    requireSecureUrl(url);
    return url;
  }
}

/** Keys fetched in the clear may be anybody's. */
function requireSecureUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname)) return;
  throw new DomainError('VALIDATION', 'the issuer and its keys need https addresses', {
    rule: 'OIDC.HTTPS',
    next: 'use an https address; http is for this machine only',
  });
}

async function fetchJson(url: string, thresholds: IdentityThresholds): Promise<ReadonlyMap<string, unknown>> {
  const response = await fetch(url, {
    // A redirect could lead from https to anywhere.
    redirect: 'error',
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(thresholds.keySetTimeoutSeconds * MILLISECONDS_PER_SECOND),
  });
  if (response.status !== 200) throw new Error(`the issuer answered with status ${response.status}`);
  const value: unknown = JSON.parse(await readBounded(response, thresholds.keySetBytesMax));
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

async function readBounded(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error('the answer of the issuer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
