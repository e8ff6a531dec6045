import { createHmac, randomBytes } from 'node:crypto';

const NONCE_BYTES = 32;
const SECRET_PREFIX = 'whsec_';

export function webhookNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/** The key of a webhook: from the hub's secret and what is stored, so that neither alone signs anything. */
function keyOf(hubSecret: Buffer, nonce: Buffer): Buffer {
  return createHmac('sha256', hubSecret).update('webhook secret').update(nonce).digest();
}

/** As its receiver keeps it. */
export function webhookSecret(hubSecret: Buffer, nonce: Buffer): string {
  return `${SECRET_PREFIX}${keyOf(hubSecret, nonce).toString('base64')}`;
}

/**
 * The headers of a body, as the Standard Webhooks specification has them: an id that stays the same over all attempts, the time of
 * this one, and HMAC-SHA-256 over `id.timestamp.body`, once for each secret that is good now.
 * @param at seconds since 1970; receivers refuse what is older than five minutes
 */
export function signedHeaders(
  hubSecret: Buffer,
  nonces: readonly Buffer[],
  message: { id: string; at: number; body: string },
): Record<string, string> {
  const { id, at, body } = message;
  const signatures = nonces.map((nonce) => {
    const digest = createHmac('sha256', keyOf(hubSecret, nonce)).update(`${id}.${at}.${body}`, 'utf8').digest('base64');
    return `v1,${digest}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signatures.join(' ') };
}
