import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/**
 * Prefixes of opaque ids. `action` is a corrective action, `claim` an equivalence claim, `interest` an entry of the
 * register of interests, `import` a staged file.
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
] as const;

export type EntityType = (typeof entityTypes)[number];

/** A viewing organisation's UUID, `PUBLIC` for everyone without one, or null for the stable id that all viewers share. */
export type IdScope = string | null;

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_PATTERN = /^([a-z]+)_([0-9a-hjkmnp-tv-z]{26})$/;
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BLOCK_BYTES = 16;
const MINIMUM_SECRET_BYTES = 32;
const BITS_PER_CHARACTER = 5n;
/** Keys kept derived; the oldest goes first. One organisation needs about as many as there are entity types. */
const CACHED_KEYS_MAX = 4096;

const typesByName: ReadonlyMap<string, EntityType> = new Map(entityTypes.map((type) => [type, type]));

/**
 * Ids of two viewers cannot be matched, and a hidden id cannot be probed (`design.md` 3): the row's UUID goes through a
 * block cipher keyed per viewing organisation and type. Another viewer's id therefore decodes to a UUID that is no
 * row's, which is simply not found: the same answer as for an id that never was.
 */
export class OpaqueIds {
  private readonly keys = new Map<string, Buffer>();

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
    const cipher = createCipheriv('aes-256-ecb', this.keyOf(type, viewerOrganisation), null).setAutoPadding(false);
    const block = Buffer.concat([cipher.update(Buffer.from(uuid.replaceAll('-', ''), 'hex')), cipher.final()]);
    return `${type}_${toBase32(block)}`;
  }

  /** Never throws: anything malformed is null, exactly one spelling of an id is accepted. */
  decode(id: string, viewerOrganisation: IdScope): { type: EntityType; uuid: string } | null {
    const parts = ID_PATTERN.exec(id);
    const type = typesByName.get(parts?.[1] ?? '');
    const block = fromBase32(parts?.[2] ?? '');
    if (type === undefined || block === null) return null;
    const decipher = createDecipheriv('aes-256-ecb', this.keyOf(type, viewerOrganisation), null).setAutoPadding(false);
    const hex = Buffer.concat([decipher.update(block), decipher.final()]).toString('hex');
    const uuid = [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
    return { type, uuid };
  }

  private keyOf(type: EntityType, viewerOrganisation: IdScope): Buffer {
    const label = viewerOrganisation === null ? `id|stable|${type}` : `id|org:${viewerOrganisation}|${type}`;
    const known = this.keys.get(label);
    if (known !== undefined) return known;
    const key = createHmac('sha256', this.secret).update(label).digest();
    const oldest = this.keys.keys().next();
    if (this.keys.size >= CACHED_KEYS_MAX && !oldest.done) this.keys.delete(oldest.value);
    this.keys.set(label, key);
    return key;
  }
}

function toBase32(block: Buffer): string {
  let rest = BigInt(`0x${block.toString('hex')}`);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = CROCKFORD.charAt(Number(rest & 31n)) + text;
    rest >>= BITS_PER_CHARACTER;
  }
  return text;
}

/** Null when the characters hold more than 128 bits: 26 characters have room for 130. */
function fromBase32(text: string): Buffer | null {
  if (text === '') return null;
  let number = 0n;
  for (const character of text) number = (number << BITS_PER_CHARACTER) | BigInt(CROCKFORD.indexOf(character));
  if (number >> 128n !== 0n) return null;
  return Buffer.from(number.toString(16).padStart(BLOCK_BYTES * 2, '0'), 'hex');
}
