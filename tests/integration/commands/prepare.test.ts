import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const project = resolve(__dirname, '../../..');
let checkout: string;

/** A checkout with two source files; its packages are links, its npm a script that tells how it was called. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'sluice-jest-checkout-'));
  cpSync(join(project, 'bin'), join(checkout, 'bin'), { recursive: true });
  for (const file of ['.swcrc', 'package.json', 'package-lock.json']) cpSync(join(project, file), join(checkout, file));
  mkdirSync(join(checkout, 'node_modules'));
  symlinkSync(join(project, 'node_modules', '@swc'), join(checkout, 'node_modules', '@swc'));
  cpSync(join(project, 'node_modules', '.package-lock.json'), join(checkout, 'node_modules', '.package-lock.json'));
  write(
    'src/main.ts',
    `import { text } from './cli/main';\nconsole.log('started', text, process.argv.slice(2).join());\n`,
  );
  write(
    'src/cli/main.ts',
    `export const text: string = 'typed';\nif (process.argv[2] === 'data') console.log('{}');\n`,
  );
  write('tools/npm', '#!/bin/sh\necho "npm was called: $*" >&2\nexit 3\n');
  chmodSync(join(checkout, 'tools', 'npm'), 0o755);
});
afterEach(() => rmSync(checkout, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function run(script: string, ...parameters: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, PATH: `${join(checkout, 'tools')}:${process.env.PATH}` };
  return spawnSync(process.execPath, [join(checkout, 'bin', script), ...parameters], { encoding: 'utf8', env });
}

const output = (path: string) => join(checkout, 'dist', path);

describe('the commands of a checkout', () => {
  test('compile what changed and only that', () => {
    expect(run('prepare.js').stdout).toBe('compiled 2 of 2 files\n');
    const before = statSync(output('src/cli/main.js')).mtimeMs;
    expect(run('prepare.js').stdout).toBe('');
    write('src/main.ts', 'export const changed = 1;\n');
    expect(run('prepare.js').stdout).toBe('compiled 1 of 2 files\n');
    expect(statSync(output('src/cli/main.js')).mtimeMs).toBe(before);
    expect(readFileSync(output('src/main.js'), 'utf8')).toContain('changed');
  });

  test('remove what has no source any more, and make again what was removed', () => {
    run('prepare.js');
    rmSync(join(checkout, 'src/main.ts'));
    rmSync(output('src/cli/main.js'));
    expect(run('prepare.js').stdout).toBe('compiled 1 of 1 files\n');
    expect(existsSync(output('src/main.js'))).toBe(false);
    expect(existsSync(output('src/main.js.map'))).toBe(false);
    expect(existsSync(output('src/cli/main.js'))).toBe(true);
  });

  test('name each file that does not compile, and keep the compiled ones of before', () => {
    run('prepare.js');
    write('src/main.ts', 'const = ;\n');
    write('src/cli/main.ts', 'also not {{\n');
    const result = run('prepare.js');
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^sluice could not compile:\nsrc\/cli\/main.ts: [^]*\nsrc\/main.ts: /);
    expect(existsSync(output('src/main.js'))).toBe(true);
    expect(run('prepare.js').status).toBe(1);
  });

  test('start the hub with the arguments given', () => {
    expect(run('start.js', '--port', '1').stdout).toBe('compiled 2 of 2 files\nstarted typed --port,1\n');
  });

  test('write nothing but data where a command writes data', () => {
    expect(run('sluice.js', 'data').stdout).toBe('{}\n');
  });

  test.each([
    ['no packages', () => rmSync(join(checkout, 'node_modules/.package-lock.json'))],
    [
      'a package of another version than the lock',
      () => {
        const file = join(checkout, 'node_modules/.package-lock.json');
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(/("node_modules\/pg": \{\s*"version": ")[^"]*/, '$10.0.1'),
        );
      },
    ],
  ])('install by npm ci with %s, and say so when that fails', (_, damage) => {
    damage();
    const result = run('sluice.js', 'data');
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(
      /installing the packages[^]*npm was called: ci .*--include=dev[^]*could not install its packages/,
    );
  });

  test('refuse a Node that is too old in one sentence', () => {
    write('old.cjs', `Object.defineProperty(process.versions, 'node', { value: '20.18.1' });\n`);
    const old = spawnSync(process.execPath, ['-r', join(checkout, 'old.cjs'), join(checkout, 'bin/start.js')], {
      encoding: 'utf8',
    });
    expect(old).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'sluice needs Node 20.19 or newer, and this is Node 20.18.1\n',
    });
  });

  test('tell a lock that lists the packages of every platform from one that does not', () => {
    expect(run('completeLock.js', '--check').status).toBe(0);
    const file = join(checkout, 'package-lock.json');
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    delete lock.packages['node_modules/@swc/core-darwin-arm64'];
    writeFileSync(file, JSON.stringify(lock));
    expect(run('completeLock.js', '--check')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('core-darwin-arm64'),
    });
    run('completeLock.js');
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  });
});
