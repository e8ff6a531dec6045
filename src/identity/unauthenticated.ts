import { DomainError } from '../kernel/errors';

/**
 * The one public answer to every credential that does not hold, whatever the reason: no such key, no such person, wrong
 * signature, expired, withdrawn. Two answers would tell a stranger which e-mail, person or key exists (`leaks.md` 48).
 *
 * @param cause the private face: logged, never sent.
 */
export function unauthenticated(cause: unknown): DomainError {
  return new DomainError('UNAUTHENTICATED', 'the credential is not valid', {
    next: 'sign in again, or leave the header out to read as the public',
    cause,
  });
}
