import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { IssueList } from '../../../src/kernel/issues';
import { checkWebhookUrl } from '../../../src/modules/events/checkWebhook';
import { roundedTime } from '../../../src/modules/events/eventBody';
import { postWebhook } from '../../../src/modules/events/postWebhook';
import { isPublicAddress } from '../../../src/modules/events/publicAddress';
import { eventSettings, parseEventSettings } from '../../../src/modules/events/settings';
import { afterAttempt } from '../../../src/modules/events/webhookSchedule';
import { signedHeaders, webhookSecret } from '../../../src/modules/events/webhookSignature';
import { createHmac } from 'node:crypto';
import { FrameWriter } from '../../../src/server/streams/frameWriter';

describe('addresses', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'localhost',
    '127.1',
    '0x7f000001',
    '',
  ])('%s is not of the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('where events may be sent', () => {
  const rules = (url: string, loopback = false): string[] => {
    const issues = new IssueList();
    checkWebhookUrl(url, loopback, issues);
    try {
      issues.throwIfAny();
      return [];
    } catch (error) {
      return (error as { issues: { rule: string }[] }).issues.map(({ rule }) => rule);
    }
  };
  test.each([
    ['https://hooks.example.org/a', []],
    ['https://8.8.8.8/a', []],
    ['http://hooks.example.org/a', ['URL.HTTPS']],
    ['https://user:word@hooks.example.org/', ['URL.CREDENTIALS']],
    ['https://hooks.example.org/#a', ['URL.FRAGMENT']],
    ['https://127.0.0.1/', ['URL.ADDRESS']],
    // the forms that the URL standard reads as addresses
    ['https://2130706433/', ['URL.ADDRESS']],
    ['https://0x7f.1/', ['URL.ADDRESS']],
    ['https://[::1]/', ['URL.ADDRESS']],
    ['https://[::ffff:10.0.0.1]/', ['URL.ADDRESS']],
    ['https://localhost/', ['URL.ADDRESS']],
    ['https://a.localhost/', ['URL.ADDRESS']],
    ['https://intranet/', ['URL.ADDRESS']],
    ['file:///etc/passwd', ['URL.HTTPS', 'URL.ADDRESS']],
    ['nothing', ['URL']],
  ])('%s', (url, expected) => {
    expect(rules(url)).toEqual(expected);
  });
  test('this machine only where a setting says so, and never the rest of its network', () => {
    expect(rules('http://127.0.0.1:9/', true)).toEqual([]);
    expect(rules('http://10.0.0.1/', true)).toEqual(['URL.HTTPS', 'URL.ADDRESS']);
  });
});

test('an attempt does not reach this machine unless a setting says so, by whatever name', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const post = { headers: {}, body: '{}', timeoutSeconds: 5 };
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
    for (const scheme of ['http', 'https']) {
      expect(await postWebhook({ ...post, url: `${scheme}://${host}:${port}/`, loopback: false })).toEqual({
        kind: 'UNREACHABLE',
      });
    }
  }
  expect(asked).toBe(0);
  expect(await postWebhook({ ...post, url: `http://127.0.0.1:${port}/`, loopback: true })).toMatchObject({
    status: 200,
  });
  expect(asked).toBe(1);
  await new Promise((resolve) => server.close(resolve));
});

