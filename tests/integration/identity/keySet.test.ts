import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { createTokenVerifier, readIdentityThresholds, remoteKeySet, type TokenVerifier } from '../../../src/identity';

const thresholds = { ...readIdentityThresholds('policies'), keySetTimeoutSeconds: 1, keySetBytesMax: 4096 };
let server: Server;
let base: string;
let answer: RequestListener;
let token: string;
let keySet: string;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
  token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(base)
    .setAudience('hub')
    .setSubject('somebody')
    .setExpirationTime('10m')
    .sign(privateKey);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function isAddress(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function verifier(clock = (): Date => new Date()): TokenVerifier {
  const keys = remoteKeySet({ issuer: base, keySetUrl: `${base}/keys`, clock, thresholds });
  return createTokenVerifier({ issuer: base, audience: 'hub', keys, clock, thresholds });
}

const serving =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

test('a key set at the address given is used', async () => {
  answer = serving(200, keySet);
  await expect(verifier()(token)).resolves.toMatchObject({ subject: 'somebody' });
});

const FAULTS: [string, () => RequestListener][] = [
  ['an error page', () => serving(500, keySet)],
  [
    'a redirect',
    () => (request, response) =>
      void (request.url === '/keys' ? response.writeHead(302, { location: '/moved' }).end() : response.end(keySet)),
  ],
  ['no JSON', () => serving(200, '<html>')],
  ['JSON that is no key set', () => serving(200, '{"keys":"all"}')],
  ['a list of keys that are none', () => serving(200, '{"keys":[1,null]}')],
  ['a key set that is too long', () => serving(200, keySet + ' '.repeat(thresholds.keySetBytesMax))],
  [
    'an answer without end',
    () => (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(1024))) if (response.destroyed) return;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    },
  ],
  ['silence', () => () => undefined],
  ['a symmetric key', () => serving(200, JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'one' }] }))],
];

test.each(FAULTS)('%s for a key set refuses, in time, with the one public answer', async (_name, make) => {
  answer = make();
  await expect(verifier()(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a good signature by an algorithm that is not on the list is refused', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true });
  answer = serving(200, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] }));
  const unlisted = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', kid: 'one' })
    .setIssuer(base)
    .setAudience('hub')
    .setSubject('somebody')
    .setExpirationTime('10m')
    .sign(privateKey);
  await expect(jwtVerify(unlisted, publicKey, { issuer: base, audience: 'hub' })).resolves.toBeDefined();
  await expect(verifier()(unlisted)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('an issuer that fails is asked again only after the cooldown, and then believed', async () => {
  let now = Date.now();
  let requests = 0;
  const failing = serving(503, '');
  answer = (request, response) => {
    requests += 1;
    failing(request, response);
  };
  const verify = verifier(() => new Date(now));
  for (let index = 0; index < 10; index += 1) await expect(verify(token)).rejects.toThrow();
  expect(requests).toBe(1);
  answer = serving(200, keySet);
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  now += thresholds.keySetCooldownSeconds * 1000;
  await expect(verify(token)).resolves.toBeDefined();
});

test.each([
  'http://issuer.test',
  'http://127.0.0.1.evil.test',
  'http://localhost@evil.test',
  'ftp://127.0.0.1',
  'file:///etc/keys',
  'issuer.test',
  '',
])('keys are not fetched in the clear: `%s` is refused at the start', (issuer) => {
  const settings = { keySetUrl: null, clock: () => new Date(), thresholds };
  const refusal = expect.objectContaining({ code: 'VALIDATION', rule: 'OIDC.HTTPS' });
  expect(() => remoteKeySet({ ...settings, issuer })).toThrow(refusal);
  expect(() => remoteKeySet({ ...settings, issuer: base, keySetUrl: issuer })).toThrow(refusal);
});
