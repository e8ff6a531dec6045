import { API_KEY_PREFIX, type VerifiedApiKey } from './apiKeys';
import type { TokenVerifier } from './oidc';
import type { HeldRole } from './roles';
import type { Scope } from './scopes';
import { unauthenticated } from './unauthenticated';

/** A credential whose proof has been checked. */
export type Credential =
  | { readonly kind: 'NONE' }
  | {
      readonly kind: 'TOKEN';
      readonly subject: string;
      readonly scopes: readonly Scope[] | null;
      /** Left out where nobody holds on to the credential. */
      readonly expiresAt?: Date;
    }
  | {
      readonly kind: 'API_KEY';
      readonly keyId: string;
      readonly personId: string;
      readonly scopes: readonly Scope[];
      readonly roles: readonly HeldRole[];
    };

export interface Authenticators {
  readonly verifyToken: TokenVerifier;
  readonly apiKeys: { authenticate(key: string): Promise<VerifiedApiKey> };
}

/** RFC 6750 2.1; the scheme in any case (RFC 9110 11.1), one space, one credential. */
const BEARER_PATTERN = /^bearer ([A-Za-z0-9._~+/=-]+)$/i;

/**
 * Reads the `Authorization` header: a bearer token or an API key (`Bearer slk_...`). Only a header that is not there means
 * the public: one that is there and wrong must not quietly come to mean less than its sender believes.
 *
 * @throws DomainError UNAUTHENTICATED
 */
export async function authenticate(
  authorization: string | readonly string[] | undefined,
  authenticators: Authenticators,
): Promise<Credential> {
  if (authorization === undefined) return { kind: 'NONE' };
  const bearer = typeof authorization === 'string' ? BEARER_PATTERN.exec(authorization)?.[1] : undefined;
  if (bearer === undefined) throw unauthenticated(new Error('the header Authorization is no single bearer credential'));
  if (bearer.startsWith(API_KEY_PREFIX)) {
    return { kind: 'API_KEY', ...(await authenticators.apiKeys.authenticate(bearer)) };
  }
  const { subject, scopes, expiresAt } = await authenticators.verifyToken(bearer);
  return { kind: 'TOKEN', subject, scopes, expiresAt };
}
