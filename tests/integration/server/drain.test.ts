import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultySchema, Gate } from './faultySchema';
import { RunningHub } from './runningHub';

describe('stopping', () => {
  test('an operation under way is finished, a new one is not taken, and readiness ends', async () => {
    const gate = new Gate();
    const hub = await RunningHub.start({ schema: faultySchema(gate) });
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    const slow = hub.ask('{ slow }');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopping = hub.hub.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(hub.ask('{ fine }')).rejects.toThrow('fetch failed');
    gate.release();
    expect((await slow).data).toEqual({ slow: 'late' });
    await stopping;
    await hub.database.drop();
  });

  test('an operation that does not end holds the stop no longer than its limit', async () => {
    const hub = await RunningHub.start({ schema: faultySchema(), changedLimits: { drainSecondsMax: 1 } });
    const slow = hub.ask('{ slow }').catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await hub.hub.stop();
    expect(performance.now() - started).toBeLessThan(4000);
    expect(await slow).toBe('cut');
    await hub.database.drop();
  });

  test('an operation that takes too long is answered in its place, without what it finds later', async () => {
    const gate = new Gate();
    const hub = await RunningHub.start({ schema: faultySchema(gate), changedLimits: { requestSecondsMax: 1 } });
    const { status, errors, data } = await hub.ask('{ slow }');
    expect([status, errors[0]?.extensions?.code, data]).toEqual([503, 'TIMEOUT', undefined]);
    gate.release();
    expect((await hub.ask('{ fine }')).data).toEqual({ fine: 'fine' });
    await hub.stop();
  });

  test('not ready while the database is gone or was loaded from another law', async () => {
    const hub = await RunningHub.start({ schema: faultySchema() });
    const ready = async () => (await fetch(`${hub.url}/readyz`)).status;
    expect(await ready()).toBe(200);
    await hub.database.admin.query(`update policy.law set law_hash = 'other'`);
    expect(await ready()).toBe(503);
    expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
    await hub.stop();
  });
});

describe('the process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-start-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  interface Ended {
    code: number | null;
    output: string;
    errors: string;
  }

  /** Runs `npm start`'s own script; `onLine` may send it a signal. */
  const run = (settings: Record<string, string>, onServing: (kill: () => void, url: string) => void): Promise<Ended> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(__dirname, '../../../bin/start.js')], {
        env: { ...process.env, SLUICE_DATA: folder, PORT: '0', DATABASE_URL: '', ...settings },
      });
      const ended: Ended = { code: null, output: '', errors: '' };
      child.stderr.on('data', (chunk: Buffer) => (ended.errors += chunk.toString()));
      let seen = false;
      child.stdout.on('data', (chunk: Buffer) => {
        ended.output += chunk.toString();
        const url = /sluice serves (http:\S+)\/graphql/.exec(ended.output)?.[1];
        if (url === undefined || seen) return;
        seen = true;
        onServing(() => child.kill('SIGTERM'), url);
      });
      child.once('exit', (code) => resolve({ ...ended, code }));
    });

  test('serves, says what to try, and ends with 0 when told to stop', async () => {
    const statuses: number[] = [];
    const { code, output, errors } = await run({}, (kill, url) => {
      void fetch(`${url}/readyz`).then(({ status }) => {
        statuses.push(status);
        kill();
      });
    });
    expect({ code, statuses, errors: errors.replace(/^\{.*\}\n/gm, '') }).toEqual({
      code: 0,
      statuses: [200],
      errors: '',
    });
    expect(output).toContain('Five things to try');
  }, 120_000);

  test('a taken port is one sentence and a non-zero exit, and the data folder is free again', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, errors } = await run({ PORT: String(port) }, () => undefined);
    other.close();
    expect([code, errors]).toEqual([1, `sluice: \`127.0.0.1:${port}\` is taken: set PORT to another one\n`]);
  }, 120_000);

  test('a wrong setting is one sentence and a non-zero exit', async () => {
    const { code, errors } = await run({ PORT: 'many' }, () => undefined);
    expect([code, errors]).toEqual([1, 'sluice: the settings are not valid: PORT must be a number from 0 to 65535\n']);
  }, 120_000);
});
