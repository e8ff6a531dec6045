import { createHash, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  bindingKey,
  bindingPads,
  proofOf,
  type SignedBinding,
  signBinding,
} from '../../../src/database/boundTransaction';

const binding: SignedBinding = {
  desks: [3, 17],
  organisation: 3,
  may: 5,
  purpose: 'DUE_DILIGENCE',
  initiative: 2,
  expiresAtSeconds: 1_800_000_000,
  backendPid: 4242,
};
const key = bindingKey(Buffer.alloc(32, 7));

describe('a signed viewer', () => {
  test('is written in the agreed form', () => {
    const { claims, proof } = signBinding(key, binding);
    expect(claims).toBe('3,17|3|5/2|DUE_DILIGENCE|1800000000');
    const process = Buffer.from('00001092', 'hex');
    expect(proof).toBe(createHmac('sha256', key).update(process).update(claims).digest('hex'));
  });

  test('has a sign for each missing part, so that no part slides into the next', () => {
    const { claims } = signBinding(key, { ...binding, desks: [], purpose: '', initiative: null });
    expect(claims).toBe('|3|5/-|-|1800000000');
  });

  test('takes no digit of the claims for one of the process, or the other way round', () => {
    expect(proofOf(key, '1|2', 34)).not.toBe(proofOf(key, '1|23', 4));
    expect(proofOf(key, '41|2', 3)).not.toBe(proofOf(key, '1|2', 34));
  });

  test('differs when any part differs', () => {
    const part = fc.nat();
    const any = fc.record({
      desks: fc.array(part, { maxLength: 3 }),
      organisation: part,
      may: part,
      purpose: fc.constantFrom('', 'RESEARCH', 'AUDIT'),
      initiative: fc.option(part),
      expiresAtSeconds: part,
      backendPid: part,
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(signBinding(key, a).proof === signBinding(key, b).proof).toBe(same);
      }),
    );
  });

  test.each([
    ['a bar in the purpose', { purpose: 'A|B' }],
    ['a quote in the purpose', { purpose: "A'" }],
    ['the sign for none as the purpose', { purpose: '-' }],
    ['a negative desk', { desks: [-1] }],
    ['a desk that is no whole number', { desks: [1.5] }],
    ['an endless expiry', { expiresAtSeconds: Number.POSITIVE_INFINITY }],
    ['a process that fits no four bytes', { backendPid: 2 ** 31 }],
    ['a process that is no whole number', { backendPid: 1.5 }],
  ])('refuses %s', (_, fault) => {
    expect(() => signBinding(key, { ...binding, ...fault })).toThrow(RangeError);
  });

  test('can be verified with sha256 and the two stored blocks alone', () => {
    const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
    const { inner, outer } = bindingPads(key);
    const text = randomBytes(100);
    expect(sha256(outer, sha256(inner, text))).toEqual(createHmac('sha256', key).update(text).digest());
    // The broken twin: swapped blocks verify nothing.
    expect(sha256(inner, sha256(outer, text))).not.toEqual(createHmac('sha256', key).update(text).digest());
  });
});
