import fc from 'fast-check';
import { bodyHash, canonicalJson, checkClientKey, type JsonValue } from '../../../src/kernel/clientKey';

/** The same value with the members of every object the other way round. */
function reversed(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, reversed(member)]),
    );
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

describe('the hash behind a client key', () => {
  it('does not depend on the order of members', () => {
    expect(canonicalJson({ b: 1, a: { d: [1, { z: null, y: 'ü' }], c: true } })).toBe(
      '{"a":{"c":true,"d":[1,{"y":"ü","z":null}]},"b":1}',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const known = reversed(reversed(value));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(known));
        expect(JSON.parse(canonicalJson(known))).toEqual(JSON.parse(JSON.stringify(known)));
      }),
    );
  });

  it('differs when the input does: order of lists, null and absent, text and number', () => {
    const inputs: JsonValue[] = [
      { a: [1, 2] },
      { a: [2, 1] },
      { a: null },
      {},
      { a: '1' },
      { a: 1 },
      [],
      '',
      null,
      { '': 1 },
    ];
    expect(new Set(inputs.map(bodyHash)).size).toBe(inputs.length);
    expect(bodyHash({ a: undefined })).toBe(bodyHash({}));
  });

  it('is SHA-256 of the canonical text', () => {
    expect(bodyHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('refuses what JSON cannot carry', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(RangeError);
  });
});

it('a client key is 8 to 100 plain characters', () => {
  expect(checkClientKey('2026-import:7')).toEqual({ ok: true, value: '2026-import:7' });
  for (const bad of ['', 'short', 'with space', 'x'.repeat(101), 'line\nfeed1', '<script>']) {
    expect(checkClientKey(bad)).toMatchObject({ error: { code: 'FORMAT' } });
  }
});
