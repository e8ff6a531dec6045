import { createCipheriv, createDecipheriv, createHmac, type Cipher, type Decipher } from 'node:crypto';

/**
 * Prefixes of opaque ids. `action` is a corrective action, `claim` an equivalence claim, `interest` an entry of the
 * register of interests, `import` a staged file, `hop` a place in a chain, `extract` a joint-planning extract.
 */
export const entityTypes = [
  'member',
  'site',
  'alliance',
  'link',
  'assessment',
  'finding',
  'action',
  'measurement',
  'plan',
  'target',
  'demand',
  'response',
  'agreement',
  'person',
  'initiative',
  'decision',
  'interest',
  'claim',
  'equivalence',
  'assessor',
  'release',
  'import',
  'evidence',
  'freeze',
  'standard',
  'indicator',
  'mineral',
  'desk',
  'key',
  'hop',
  'event',
  'webhook',
  'alarm',
  'extract',
] as const;

export type EntityType = (typeof entityTypes)[number];

/** A viewing organisation's UUID, `PUBLIC` for everyone without one, or null for the stable id that all viewers share. */
export type IdScope = string | null;

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_PATTERN = /^([a-z]+)_([0-9a-hjkmnp-tv-z]{26})$/;
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BLOCK_BYTES = 16;
const MINIMUM_SECRET_BYTES = 32;
const ID_CHARACTERS = 26;
const BITS_PER_CHARACTER = 5;
/** Keyed ciphers kept; the oldest goes first. One organisation needs about as many as there are entity types. */
const CACHED_CIPHERS_MAX = 4096;

/** Without padding and chaining, each update is one whole block, so one keyed object serves every id. */
interface BlockCipher {
  readonly cipher: Cipher;
  readonly decipher: Decipher;
}

const typesByName: ReadonlyMap<string, EntityType> = new Map(entityTypes.map((type) => [type, type]));

/**
 * Ids of two viewers cannot be matched, and a hidden id cannot be probed (`design.md` 3): the row's UUID goes through a
 * block cipher keyed per viewing organisation and type. Another viewer's id therefore decodes to a UUID that is no
 * row's, which is simply not found: the same answer as for an id that never was.
 */
export class OpaqueIds {
  private readonly ciphers = new Map<string, BlockCipher>();

  /** @param secret at least 32 bytes; the same on every node, since ids are handed out and come back. */
  constructor(private readonly secret: Buffer) {
    if (secret.length < MINIMUM_SECRET_BYTES) throw new RangeError('secret of opaque ids is shorter than 32 bytes');
  }

  /**
   * @returns `<type>_<26 characters>`, lower-case Crockford base 32 of 128 bits.
   * @throws RangeError when `uuid` is not a UUID: ids are made from our own rows only.
   */
  encode(type: EntityType, uuid: string, viewerOrganisation: IdScope): string {
    if (!UUID_PATTERN.test(uuid)) throw new RangeError('an opaque id is made from a UUID only');
    const block = this.cipherOf(type, viewerOrganisation).cipher.update(uuid.replaceAll('-', ''), 'hex');
    return `${type}_${toBase32(block)}`;
  }

  /** Never throws: anything malformed is null, exactly one spelling of an id is accepted. */
  decode(id: string, viewerOrganisation: IdScope): { type: EntityType; uuid: string } | null {
    const parts = ID_PATTERN.exec(id);
    const type = typesByName.get(parts?.[1] ?? '');
    const block = fromBase32(parts?.[2] ?? '');
    if (type === undefined || block === null) return null;
    const hex = this.cipherOf(type, viewerOrganisation).decipher.update(block, undefined, 'hex');
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    return { type, uuid };
  }

  private cipherOf(type: EntityType, viewerOrganisation: IdScope): BlockCipher {
    const label = viewerOrganisation === null ? `id|stable|${type}` : `id|org:${viewerOrganisation}|${type}`;
    const known = this.ciphers.get(label);
    if (known !== undefined) return known;
    const key = createHmac('sha256', this.secret).update(label).digest();
    const keyed = {
      cipher: createCipheriv('aes-256-ecb', key, null).setAutoPadding(false),
      decipher: createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false),
    };
    const oldest = this.ciphers.keys().next();
    if (this.ciphers.size >= CACHED_CIPHERS_MAX && !oldest.done) this.ciphers.delete(oldest.value);
    this.ciphers.set(label, keyed);
    return keyed;
  }
}

/** 128 bits, the highest first, right-aligned in 26 characters: the first one carries three bits only. */
function toBase32(block: Buffer): string {
  let text = '';
  let bits = 0;
  let held = ID_CHARACTERS * BITS_PER_CHARACTER - BLOCK_BYTES * 8;
  for (const byte of block) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= BITS_PER_CHARACTER) {
      held -= BITS_PER_CHARACTER;
      text += CROCKFORD.charAt((bits >> held) & 31);
    }
    bits &= 31;
  }
  return text;
}

/** Null when the first character carries more than its three bits: 26 characters have room for 130. */
function fromBase32(text: string): Buffer | null {
  if (text.length !== ID_CHARACTERS || CROCKFORD.indexOf(text.charAt(0)) > 7) return null;
  const block = Buffer.alloc(BLOCK_BYTES);
  let bits = 0;
  let held = BLOCK_BYTES * 8 - ID_CHARACTERS * BITS_PER_CHARACTER;
  let at = 0;
  for (const character of text) {
    bits = ((bits << BITS_PER_CHARACTER) | CROCKFORD.indexOf(character)) & 0xfff;
    held += BITS_PER_CHARACTER;
    if (held >= 8) {
      held -= 8;
      block[at] = (bits >> held) & 0xff;
      at += 1;
    }
  }
  return block;
}
