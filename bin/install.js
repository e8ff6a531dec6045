'use strict';

const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const { join } = require('node:path');

const root = join(__dirname, '..');
const lockFile = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const stamp = join(root, 'node_modules', '.sluice-lock-hash');

const hashOf = (text) => createHash('sha256').update(text).digest('hex');

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes the list of what it installed; packages for
 * other platforms are in the lock and not in that list.
 */
function isInstalled() {
  if (!existsSync(installed)) return false;
  const lockText = readFileSync(lockFile, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(lockText)) return true;
  const wanted = JSON.parse(lockText).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const missing = Object.keys(wanted).some((path) => {
    if (path === '') return false;
    if (!(path in found)) return !wanted[path].optional;
    return found[path].version !== wanted[path].version;
  });
  if (!missing) writeFileSync(stamp, hashOf(lockText));
  return !missing;
}

/** Runs `npm ci` when packages are missing or older than the lock. */
function installWhenNeeded({ quiet = false } = {}) {
  if (isInstalled()) return;
  const report = quiet ? console.error : console.log;
  report('installing the packages of package-lock.json (npm ci); this takes a minute the first time');
  rmSync(stamp, { force: true });
  // All of npm's own output goes to stderr, so that a command whose output is data stays clean.
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    console.error('sluice could not install its packages: see the message of npm above');
    process.exit(1);
  }
}

module.exports = { installWhenNeeded, root };
