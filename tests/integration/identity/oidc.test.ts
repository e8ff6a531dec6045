import { createHmac, createPublicKey } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { createTokenVerifier, readIdentityThresholds, remoteKeySet, type TokenVerifier } from '../../../src/identity';
import { DomainError } from '../../../src/kernel/errors';
import { RealIssuer } from './realIssuer';

const thresholds = readIdentityThresholds('policies');
const AUDIENCE = 'https://hub.test';
let skewSeconds = 0;
const clock = (): Date => new Date(Date.now() + skewSeconds * 1000);

let real: RealIssuer;
let stranger: RealIssuer;
let verify: TokenVerifier;

function verifierOf(issuer: string, keySetUrl: string | null = null): TokenVerifier {
  const keys = remoteKeySet({ issuer, keySetUrl, clock, thresholds });
  return createTokenVerifier({ issuer, audience: AUDIENCE, keys, clock, thresholds });
}

/** The broken twin: it reads the claims and believes them. */
async function believeEverything(token: string): Promise<string> {
  return Promise.resolve(String(decodeJwt(token).sub));
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const issuedAt = nowSeconds();
  return { iss: real.issuer(), aud: AUDIENCE, sub: 'machine', iat: issuedAt, exp: issuedAt + 600, ...changes };
}

async function publicKeys(): Promise<(JWK & { kid: string })[]> {
  const body: unknown = await (await fetch(`${real.issuer()}/jwks`)).json();
  if (typeof body !== 'object' || body === null || !('keys' in body) || !Array.isArray(body.keys)) return [];
  return body.keys;
}

async function signedWithPublicKeyAsSecret(secretOf: (jwk: JWK) => string): Promise<string> {
  const jwk = (await publicKeys()).find((key) => key.alg === 'RS256');
  if (jwk === undefined) throw new Error('the issuer has no RSA key');
  const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: jwk.kid })}.${encode(claims())}`;
  return `${signed}.${createHmac('sha256', secretOf(jwk)).update(signed).digest('base64url')}`;
}

/** Signed by a key of the attacker's own, with whatever header pretends that it is the issuer's. */
async function forged(header: Record<string, unknown>): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const full = { alg: 'ES256', typ: 'at+jwt', ...header, ...('jwk' in header ? { jwk } : {}) };
  return new SignJWT(claims()).setProtectedHeader(full).sign(privateKey);
}

const publicPem = (jwk: JWK): string =>
  createPublicKey({ key: { ...jwk }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();

const atJwt = { alg: 'ES256', typ: 'at+jwt' };

async function tampered(): Promise<string> {
  const [header, , signature] = (await real.token()).split('.');
  return `${header}.${encode(claims({ sub: 'somebody-else' }))}.${signature}`;
}

const ATTACKS: [string, () => Promise<string>][] = [
  ['meant for another service', () => real.token({ resource: 'https://other.test/' })],
  ['meant for a service whose name begins alike', () => real.token({ resource: 'https://hub.test.evil.test/' })],
  ['of another issuer, whose keys are named alike', () => stranger.token()],
  ['of another issuer that claims to be ours', () => stranger.sign(atJwt, claims())],
  ['of another tenant, signed by the very same key', () => real.token({ tenant: 'tenant-b' })],
  ['expired', () => real.sign(atJwt, claims({ iat: nowSeconds() - 700, exp: nowSeconds() - 31 }))],
  ['not valid yet', () => real.sign(atJwt, claims({ nbf: nowSeconds() + 60 }))],
  ['issued in the future', () => real.sign(atJwt, claims({ iat: nowSeconds() + 60 }))],
  ['without an end', () => real.sign(atJwt, claims({ exp: undefined }))],
  ['without a subject', () => real.sign(atJwt, claims({ sub: undefined }))],
  ['with an empty subject', () => real.sign(atJwt, claims({ sub: '' }))],
  ['with control characters in the subject', () => real.sign(atJwt, claims({ sub: 'demo-\u0000auto' }))],
  ['without an audience', () => real.sign(atJwt, claims({ aud: undefined }))],
  ['with alg none and no signature', async () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims())}.`],
  ['with alg None, spelt otherwise', async () => `${encode({ alg: 'nOnE', typ: 'JWT' })}.${encode(claims())}.`],
  ['with HS256 and the public key in PEM as secret', () => signedWithPublicKeyAsSecret(publicPem)],
  ['with HS256 and the public key in JSON as secret', () => signedWithPublicKeyAsSecret((jwk) => JSON.stringify(jwk))],
  ['with HS256 and the modulus as secret', () => signedWithPublicKeyAsSecret((jwk) => jwk.n ?? '')],
  ['forged under the name of the issuer’s key', () => forged({ kid: 'ES256-1' })],
  ['forged, with its own key in the header', () => forged({ kid: 'ES256-1', jwk: true })],
  ['forged, with an address of keys in the header', () => forged({ kid: 'ES256-1', jku: `${stranger.issuer()}/jwks` })],
  ['forged, with a path for a key id', () => forged({ kid: '../../../../dev/null' })],
  ['forged, with SQL for a key id', () => forged({ kid: "x' union select 'AA==' --" })],
  ['forged, with a name of every object for a key id', () => forged({ kid: '__proto__' })],
  ['forged, without a key id', () => forged({})],
  ['tampered with after it was signed', tampered],
  ['with the signature cut off', async () => `${(await real.token()).split('.').slice(0, 2).join('.')}.`],
  ['a logout token', () => real.sign({ alg: 'ES256', typ: 'logout+jwt' }, claims())],
  ['a proof of possession', () => real.sign({ alg: 'ES256', typ: 'dpop+jwt' }, claims())],
  ['bound to a key that the bearer did not show', () => real.sign(atJwt, claims({ cnf: { jkt: 'thumbprint' } }))],
  ['with a scope that is no text', () => real.sign(atJwt, claims({ scope: ['sluice:read'] }))],
  ['longer than any honest one', () => real.sign(atJwt, claims({ padding: 'x'.repeat(9000) }))],
];

