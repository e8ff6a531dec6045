import { rememberVerifiedTokens, unauthenticated, type TokenVerifier, type VerifiedToken } from '../../../src/identity';
import { NOW, rules } from './people';

let now: Date;
let checks: string[];
let expiresAt: Date;
let verify: TokenVerifier;

/** Counts what reaches it; refuses every text that begins with `bad`. */
const counting: TokenVerifier = async (token): Promise<VerifiedToken> => {
  checks.push(token);
  if (token.startsWith('bad')) throw unauthenticated(new Error('bad'));
  return { subject: token, scopes: null, expiresAt };
};
const remembering = (thresholds = rules.thresholds): TokenVerifier =>
  rememberVerifiedTokens({ verify: counting, clock: () => now, thresholds });
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

beforeEach(() => {
  now = NOW;
  checks = [];
  expiresAt = later(3600);
  verify = remembering();
});

test('a token is checked once a minute, each token for itself', async () => {
  for (const token of ['a', 'b', 'a', 'a']) expect((await verify(token)).subject).toBe(token);
  now = later(59);
  await verify('a');
  expect(checks).toEqual(['a', 'b']);
  now = later(60);
  await verify('a');
  expect(checks).toEqual(['a', 'b', 'a']);
});

test('a token is never remembered past its end', async () => {
  expiresAt = later(10);
  await verify('a');
  now = later(10);
  await verify('a');
  expect(checks).toEqual(['a', 'a']);
});

test('a clock that is set back makes it check again', async () => {
  await verify('a');
  now = later(-1);
  await verify('a');
  expect(checks).toHaveLength(2);
});

test('a refusal is not remembered, and takes no place', async () => {
  verify = remembering({ ...rules.thresholds, tokenMemoryEntriesMax: 1 });
  await verify('a');
  for (let index = 0; index < 3; index += 1)
    await expect(verify('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await verify('a');
  expect(checks).toEqual(['a', 'bad', 'bad', 'bad']);
});

test('the memory is bounded, the oldest goes first', async () => {
  verify = remembering({ ...rules.thresholds, tokenMemoryEntriesMax: 2 });
  for (const token of ['a', 'b', 'c', 'b', 'c', 'a']) await verify(token);
  expect(checks).toEqual(['a', 'b', 'c', 'a']);
});
