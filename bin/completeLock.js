#!/usr/bin/env node
'use strict';

/**
 * Completes package-lock.json by hand after an `npm install` from a registry that lacks packages for other platforms:
 * npm then leaves them out of the lock, and `npm ci` refuses such a lock everywhere. Adds an entry, without a checksum,
 * for each optional dependency that has none. Prints what it added; `--check` only tells, and fails if something is missing.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const lockFile = join(__dirname, '..', 'package-lock.json');
const systems = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony', 'aix', 'sunos'];
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'];
const libraries = { gnu: 'glibc', musl: 'musl' };

/** The entries that are missing, by their place in node_modules. */
function missingEntries(packages) {
  const missing = {};
  for (const [place, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isFound(packages, place, name)) continue;
      missing[`node_modules/${name}`] = entryOf(name, version, parent);
    }
  }
  return missing;
}

/** Node looks in the package's own node_modules, then in that of each parent. */
function isFound(packages, place, name) {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

function entryOf(name, version, parent) {
  if (!/^\d/.test(version)) throw new Error(`${name}: the version ${version} is no exact one`);
  const words = name.split('/').at(-1).split('-');
  const library = words.at(-1) in libraries ? libraries[words.at(-1)] : undefined;
  const found = (list) => list.filter((each) => words.includes(each));
  if (found(systems).length !== 1 || found(processors).length !== 1) throw new Error(`${name}: unknown platform`);
  return {
    version,
    cpu: found(processors),
    ...(parent.dev ? { dev: true } : {}),
    ...(library ? { libc: [library] } : {}),
    optional: true,
    os: found(systems),
  };
}

const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const missing = missingEntries(lock.packages);
const names = Object.keys(missing);
if (names.length > 0) console.log(`without an entry in package-lock.json:\n${names.join('\n')}`);
if (process.argv.includes('--check')) {
  process.exitCode = names.length > 0 ? 1 : 0;
} else if (names.length > 0) {
  const { '': root, ...others } = { ...lock.packages, ...missing };
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries([['', root], ...sorted]);
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}
