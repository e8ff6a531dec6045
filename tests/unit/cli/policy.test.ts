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
  const policies = ['derivations.yaml', 'purposes.yaml', 'screening.yaml', 'classification.yaml', 'thresholds.yaml'];
  for (const path of ['law', 'build', ...policies]) {
    cpSync(join('policies', path), join(root, 'policies', path), { recursive: true });
  }
  mkdirSync(join(root, 'reference'));
  for (const name of ['phase-gates.csv', 'indicators.csv']) cpSync(`reference/${name}`, join(root, 'reference', name));
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'the law as it was');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => (process.exitCode = 0));

describe('the command line of the law', () => {
  it('checks that the law is valid', async () => {
    const [law = '', rest = ''] = (await run('check')).split('\n');
    expect(law).toMatch(/^the law is valid: \d+ policies, 173 cells, law [0-9a-f]{64}$/);
    expect(rest).toMatch(
      /^\d+ facts with \d+ classified columns, \d+ classes of figures, \d+ numbers .*, \d+ purposes, \d+ screening rules$/,
    );
  });

  it.each([
    ['classification.yaml', 'latitude: {', 'latitude: { closed: MAYBE,', /closed/],
    ['thresholds.yaml', 'value: 25', 'value: many', /dominancePercent/],
    ['thresholds.yaml', 'source: charter A2\n', "source: ''\n", /lacks its rationale or its source/],
    ['purposes.yaml', '[COMPETITION_COUNSEL]', '[NOBODY]', /not valid/],
    ['screening.yaml', 'tc/?rc|', '(|', /regular expression/i],
    ['derivations.yaml', 'GHG_INT', 'GHG_INTENSE', /GHG_INTENSE/],
  ])('finds a fault in %s', async (file, from, to, fault) => {
    const path = join(root, 'policies', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    await expect(run('check')).rejects.toThrow(fault);
    writeFileSync(path, text);
  });

  it('prints which columns and figures another classification opens, and to whom', async () => {
    const path = join(root, 'policies/classification.yaml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace(
        'budget_band: { cell: OWNER_ONLY/FUTURE_INTENT/CSI_CORE',
        'budget_band: { cell: BILATERAL/NONE/PERFORMANCE',
      ),
    );
    const difference = await run('diff', 'HEAD');
    expect(difference).toContain('0 cells opened, 0 closed\n1 classifications changed, 1 of them open something');
    expect(difference).toContain(
      'Plan.budget_band: OWNER_ONLY/FUTURE_INTENT/CSI_CORE, closed as HIDE -> BILATERAL/NONE/PERFORMANCE, closed as HIDE',
    );
    expect(difference).toMatch(/ {2}opened to .*the owner's customers/);
    const json: { classes: { subject: string }[] } = JSON.parse(await run('diff', 'HEAD', '--json'));
    expect(json.classes.map((change) => change.subject)).toEqual(['Plan.budget_band']);
    writeFileSync(path, text);
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
        '0 classifications changed, 0 of them open something',
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
    expect([matrix.cells.length, matrix.tables.length]).toEqual([173, 3]);
  });

  it('explains', async () => {
    const words = ['explain', '-g', 'CUSTOMER', 'CO_MEMBER', '--tier', 'BILATERAL', '--sensitivity', 'COST'];
    expect(await run(...words, '--competitor')).toContain('[competitors.no-csi;');
    const explanation: { outcome: string } = JSON.parse(await run(...words, '--json'));
    expect(explanation.outcome).toBe('ALLOW');
    expect(await run(...words, '--frozen')).toContain('[counsel.freeze;');
  });

  it('explains a figure or a field by its name', async () => {
    expect(await run('explain', '-g', 'CUSTOMER', '--indicator', 'GHG_INT')).toContain(
      '[limits.intensity-by-agreement;',
    );
    expect(await run('explain', '-g', 'GRANT', '--indicator', 'GHG_INT', '--covered')).toMatch(/^open to you/);
    expect(await run('explain', '-g', 'CO_MEMBER', '--type', 'Plan', '--field', 'budgetBand')).toContain(
      'CSI_CORE in phase',
    );
  });

  it.each([
    ['a ground', ['-g', 'FRIEND']],
    ['a tier', ['--tier', 'FRIENDS']],
    ['an outcome', ['--closed', 'ALLOW']],
    ['a type', ['--type', 'Secret']],
    ['a figure', ['--indicator', 'SECRET']],
  ])('refuses to explain %s that it does not know', async (_what, words) => {
    await expect(run('explain', ...words)).rejects.toThrow();
  });
});
