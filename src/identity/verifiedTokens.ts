import { createHash } from 'node:crypto';
import type { Clock } from './keySet';
import type { TokenVerifier, VerifiedToken } from './oidc';
import type { IdentityThresholds } from './thresholds';

export interface VerifiedTokensSettings {
  readonly verify: TokenVerifier;
  readonly clock: Clock;
  readonly thresholds: IdentityThresholds;
}

interface Remembered {
  readonly token: VerifiedToken;
  /** Verified at, and to be verified again from; milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const MILLISECONDS_PER_SECOND = 1000;

/**
 * A verifier that remembers what it has verified: a program sends the same token hundreds of times a minute, and checking
 * a signature takes a third of a millisecond. It remembers for `tokenMemorySecondsMax` and never past the token's end. Only the
 * signature's outcome is remembered: whether the person is shut out, and what they may do, is asked at every request.
 * Refusals are not remembered, or strangers could fill the memory; tokens are kept as their hash, so that a dump of the
 * memory holds no credential.
 */
export function rememberVerifiedTokens(settings: VerifiedTokensSettings): TokenVerifier {
  const { verify, clock, thresholds } = settings;
  const remembered = new Map<string, Remembered>();
  return async (token) => {
    const key = createHash('sha256').update(token).digest('base64');
    const now = clock().getTime();
    const known = remembered.get(key);
    if (known !== undefined && known.from <= now && now < known.to) return known.token;
    remembered.delete(key);
    const verified = await verify(token);
    const memoryEnds = now + thresholds.tokenMemorySecondsMax * MILLISECONDS_PER_SECOND;
    remembered.set(key, { token: verified, from: now, to: Math.min(memoryEnds, verified.expiresAt.getTime()) });
    const oldest = remembered.keys().next();
    if (remembered.size > thresholds.tokenMemoryEntriesMax && !oldest.done) remembered.delete(oldest.value);
    return verified;
  };
}
