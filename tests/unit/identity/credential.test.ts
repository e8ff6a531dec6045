import { authenticate, unauthenticated, type Authenticators } from '../../../src/identity';

const accepting: Authenticators = {
  verifyToken: async (token) => ({ subject: `subject of ${token}`, scopes: null, expiresAt: new Date(0) }),
  apiKeys: {
    authenticate: async (key) => ({ keyId: key, personId: 'p', scopes: ['read'], roles: [] }),
  },
};
const refusing: Authenticators = {
  verifyToken: () => Promise.reject(unauthenticated(new Error('token'))),
  apiKeys: { authenticate: () => Promise.reject(unauthenticated(new Error('key'))) },
};

test('no header means the public', async () => {
  expect(await authenticate(undefined, refusing)).toEqual({ kind: 'NONE' });
});

test.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER a.b.c'])('`%s` is a token', async (header) => {
  expect(await authenticate(header, accepting)).toMatchObject({
    kind: 'TOKEN',
    subject: 'subject of a.b.c',
    scopes: null,
  });
});

test('a bearer text that begins like a key is never tried as a token', async () => {
  const key = { kind: 'API_KEY', keyId: 'slk_x_y', personId: 'p', scopes: ['read'], roles: [] };
  expect(await authenticate('Bearer slk_x_y', accepting)).toEqual(key);
  await expect(authenticate('Bearer slk_x_y', { ...accepting, apiKeys: refusing.apiKeys })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test.each<[string | string[]]>([
  [''],
  ['Bearer'],
  ['Bearer '],
  ['Bearer  a.b.c'],
  ['Bearer a.b.c, Bearer d.e.f'],
  ['Bearer a b'],
  ['Basic dXNlcjpwYXNz'],
  ['a.b.c'],
  ['Bearer a.b.c\n'],
  [['Bearer a.b.c', 'Bearer d.e.f']],
  [['Bearer a.b.c']],
])('a header %j that is there and wrong is refused, not read as the public', async (header) => {
  await expect(authenticate(header, accepting)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a refused token and a refused key read the same', async () => {
  const face = (error: unknown): string =>
    JSON.stringify({ ...(error instanceof Error ? error : {}), cause: undefined });
  const token = await authenticate('Bearer a.b.c', refusing).then(String, face);
  expect(await authenticate('Bearer slk_a', refusing).then(String, face)).toBe(token);
  expect(token).toContain('UNAUTHENTICATED');
});
