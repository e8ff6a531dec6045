import fc from 'fast-check';
import { createCipheriv, createHash } from 'node:crypto';
import { entityTypes, OpaqueIds, type EntityType, type IdScope } from '../../../src/kernel/opaqueId';

const secret = createHash('sha256').update('ids for tests').digest();
const ids = new OpaqueIds(secret);

const anyType = fc.constantFrom(...entityTypes);
const anyUuid = fc.uuid();
const anyScope: fc.Arbitrary<IdScope> = fc.oneof(fc.constant(null), fc.constant('PUBLIC'), fc.uuid());
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Encode = (type: EntityType, uuid: string, scope: IdScope) => string;

/** Ids of one row must not match between viewers, nor between a type and another. */
function matchesAcrossViewers(encode: Encode): boolean {
  const uuid = 'c0ffee00-0000-4000-8000-000000000001';
  const scopes: IdScope[] = [
    null,
    'PUBLIC',
    'stable',
    'a0000000-0000-4000-8000-000000000001',
    'a0000000-0000-4000-8000-000000000002',
  ];
  const bodies = scopes
    .flatMap((scope) => [encode('link', uuid, scope), encode('site', uuid, scope)])
    .map((id) => id.split('_')[1]);
  return new Set(bodies).size < bodies.length;
}

/** Rows made one after the other must not show it. */
function showsOrder(encode: Encode): boolean {
  const texts = Array.from({ length: 64 }, (_, index) =>
    encode('demand', `01890000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`, 'PUBLIC'),
  );
  return texts.every((text, index) => index === 0 || text > (texts[index - 1] ?? ''));
}

/** One key for all viewers: the twin that must be caught. */
const sameKeyForAll: Encode = (type, uuid) => {
  const cipher = createCipheriv('aes-256-ecb', secret, null).setAutoPadding(false);
  return `${type}_${cipher.update(uuid.replaceAll('-', ''), 'hex', 'hex')}`;
};
const plainUuid: Encode = (type, uuid) => `${type}_${uuid.replaceAll('-', '')}`;

describe('viewer-scoped ids', () => {
  it('come back to the row they were made of', () => {
    fc.assert(
      fc.property(anyType, anyUuid, anyScope, (type, uuid, scope) => {
        const id = ids.encode(type, uuid, scope);
        expect(id).toMatch(new RegExp(`^${type}_[0-9a-hjkmnp-tv-z]{26}$`));
        expect(ids.decode(id, scope)).toEqual({ type, uuid });
      }),
    );
  });

  it('cannot be matched between two viewers, and a twin with one key is caught', () => {
    expect(matchesAcrossViewers((type, uuid, scope) => ids.encode(type, uuid, scope))).toBe(false);
    expect(matchesAcrossViewers(sameKeyForAll)).toBe(true);
  });

  it('show no order of creation, and a twin that does is caught', () => {
    expect(showsOrder((type, uuid, scope) => ids.encode(type, uuid, scope))).toBe(false);
    expect(showsOrder(plainUuid)).toBe(true);
  });

  it("are nobody's row for another viewer: some UUID, which is simply not found", () => {
    fc.assert(
      fc.property(anyType, anyUuid, anyScope, anyScope, (type, uuid, mine, theirs) => {
        fc.pre(mine !== theirs);
        const decoded = ids.decode(ids.encode(type, uuid, theirs), mine);
        expect(decoded?.type).toBe(type);
        expect(decoded?.uuid).toMatch(UUID);
        expect(decoded?.uuid).not.toBe(uuid);
      }),
    );
  });

  it('are stable over processes and keyed by the secret', () => {
    const again = new OpaqueIds(Buffer.from(secret));
    const other = new OpaqueIds(createHash('sha256').update('another secret').digest());
    fc.assert(
      fc.property(anyType, anyUuid, anyScope, (type, uuid, scope) => {
        expect(again.encode(type, uuid, scope)).toBe(ids.encode(type, uuid, scope));
        expect(other.encode(type, uuid, scope)).not.toBe(ids.encode(type, uuid, scope));
      }),
    );
  });

  it('stay right when more keys are in use than are kept', () => {
    const uuid = '00000000-0000-4000-8000-000000000000';
    const first = ids.encode('site', uuid, 'organisation 0');
    for (let index = 1; index < 4200; index += 1) ids.encode('site', uuid, `organisation ${index}`);
    expect(ids.encode('site', uuid, 'organisation 0')).toBe(first);
  });
});

describe('what is no id', () => {
  const good = ids.encode('site', '00000000-0000-4000-8000-000000000000', null);

  it.each([
    ['nothing', ''],
    ['a UUID', '00000000-0000-4000-8000-000000000000'],
    ['a type nobody knows', good.replace('site', 'sites')],
    ['a type that is a property of every object', good.replace('site', 'constructor')],
    ['no type', good.replace('site', '')],
    ['upper case', good.toUpperCase()],
    ['a character too few', good.slice(0, -1)],
    ['a character too many', `${good}0`],
    ['a letter that is not in the alphabet', `${good.slice(0, -1)}u`],
    ['more than 128 bits', `site_${'z'.repeat(26)}`],
    ['a line feed at the end', `${good}\n`],
  ])('%s is null', (_, text) => {
    expect(ids.decode(text, null)).toBeNull();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), anyScope, (text, scope) => {
        expect(ids.decode(text, scope)).toBeNull();
        ids.decode(`site_${text}`, scope);
      }),
    );
  });

  it('is not made from anything but a UUID, nor with a short secret', () => {
    expect(() => ids.encode('site', '1', null)).toThrow(RangeError);
    expect(() => new OpaqueIds(Buffer.alloc(31))).toThrow(RangeError);
  });
});