beforeAll(async () => {
  [real, stranger] = await Promise.all([RealIssuer.start(), RealIssuer.start()]);
});
beforeEach(() => {
  skewSeconds = 0;
  verify = verifierOf(real.issuer());
});
afterAll(() => Promise.all([real.stop(), stranger.stop()]));

test.each(['ES256', 'RS256', 'EdDSA'])('a token of the issuer, signed with %s, is believed', async (algorithm) => {
  const token = await real.token({ resource: `https://hub.test/?alg=${algorithm}`, scope: 'sluice:read sluice:write' });
  expect(await verify(token)).toMatchObject({ subject: 'machine', scopes: ['read', 'write'] });
});

test('a token that names no scope of ours restricts nothing, one that names an unknown one of ours gives nothing', async () => {
  expect((await verify(await real.sign(atJwt, claims({ scope: 'openid profile' })))).scopes).toBeNull();
  expect((await verify(await real.sign(atJwt, claims({ scope: 'openid sluice:everything' })))).scopes).toEqual([]);
});

test.each(ATTACKS)(
  'a token %s is refused, and only a verifier that does not verify believes it',
  async (_name, make) => {
    const token = await make();
    await expect(believeEverything(token)).resolves.toBeDefined();
    const refusal: unknown = await verify(token).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    if (!(refusal instanceof DomainError)) return;
    expect(publicFace(refusal)).toEqual({
      code: 'UNAUTHENTICATED',
      publicMessage: 'the credential is not valid',
      rule: undefined,
      next: 'sign in again, or leave the header out to read as the public',
      issues: [],
    });
    expect(refusal.cause).toBeInstanceOf(Error);
  },
);

test.each(['', '.', '..', 'a.b.c', 'slk_', '{}', 'eyJhbGciOiJub25lIn0', 'é.é.é'])(
  'text `%s` that is no token is refused with the same answer',
  async (text) => {
    await expect(verify(text)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', issues: [] });
  },
);

test('a clock that differs by less than the skew is forgiven, one second more is not', async () => {
  const token = await real.sign(atJwt, claims({ iat: nowSeconds() - 700, exp: nowSeconds() + 100 }));
  skewSeconds = 100 + thresholds.clockSkewSeconds - 2;
  await expect(verify(token)).resolves.toMatchObject({ subject: 'machine' });
  skewSeconds = 100 + thresholds.clockSkewSeconds + 1;
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('after a rotation new tokens are believed and those of the withdrawn key are not', async () => {
  const before = await real.token();
  await expect(verify(before)).resolves.toBeDefined();
  await real.rotate();
  const after = await real.token();
  skewSeconds = thresholds.keySetCooldownSeconds;
  await expect(verify(after)).resolves.toMatchObject({ subject: 'machine' });
  await expect(verify(before)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('fifty invented key ids and twenty callers at once cost the issuer one request', async () => {
  const token = await real.token();
  const earlier = await real.keySetRequests();
  await Promise.all(Array.from({ length: 20 }, () => verify(token)));
  for (let index = 0; index < 50; index += 1) {
    await expect(verify(await forged({ kid: `invented-${index}` }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  expect((await real.keySetRequests()) - earlier).toBe(1);
  skewSeconds = thresholds.keySetCooldownSeconds;
  await expect(verify(await forged({ kid: 'invented' }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect((await real.keySetRequests()) - earlier).toBe(2);
  await expect(verify(token)).resolves.toBeDefined();
});

test('an issuer that is down locks nobody out for a while, but not for ever', async () => {
  const brief = await RealIssuer.start();
  const verifyBrief = verifierOf(brief.issuer());
  const token = await brief.token({ resource: 'https://hub.test/?ttl=7200' });
  await expect(verifyBrief(token)).resolves.toBeDefined();
  await brief.stop();
  skewSeconds = thresholds.keySetAgeSecondsMax + 1;
  await expect(verifyBrief(token)).resolves.toBeDefined();
  skewSeconds = thresholds.keySetStaleSecondsMax + 1;
  await expect(verifyBrief(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a discovery document that names another issuer is another issuer’s', async () => {
  const token = await real.sign(atJwt, claims({ iss: `${real.issuer()}/` }));
  await expect(verifierOf(`${real.issuer()}/`)(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(verifierOf(`${real.issuer()}/`, `${real.issuer()}/jwks`)(token)).resolves.toBeDefined();
});

function publicFace({ code, publicMessage, rule, next, issues }: DomainError): object {
  return { code, publicMessage, rule, next, issues };
}