describe('after an attempt', () => {
  const schedule = {
    webhookAttemptsMax: 3,
    webhookBackoffSeconds: 4,
    webhookBackoffSecondsMax: 10,
    webhookRetryAfterSecondsMax: 100,
  };
  const at = (attempt: number) => ({ event: { id: 'e', place: 9 }, sequence: 5, attempt, from: 7 });
  const answered = (status: number, retryAfterSeconds: number | null = null) =>
    ({ kind: 'ANSWERED', status, retryAfterSeconds }) as const;
  test('acknowledged: on to the next event', () => {
    expect(afterAttempt(at(2), answered(204), schedule)).toMatchObject({
      outcome: 'DELIVERED',
      place: 9,
      sequence: 5,
      attempts: 0,
      seconds: 0,
    });
  });
  test('not: the same place and number again, later and later, half by chance', () => {
    expect(afterAttempt(at(1), answered(500), schedule, 0)).toMatchObject({
      outcome: 'FAILED',
      place: 7,
      sequence: 4,
      seconds: 2,
    });
    expect(afterAttempt(at(2), { kind: 'TIMEOUT' }, schedule, 1)).toMatchObject({
      outcome: 'FAILED',
      cause: 'TIMEOUT',
      seconds: 8,
    });
    expect(afterAttempt(at(1), answered(302), schedule)).toMatchObject({ outcome: 'FAILED', cause: 'REDIRECT' });
    expect(afterAttempt(at(1), answered(410), schedule)).toMatchObject({ outcome: 'FAILED', stop: true });
  });
  test('as long as the receiver asks, within bounds', () => {
    expect(afterAttempt(at(1), answered(429, 60), schedule).seconds).toBe(60);
    expect(afterAttempt(at(1), answered(503, 10_000), schedule).seconds).toBe(100);
  });
  test('given up after the last, and the number is used', () => {
    expect(afterAttempt(at(3), answered(500), schedule)).toMatchObject({
      outcome: 'DEAD',
      place: 9,
      sequence: 5,
      attempts: 0,
    });
  });
});

test('a body is signed as the specification says, with every secret that is good', () => {
  const [hub, first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
  const headers = signedHeaders(hub, [first, second], { id: 'event_1', at: 1_700_000_000, body: '{"a":1}' });
  const expected = [first, second].map((nonce) => {
    const key = Buffer.from(webhookSecret(hub, nonce).replace('whsec_', ''), 'base64');
    return `v1,${createHmac('sha256', key).update('event_1.1700000000.{"a":1}').digest('base64')}`;
  });
  expect(headers).toEqual({
    'webhook-id': 'event_1',
    'webhook-timestamp': '1700000000',
    'webhook-signature': expected.join(' '),
  });
});

describe('a receiver that takes nothing', () => {
  const receiver = (taken: string[], isTaking: () => boolean): Writable =>
    new Writable({
      highWaterMark: 16,
      write: (chunk: Buffer, _encoding, done) => {
        taken.push(chunk.toString());
        if (isTaking()) done();
      },
    });

  test('is cut off within its time, and a taking one is not', async () => {
    const limits = { bufferBytesMax: 1000, slowSecondsMax: 0.1 };
    const taken: string[] = [];
    const slow = receiver(taken, () => false);
    const writer = new FrameWriter(slow, limits);
    expect(await writer.write('x'.repeat(20))).toBe(false);
    expect([slow.destroyed, await writer.write('y')]).toEqual([true, false]);
    const ready = new FrameWriter(
      receiver(taken, () => true),
      limits,
    );
    expect(await ready.write('x'.repeat(200))).toBe(true);
  });

  test('gets no heartbeat on top of what it has not taken', () => {
    const taken: string[] = [];
    const slow = receiver(taken, () => false);
    slow.write('x'.repeat(20));
    new FrameWriter(slow, { bufferBytesMax: 1000, slowSecondsMax: 1 }).beat();
    expect(slow.writableLength).toBe(20);
  });
});

test('times are rounded down', () => {
  expect(roundedTime(new Date('2026-03-01T10:14:59.999Z'), 15)).toBe('2026-03-01T10:00Z');
  expect(roundedTime(new Date('2026-03-01T10:15:00Z'), 15)).toBe('2026-03-01T10:15Z');
});

test('policies/events.yaml holds, and a missing, unknown or bare number is refused', () => {
  expect(eventSettings().retentionDays).toBe(7);
  expect(() => parseEventSettings('pollMilliseconds: { value: 1, rationale: a, source: b }')).toThrow(
    'lacks its value',
  );
  expect(() => parseEventSettings('other: { value: 1 }')).toThrow('unknown');
});
