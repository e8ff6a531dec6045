import { jwtVerify, type JWTPayload } from 'jose';
import { isScope, type Scope } from './scopes';
import type { Clock, KeySource } from './keySet';
import type { IdentityThresholds } from './thresholds';
import { unauthenticated } from './unauthenticated';

export interface TokenVerifierSettings {
  /** Exactly as in the claim `iss`. One only: subjects of two issuers could be spelt alike. */
  readonly issuer: string;
  /** The hub's own name in the claim `aud`. */
  readonly audience: string;
  readonly keys: KeySource;
  readonly clock: Clock;
  readonly thresholds: IdentityThresholds;
}

export interface VerifiedToken {
  /** The issuer's name for the person or machine, 1 to 255 characters. */
  readonly subject: string;
  /** The scopes `sluice:...` of the token; null when it names none, as people's tokens do. */
  readonly scopes: readonly Scope[] | null;
  readonly expiresAt: Date;
}

export type TokenVerifier = (token: string) => Promise<VerifiedToken>;

/**
 * Signatures with a public key only: a shared secret (HS256) could be the public key itself, and `none` is none
 * (RFC 8725 3.1, 3.2).
 */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** RFC 9068 2.1 and what common providers write; a logout token or a proof of possession is no access token. */
const TOKEN_TYPES: readonly unknown[] = [undefined, 'JWT', 'at+jwt', 'application/at+jwt'];
const SUBJECT_PATTERN = /^[^\p{C}]{1,255}$/u;
const SCOPE_PREFIX = 'sluice:';
const MILLISECONDS_PER_SECOND = 1000;

/**
 * Verifies OpenID Connect bearer tokens (RFC 9068, RFC 8725).
 *
 * @returns a verifier that rejects with DomainError UNAUTHENTICATED, the same for every fault, the true one as its cause.
 */
export function createTokenVerifier(settings: TokenVerifierSettings): TokenVerifier {
  return async (token) => {
    try {
      return await verify(token, settings);
    } catch (cause) {
      throw unauthenticated(cause);
    }
  };
}

async function verify(token: string, settings: TokenVerifierSettings): Promise<VerifiedToken> {
  const { issuer, audience, keys, thresholds } = settings;
  if (Buffer.byteLength(token) > thresholds.tokenBytesMax) throw new Error('the token is too long');
  const now = settings.clock();
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: thresholds.clockSkewSeconds,
    currentDate: now,
    requiredClaims: ['sub', 'exp'],
  });
  if (!TOKEN_TYPES.includes(protectedHeader.typ)) throw new Error('the token is of another type');
  // RFC 9449 7.2: a token bound to a key proves nothing in the hands of a mere bearer.
  if (payload.cnf !== undefined) throw new Error('the token is bound to a key whose possession is not proved');
  const latestStartSeconds = now.getTime() / MILLISECONDS_PER_SECOND + thresholds.clockSkewSeconds;
  if (payload.iat !== undefined && payload.iat > latestStartSeconds) throw new Error('the token is from the future');
  if (payload.sub === undefined || !SUBJECT_PATTERN.test(payload.sub)) throw new Error('the token names no subject');
  return {
    subject: payload.sub,
    scopes: scopesOf(payload),
    expiresAt: new Date((payload.exp ?? 0) * MILLISECONDS_PER_SECOND),
  };
}

/** Scopes of other services are passed over; an unknown one of ours gives nothing, but still means that they are named. */
function scopesOf(payload: JWTPayload): Scope[] | null {
  if (payload.scope === undefined) return null;
  if (typeof payload.scope !== 'string') throw new Error('the claim scope is no text');
  const ours = payload.scope.split(' ').filter((scope) => scope.startsWith(SCOPE_PREFIX));
  return ours.length === 0 ? null : ours.map((scope) => scope.slice(SCOPE_PREFIX.length)).filter(isScope);
}
