import { faultySchema } from './faultySchema';
import { RunningHub } from './runningHub';
import { addMembers } from './smallAlliance';

const ADDRESS = /(?:src|href)="([^"]+)"/g;

describe('the explorer', () => {
  let hub: RunningHub;
  beforeAll(async () => {
    hub = await RunningHub.start({ schema: faultySchema() });
    await addMembers(hub.database.admin, ['auto']);
  });
  afterAll(() => hub.stop());

  const take = (path: string, body?: unknown) =>
    fetch(
      `${hub.url}${path}`,
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    );

  test('loads everything from the hub itself, and lets nothing else in', async () => {
    const page = await take('/');
    const html = await page.text();
    const addresses = [...html.matchAll(ADDRESS)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(5);
    for (const address of addresses.filter((each) => each !== 'data:,')) {
      expect(address).toMatch(/^\/explorer\/[a-z-]+\.(js|css)$/);
      const file = await take(address);
      expect([address, file.status, (await file.text()).length > 500]).toEqual([address, 200, true]);
      expect(file.headers.has('etag')).toBe(false);
    }
    expect(html).not.toMatch(/<script>|onload=|style="/);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toMatch(/https?:|unsafe-eval/);
  });

  test('gives a token of a demo identity, which the hub takes', async () => {
    const given = (await (await take('/explorer/token', { name: 'auto' })).json()) as { token: string };
    expect((await hub.ask('{ mine }', { token: given.token })).data).toEqual({ mine: 'mine' });
    expect((await take('/explorer/token', { name: 'nobody' })).status).toBe(404);
    expect((await take('/explorer/token', { name: { $gt: '' } })).status).toBe(404);
  });

  test('a form of another site gets no token', async () => {
    const forged = await fetch(`${hub.url}/explorer/token`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ name: 'auto' }),
    });
    expect(forged.status).toBe(404);
    expect(forged.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('nothing beside its files can be fetched', async () => {
    for (const path of ['/explorer/routes.ts', '/explorer/../hub.ts', '/explorer/%2e%2e/hub.ts', '/explorer/']) {
      expect((await take(path)).status).toBe(404);
    }
  });

  test('outside the demo it gives no tokens, and it is not there unless switched on', async () => {
    const settings = { demo: false, explorer: true };
    const outside = await RunningHub.start({ schema: faultySchema(), changedConfig: settings });
    const asked = await fetch(`${outside.url}/explorer/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"auto"}',
    });
    const listed = (await (await fetch(`${outside.url}/explorer/examples`)).json()) as { identities: unknown[] };
    expect([asked.status, listed.identities]).toEqual([404, []]);
    expect((await outside.ask('{ __schema { queryType { name } } }')).status).toBe(400);
    await outside.stop();
  });
});
