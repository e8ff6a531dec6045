import type { ApiKeyRecord } from '../../identity';
import { notFound, type Operation } from '../graph';
import type { CreateApiKeyInput, RevokeApiKeyInput } from './apiKey.resolver';

/** @returns the keys of whoever asks; a machine has none of its own */
export async function listApiKeys({ services, viewer }: Operation): Promise<ApiKeyRecord[]> {
  return viewer.personId === null ? [] : services.apiKeys.listOf(viewer.personId);
}

/**
 * Makes a key. What is kept under the client key is its public part, so that a repetition finds the key and never its secret.
 * A key whose mark is lost after it was made is known to nobody.
 * @throws DomainError POLICY_DENIED unless a person asks; VALIDATION with every fault
 */
export async function createApiKey(
  operation: Operation,
  input: CreateApiKeyInput,
): Promise<{ record: ApiKeyRecord; secret: string | null }> {
  let secret: string | null = null;
  const write = { name: 'createApiKey', clientKey: input.clientKey ?? null, input };
  const { keyId } = await operation.write(write, async () => {
    const issued = await operation.services.apiKeys.issue(operation.viewer, input);
    secret = issued.key;
    return { keyId: issued.record.keyId };
  });
  return { record: await ownKey(operation, keyId), secret };
}

/** @throws DomainError NOT_FOUND for a key that is not one's own, is ended, or never was */
export async function revokeApiKey(operation: Operation, input: RevokeApiKeyInput): Promise<ApiKeyRecord> {
  const write = { name: 'revokeApiKey', clientKey: input.clientKey ?? null, input };
  const { keyId } = await operation.write(write, async () => {
    await operation.services.apiKeys.revoke(operation.viewer, input.apiKey);
    return { keyId: input.apiKey };
  });
  return ownKey(operation, keyId);
}

async function ownKey(operation: Operation, keyId: string): Promise<ApiKeyRecord> {
  const found = (await listApiKeys(operation)).find((record) => record.keyId === keyId);
  if (found === undefined) throw notFound(['input']);
  return found;
}
