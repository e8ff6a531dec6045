#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { spawn } = require('node:child_process');
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

const bin = (name) => join(root, 'node_modules', '.bin', name);
const sluice = (...words) => [process.execPath, join(__dirname, 'sluice.js'), ...words];

/** The longest first, since two run at a time. */
const checks = [
  ['lint', bin('eslint'), '.', '--max-warnings', '0'],
  ['types', bin('tsc'), '-p', '.', '--noEmit'],
  ['format', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ['imports', bin('depcruise'), '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src', 'ormconfig.ts'],
  ['unused', bin('knip')],
  ['lock is complete', process.execPath, join(__dirname, 'completeLock.js'), '--check'],
  ['law is built', ...sluice('policy', 'build', '--check')],
  ['schema is printed', ...sluice('schema', 'print', '--check')],
];
const atOnce = 2;

async function main() {
  prepare();
  const waiting = [...checks];
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await run(check))) failed.push(check[0]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Prints one line, and the check's own output where it failed. */
function run([name, command, ...parameters]) {
  const start = process.hrtime.bigint();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(18)} ${seconds.toFixed(1)} s`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

main();
