import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/config';

const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = { SLUICE_SECRET: 's'.repeat(32) };
const oidc = { SLUICE_OIDC_ISSUER: 'https://id.example.org', SLUICE_OIDC_AUDIENCE: 'sluice' };

describe('the settings', () => {
  test('have defaults for a demo on this machine', () => {
    const config = readConfig({ SLUICE_DATA: folder });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4000, databaseUrl: null, demo: true, explorer: true });
    expect(config).toMatchObject({ dataFolder: folder, oidc: null, logLevel: 'info', today: null });
  });

  test('make a secret once, that only the owner may read', () => {
    const first = readConfig({ SLUICE_DATA: folder }).secret;
    expect(first).toHaveLength(32);
    expect(readConfig({ SLUICE_DATA: folder }).secret).toEqual(first);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(first.toString('hex'));
  });

  test('refuse a secret that others can read', () => {
    readConfig({ SLUICE_DATA: folder });
    chmodSync(join(folder, 'secret'), 0o644);
    expect(() => readConfig({ SLUICE_DATA: folder })).toThrow(/others can read .* \(chmod 600\)/);
    chmodSync(join(folder, 'secret'), 0o600);
  });

  test('turn the demo off where a database or an issuer is named, unless asked for', () => {
    const databaseUrl = { DATABASE_URL: 'postgres://u:p@db/sluice' };
    expect(readConfig({ ...secret, ...databaseUrl })).toMatchObject({ demo: false, explorer: false });
    expect(readConfig({ ...secret, ...oidc })).toMatchObject({ demo: false, oidc: { jwksUrl: null } });
    expect(readConfig({ ...secret, ...databaseUrl, SLUICE_DEMO: 'on' })).toMatchObject({ demo: true, explorer: true });
    expect(readConfig({ ...secret, SLUICE_DEMO: 'off' })).toMatchObject({ demo: false });
    expect(() => readConfig({ ...secret, ...oidc, SLUICE_DEMO: 'on' })).toThrow(/SLUICE_DEMO must be off/);
  });

  test('name every fault at once and no value', () => {
    const read = () =>
      readConfig({
        PORT: '99999',
        HOST: 'a b',
        DATABASE_URL: 'mysql://root:hunter2@x',
        SLUICE_SECRET: 'short-hunter2',
        SLUICE_OIDC_ISSUER: 'http://id.example.org',
        SLUICE_DEMO: 'maybe',
        SLUICE_LOG_LEVEL: 'loud',
        SLUICE_TODAY: '2026-02-31',
      });
    const names = ['PORT', 'HOST', 'DATABASE_URL', 'SLUICE_SECRET', 'SLUICE_OIDC_ISSUER', 'SLUICE_DEMO'];
    for (const name of [...names, 'SLUICE_LOG_LEVEL', 'SLUICE_TODAY']) {
      expect(read).toThrow(new RegExp(`(: |; )${name} must be`));
    }
    expect(read).not.toThrow(/hunter2/);
  });

  test.each([['2026-13-01'], ['2026-02-30'], ['20260101'], ['today']])('refuse the day %s', (day) => {
    expect(() => readConfig({ ...secret, SLUICE_DEMO: 'on', SLUICE_TODAY: day })).toThrow(/an ISO date/);
  });

  test('fix the day in the demo and in tests only', () => {
    const day = { SLUICE_TODAY: '2026-01-31' };
    expect(readConfig({ ...secret, ...day }).today).toBe('2026-01-31');
    expect(readConfig({ ...secret, ...oidc, ...day, NODE_ENV: 'test' }).today).toBe('2026-01-31');
    expect(() => readConfig({ ...secret, ...oidc, ...day })).toThrow(/SLUICE_TODAY must be unset outside the demo/);
  });

  test('want issuer and audience together', () => {
    expect(() => readConfig({ ...secret, SLUICE_OIDC_ISSUER: oidc.SLUICE_OIDC_ISSUER })).toThrow(
      /SLUICE_OIDC_AUDIENCE/,
    );
    expect(() => readConfig({ ...secret, SLUICE_OIDC_AUDIENCE: 'x' })).toThrow(/SLUICE_OIDC_ISSUER/);
  });
});
