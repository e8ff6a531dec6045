import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createTokenVerifier, openLocalIssuer, readIdentityThresholds, type LocalIssuer } from '../../../src/identity';

const thresholds = readIdentityThresholds('policies');
const ISSUER = 'http://127.0.0.1:4000';
const AUDIENCE = 'sluice';
let now = new Date('2026-11-23T12:00:00Z');
const clock = (): Date => now;
let folder: string;

beforeEach(() => {
  now = new Date('2026-11-23T12:00:00Z');
  folder = mkdtempSync(join(tmpdir(), 'sluice-identity-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(changes: { demo?: boolean; dataFolder?: string; issuer?: string } = {}): Promise<LocalIssuer> {
  return openLocalIssuer({
    demo: true,
    dataFolder: folder,
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    thresholds,
    ...changes,
  });
}

const verifierOf = ({ keys }: LocalIssuer): ReturnType<typeof createTokenVerifier> =>
  createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, clock, thresholds });

test('a token of the local issuer is believed until it expires', async () => {
  const issuer = await open();
  const token = await issuer.issueToken({ subject: 'demo-auto', ttlSeconds: 60 });
  const verify = verifierOf(issuer);
  expect(await verify(token)).toEqual({
    subject: 'demo-auto',
    scopes: null,
    expiresAt: new Date('2026-11-23T12:01:00Z'),
  });
  now = new Date('2026-11-23T12:01:31Z');
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('scopes asked for are scopes given', async () => {
  const issuer = await open();
  const token = await issuer.issueToken({ subject: 'demo-partner', ttlSeconds: 60, scopes: ['read', 'export'] });
  expect((await verifierOf(issuer)(token)).scopes).toEqual(['read', 'export']);
});

test('outside the demo there is no local issuer, and no key is made', async () => {
  await expect(open({ demo: false })).rejects.toMatchObject({ code: 'STATE', rule: 'LOCAL_ISSUER.DEMO_ONLY' });
  expect(readdirSync(folder)).toEqual([]);
});

test('the key pair stays, only its owner can read it, and nothing else is left in the folder', async () => {
  const first = await open();
  const token = await first.issueToken({ subject: 'demo-auto', ttlSeconds: 60 });
  const second = await open();
  expect(second.jwks()).toEqual(first.jwks());
  await expect(verifierOf(second)(token)).resolves.toBeDefined();
  expect(statSync(join(folder, 'local-issuer.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['local-issuer.json']);
});

test('hub and command line that start together agree on one key', async () => {
  const issuers = await Promise.all(Array.from({ length: 8 }, () => open()));
  expect(new Set(issuers.map((issuer) => JSON.stringify(issuer.jwks()))).size).toBe(1);
});

test('a token of another demo is worth nothing, though its issuer is named alike', async () => {
  const otherFolder = mkdtempSync(join(tmpdir(), 'sluice-identity-'));
  const other = await open({ dataFolder: otherFolder });
  rmSync(otherFolder, { recursive: true, force: true });
  const token = await other.issueToken({ subject: 'demo-counsel', ttlSeconds: 60 });
  const issuer = await open();
  expect(decodeJwt(token).iss).toBe(issuer.issuer);
  await expect(verifierOf(issuer)(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('the published documents fit together and hold no private part', async () => {
  const issuer = await open();
  expect(issuer.openidConfiguration()).toMatchObject({ issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json` });
  const stored = readFileSync(join(folder, 'local-issuer.json'), 'utf8');
  const secret = /"d":"([^"]+)"/.exec(stored)?.[1] ?? '';
  expect(secret).toHaveLength(43);
  expect(JSON.stringify(issuer.jwks())).not.toContain(secret);
  const header = decodeProtectedHeader(await issuer.issueToken({ subject: 'demo-auto', ttlSeconds: 60 }));
  expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: issuer.jwks().keys[0]?.kid });
});

test.each([0, -1, 1.5, Number.NaN, thresholds.localTokenSecondsMax + 1])(
  'a time to live of %p is refused',
  async (ttlSeconds) => {
    const issuer = await open();
    await expect(issuer.issueToken({ subject: 'demo-auto', ttlSeconds })).rejects.toMatchObject({
      code: 'VALIDATION',
      issues: [{ path: ['ttlSeconds'], rule: 'TOKEN.TTL' }],
    });
  },
);

test('a key that others can read is refused, not mended', async () => {
  await open();
  chmodSync(join(folder, 'local-issuer.json'), 0o644);
  await expect(open()).rejects.toMatchObject({ code: 'STATE', rule: 'SECRET_FILE.MODE' });
  expect(statSync(join(folder, 'local-issuer.json')).mode & 0o777).toBe(0o644);
});

test.each(['', '{}', 'not json', '{"x":"AA","y":"AA"}', '{"x":"AA","y":"AA","d":"AA"}'])(
  'a damaged key `%s` is refused without being quoted',
  async (text) => {
    writeFileSync(join(folder, 'local-issuer.json'), text, { mode: 0o600 });
    const refusal: unknown = await open().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'STATE', rule: 'LOCAL_ISSUER.KEY' });
    expect(refusal).not.toHaveProperty('cause');
  },
);
