import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Viewer } from '../../identity';
import { DomainError } from '../../kernel/errors';
import { refusal } from '../publicError';
import type { ServerLimits } from './thresholds';

const WINDOW_SECONDS = 60;
const MILLISECONDS_PER_SECOND = 1000;

/**
 * Requests a minute: one account for each organisation, whoever of it asks, one for each address of the public, and one for
 * refused credentials. Nobody learns of another's account: there are no headers of what is left, and Retry-After speaks
 * of one's own (`leaks.md` 35). Each node counts for itself.
 */
export class RateLimits {
  private readonly organisations: RateLimiterMemory;
  private readonly addresses: RateLimiterMemory;
  private readonly refused: RateLimiterMemory;

  constructor(limits: ServerLimits) {
    const limiter = (keyPrefix: string, points: number) =>
      new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
    this.organisations = limiter('organisation', limits.organisationRequestsPerMinute);
    this.addresses = limiter('address', limits.publicRequestsPerMinute);
    this.refused = limiter('refused', limits.refusedCredentialsPerMinute);
  }

  /** @throws GraphQLError RATE_LIMITED when the viewer's account is used up */
  async admit(viewer: Viewer, address: string): Promise<void> {
    if (viewer.kind === 'PUBLIC') await consume(this.addresses, address);
    else await consume(this.organisations, viewer.organisationId ?? `person ${viewer.personId}`);
  }

  /** Before a credential is looked at. @throws GraphQLError RATE_LIMITED after too many refused ones */
  async admitCredential(address: string): Promise<void> {
    const account = await this.refused.get(address);
    if (account !== null && account.consumedPoints >= this.refused.points) throw limited(account);
  }

  async countRefusedCredential(address: string): Promise<void> {
    await this.refused.penalty(address);
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (rejected) {
    throw rejected instanceof RateLimiterRes ? limited(rejected) : rejected;
  }
}

function limited(account: RateLimiterRes): Error {
  const seconds = Math.max(1, Math.ceil(account.msBeforeNext / MILLISECONDS_PER_SECOND));
  const error = new DomainError('RATE_LIMITED', 'too many requests', {
    rule: 'LIMITS.RATE',
    next: 'wait as long as the header Retry-After says',
  });
  return refusal(error, new Map([['retry-after', String(seconds)]]));
}
