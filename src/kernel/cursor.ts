import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** One key value of the row a page ended at; timestamps and decimals travel as text, so that nothing is rounded. */
export type CursorKey = string | number | null;

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PAD_TO_BYTES = 64;
const LENGTH_PREFIX_BYTES = 4;
const MINIMUM_SECRET_BYTES = 32;
/** Longer input is refused before any work is spent on it. */
const CURSOR_CHARACTERS_MAX = 8192;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/**
 * Keyset cursors that tell their holder nothing: the key values of the last row are encrypted (they may be values the
 * viewer cannot read), padded to a multiple of 64 bytes, and bound to the viewer and to the query.
 *
 * The nonce is synthetic, an HMAC over everything that is sealed, so equal positions give byte-equal cursors: two
 * worlds that differ only in what the viewer may not know must give equal pages (`design.md` 9.5). Two different
 * plaintexts never share a nonce, other than by a collision of the HMAC.
 */
export class Cursors {
  private readonly sealingKey: Buffer;
  private readonly nonceKey: Buffer;

  /** @param secret at least 32 bytes; the same on every node. */
  constructor(secret: Buffer) {
    if (secret.length < MINIMUM_SECRET_BYTES) throw new RangeError('secret of cursors is shorter than 32 bytes');
    this.sealingKey = createHmac('sha256', secret).update('cursor|seal').digest();
    this.nonceKey = createHmac('sha256', secret).update('cursor|nonce').digest();
  }

  /**
   * @param viewer the viewing organisation's UUID, or `PUBLIC`
   * @param fingerprint names the query: field, filter, order. A cursor of another query does not open.
   * @returns base64url text
   * @throws RangeError when a key is a number that JSON cannot carry, or the keys are too long to page by
   */
  seal(viewer: string, fingerprint: string, keys: readonly CursorKey[]): string {
    if (keys.some((key) => typeof key === 'number' && !Number.isFinite(key))) {
      throw new RangeError('a cursor key is not a finite number');
    }
    const plaintext = pad(Buffer.from(JSON.stringify(keys), 'utf8'));
    const bound = boundTo(viewer, fingerprint);
    const nonce = this.nonceOf(bound, plaintext);
    const cipher = createCipheriv(ALGORITHM, this.sealingKey, nonce, { authTagLength: TAG_BYTES }).setAAD(bound);
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const cursor = Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    if (cursor.length > CURSOR_CHARACTERS_MAX) throw new RangeError('the keys are too long for a cursor');
    return cursor;
  }

  /** Null for anything not sealed here for this viewer and this query; never throws. */
  open(viewer: string, fingerprint: string, cursor: string): readonly CursorKey[] | null {
    if (cursor.length > CURSOR_CHARACTERS_MAX || !BASE64URL.test(cursor)) return null;
    const bytes = Buffer.from(cursor, 'base64url');
    // The decoder forgives spare bits at the end; one position has one spelling.
    if (bytes.toString('base64url') !== cursor || bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.sealingKey, nonce, { authTagLength: TAG_BYTES })
      .setAAD(boundTo(viewer, fingerprint))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plaintext = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    try {
      decipher.final();
    } catch {
      // The tag does not fit: tampered with, another viewer's, or another query's. All three are the same answer.
      return null;
    }
    return keysIn(plaintext);
  }

  private nonceOf(bound: Buffer, plaintext: Buffer): Buffer {
    const prefix = Buffer.alloc(LENGTH_PREFIX_BYTES);
    prefix.writeUInt32BE(bound.length);
    const digest = createHmac('sha256', this.nonceKey).update(prefix).update(bound).update(plaintext).digest();
    return digest.subarray(0, NONCE_BYTES);
  }
}

/** JSON keeps the two apart, whatever characters they hold. */
function boundTo(viewer: string, fingerprint: string): Buffer {
  return Buffer.from(JSON.stringify([viewer, fingerprint]), 'utf8');
}

function pad(content: Buffer): Buffer {
  const length = Math.ceil((LENGTH_PREFIX_BYTES + content.length) / PAD_TO_BYTES) * PAD_TO_BYTES;
  const padded = Buffer.alloc(length);
  padded.writeUInt32BE(content.length);
  content.copy(padded, LENGTH_PREFIX_BYTES);
  return padded;
}

function keysIn(plaintext: Buffer): readonly CursorKey[] | null {
  const end = LENGTH_PREFIX_BYTES + plaintext.readUInt32BE();
  const keys: unknown = JSON.parse(plaintext.subarray(LENGTH_PREFIX_BYTES, end).toString('utf8'));
  return Array.isArray(keys) && keys.every(isCursorKey) ? keys : null;
}

function isCursorKey(value: unknown): value is CursorKey {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
