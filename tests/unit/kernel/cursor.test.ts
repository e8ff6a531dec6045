import fc from 'fast-check';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { Cursors, type CursorKey } from '../../../src/kernel/cursor';

const secret = createHash('sha256').update('cursors for tests').digest();
const cursors = new Cursors(secret);

const anyKeys = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.constant(null),
  ),
  { maxLength: 5 },
);
const anyText = fc.string({ unit: 'binary', maxLength: 40 });

type Seal = (keys: readonly CursorKey[]) => string;
const seal: Seal = (keys) => cursors.seal('PUBLIC', 'sites by name', keys);

/** The twin: encrypted, but neither padded nor with a synthetic nonce. */
const carelessSeal: Seal = (keys) => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  return Buffer.concat([nonce, cipher.update(JSON.stringify(keys)), cipher.final()]).toString('base64url');
};

const tellsLength = (candidate: Seal) =>
  candidate(['Ab', 1]).length !== candidate(['A longer name of a site', 1]).length;
const differsByWorld = (candidate: Seal) => candidate(['Ab', 1]) !== candidate(['Ab', 1]);

describe('cursors', () => {
  it('come back to the keys they were made of', () => {
    fc.assert(
      fc.property(anyText, anyText, anyKeys, (viewer, fingerprint, keys) => {
        const cursor = cursors.seal(viewer, fingerprint, keys);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(cursors.open(viewer, fingerprint, cursor)).toEqual(keys.map((key) => (key === 0 ? 0 : key)));
      }),
    );
  });

  it('are byte-equal for equal positions, and a twin with a random nonce is caught', () => {
    expect(differsByWorld(seal)).toBe(false);
    expect(differsByWorld(carelessSeal)).toBe(true);
  });

  it('tell nothing by their length, and a twin without padding is caught', () => {
    expect(tellsLength(seal)).toBe(false);
    expect(tellsLength(carelessSeal)).toBe(true);
    const bytes = Buffer.from(seal(['x'.repeat(200)]), 'base64url').length - 12 - 16;
    expect(bytes % 64).toBe(0);
  });

  it('do not open for another viewer or another query', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyKeys, (viewer, fingerprint, other, keys) => {
        const cursor = cursors.seal(viewer, fingerprint, keys);
        if (other !== viewer) expect(cursors.open(other, fingerprint, cursor)).toBeNull();
        if (other !== fingerprint) expect(cursors.open(viewer, other, cursor)).toBeNull();
      }),
    );
  });

  it('keep viewer and query apart', () => {
    expect(cursors.open('a","b', 'c', cursors.seal('a', 'b","c', [1]))).toBeNull();
    expect(cursors.open('ab', 'c', cursors.seal('a', 'bc', [1]))).toBeNull();
  });

  it('do not open when one byte was changed, anywhere', () => {
    const cursor = Buffer.from(seal(['Chuquicamata', '2026-01-01', 7, null]), 'base64url');
    for (let at = 0; at < cursor.length; at += 1) {
      const tampered = Buffer.from(cursor);
      tampered.writeUInt8(tampered.readUInt8(at) ^ 1, at);
      expect(cursors.open('PUBLIC', 'sites by name', tampered.toString('base64url'))).toBeNull();
    }
  });

  it('do not open when cut or lengthened', () => {
    const cursor = seal(['Chuquicamata', 7]);
    for (let length = 0; length < cursor.length; length += 1) {
      expect(cursors.open('PUBLIC', 'sites by name', cursor.slice(0, length))).toBeNull();
    }
    expect(cursors.open('PUBLIC', 'sites by name', `${cursor}A`)).toBeNull();
  });

  it('have one spelling each', () => {
    const cursor = seal(['Chuquicamata', 7]);
    for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const spelt = cursor.slice(0, -1) + last;
      expect(cursors.open('PUBLIC', 'sites by name', spelt) === null).toBe(spelt !== cursor);
    }
    expect(cursors.open('PUBLIC', 'sites by name', `${cursor}=`)).toBeNull();
    expect(cursors.open('PUBLIC', 'sites by name', ` ${cursor}`)).toBeNull();
  });

  it('do not open with another secret', () => {
    const other = new Cursors(createHash('sha256').update('another secret').digest());
    expect(other.open('PUBLIC', 'sites by name', seal(['Ab', 1]))).toBeNull();
  });

  it('never throw on what comes from outside', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.base64String({ maxLength: 200 })), (text) => {
        expect(cursors.open('PUBLIC', 'sites by name', text)).toBeNull();
      }),
    );
    expect(cursors.open('PUBLIC', 'sites by name', 'A'.repeat(100_000))).toBeNull();
  });

  it('are not made of what JSON cannot carry, nor with a short secret', () => {
    expect(() => seal([Number.NaN])).toThrow(RangeError);
    expect(() => seal(['x'.repeat(10_000)])).toThrow(RangeError);
    expect(() => new Cursors(Buffer.alloc(31))).toThrow(RangeError);
  });
});
