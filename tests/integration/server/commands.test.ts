import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command line as a user runs it. */
describe('sluice token', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-command-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const sluice = (settings: Record<string, string>, ...words: string[]) => {
    const env = { ...process.env, SLUICE_DATA: folder, DATABASE_URL: '', ...settings };
    const script = join(__dirname, '../../../bin/sluice.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test('prints a token in the demo, and one sentence for a name that nobody has', () => {
    const given = sluice({}, 'token', '--as', 'auto');
    expect(given).toMatchObject({ status: 0, stderr: '' });
    expect(given.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims: unknown = JSON.parse(Buffer.from(given.stdout.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ sub: 'demo-auto', aud: 'sluice' });
    expect(sluice({}, 'token', '--as', 'nobody')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'sluice: nobody in the demo is called `nobody`\n',
    });
  });

  test('refuses outside the demo', () => {
    const settings: Record<string, string>[] = [
      { SLUICE_DEMO: 'off' },
      { SLUICE_OIDC_ISSUER: 'https://login.example', SLUICE_OIDC_AUDIENCE: 'hub' },
    ];
    for (const each of settings) {
      const { status, stdout, stderr } = sluice(each, 'token', '--as', 'counsel');
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toBe('sluice: tokens are printed in the demo only: get one from the configured issuer\n');
    }
  });
});
