import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerPolicyCommands } from '../../../src/cli/policy';

const root = mkdtempSync(join(tmpdir(), 'sluice-policy-'));
const MASKS = join(root, 'policies/build/masks.json');

function git(...words: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  execFileSync('git', [...identity, ...words], { cwd: root, stdio: 'pipe' });
}

async function run(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => lines.push(text) });
  registerPolicyCommands(program, { root, write: (text) => lines.push(text) });
  for (const command of program.commands.flatMap((item) => [item, ...item.commands]))
    command.copyInheritedSettings(program);
  await program.parseAsync(['policy', ...words], { from: 'user' });
  return lines.join('\n');
}

beforeAll(() => {
  for (const path of ['law', 'build', 'classification.yaml', 'thresholds.yaml']) {
    cpSync(join('policies', path), join(root, 'policies', path), { recursive: true });
  }
  mkdirSync(join(root, 'reference'));
  cpSync('reference/phase-gates.csv', join(root, 'reference/phase-gates.csv'));
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'the law as it was');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => (process.exitCode = 0));

describe('the command line of the law', () => {
  it('checks that the law is valid', async () => {
    expect(await run('check')).toMatch(/^the law is valid: \d+ policies, 165 cells, law [0-9a-f]{64}$/);
  });

  it('builds, finds the build up to date, and finds it stale after a change of law', async () => {
    await run('build');
    expect(await run('build', '--check')).toBe('the build is up to date');
    expect(process.exitCode).toBe(0);
    const law = join(root, 'policies/law/tiers.cedar');
    const text = readFileSync(law, 'utf8');
    writeFileSync(law, text.replace('principal.relation == Relation::"CLEAN_TEAM"', 'principal.staff'));
    const built = readFileSync(MASKS, 'utf8');
    expect(await run('build', '--check')).toMatch(/^stale: policies\/build\/masks\.json/);
    expect(process.exitCode).toBe(1);
    expect(readFileSync(MASKS, 'utf8')).toBe(built);
    expect(await run('build')).toMatch(/^written: policies\/build\/masks\.json/);
    expect(await run('diff', 'HEAD')).toBe(
      [
        '3 cells opened, 1 closed',
        "opened to the alliance's analyst: tier CLEAN_TEAM (tier.clean-team)",
        'opened to competition counsel: tier CLEAN_TEAM (tier.clean-team)',
        'opened to the secretariat: tier CLEAN_TEAM (tier.clean-team)',
        'closed to the clean team: tier CLEAN_TEAM (nothing opens it any more)',
      ].join('\n'),
    );
    const difference: { cells: unknown[] } = JSON.parse(await run('diff', 'HEAD', '--json'));
    expect(difference.cells).toHaveLength(4);
    writeFileSync(law, text);
    await run('build');
  });

  it.each(['--output=/tmp/x', '-1', 'a b', '$(x)', ''])('refuses %p for a revision', async (text) => {
    await expect(run('diff', '--', text)).rejects.toThrow();
  });

  it('prints the matrix as text and as JSON', async () => {
    expect(await run('matrix')).toContain("gate 1, the owner's tier");
    const matrix: { cells: unknown[]; tables: unknown[] } = JSON.parse(await run('matrix', '--json'));
    expect([matrix.cells.length, matrix.tables.length]).toEqual([165, 3]);
  });

  it('explains', async () => {
    const words = ['explain', '-g', 'CUSTOMER', 'CO_MEMBER', '--tier', 'BILATERAL', '--sensitivity', 'COST'];
    expect(await run(...words, '--competitor')).toContain('[competitors.no-csi;');
    const explanation: { outcome: string } = JSON.parse(await run(...words, '--json'));
    expect(explanation.outcome).toBe('ALLOW');
  });

  it.each([
    ['a ground', ['-g', 'FRIEND']],
    ['a tier', ['--tier', 'FRIENDS']],
    ['an outcome', ['--closed', 'ALLOW']],
  ])('refuses to explain %s that it does not know', async (_what, words) => {
    await expect(run('explain', ...words)).rejects.toThrow();
  });
});
