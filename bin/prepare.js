#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { createHash } = require('node:crypto');
const {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { dirname, join, relative, sep } = require('node:path');
const { installWhenNeeded, root } = require('./install');

const dist = join(root, 'dist');
const manifestFile = join(dist, '.compiled.json');
const sources = ['src', 'migrations', 'ormconfig.ts'];
/** Packages of their own, which no part of the hub loads. */
const excluded = ['bench/peers'];
/** What, beside its own text, decides what a file compiles to. */
const compilerInputs = ['.swcrc', 'package-lock.json', 'bin/prepare.js'];

/**
 * Makes the checkout runnable: packages as in the lock, TypeScript compiled to dist/. Compiles only what changed and
 * removes what has no source any more.
 *
 * @param {{ quiet?: boolean, also?: string[] }} options `also`: further folders, such as bench
 */
function prepare({ quiet = false, also = [] } = {}) {
  installWhenNeeded({ quiet });
  const before = readManifest();
  const compiler = hashOf(compilerInputs.map((file) => readFileSync(join(root, file), 'utf8')).join('\0'));
  const reusable = before.compiler === compiler ? before.files : {};
  const files = {};
  const changed = [];
  for (const file of [...sources, ...also].flatMap(listTypeScript)) {
    const { mtimeMs, size } = statSync(join(root, file));
    const known = reusable[file];
    const isCurrent = known && existsSync(outputOf(file));
    if (isCurrent && known.mtimeMs === mtimeMs && known.size === size) {
      files[file] = known;
      continue;
    }
    const hash = hashOf(readFileSync(join(root, file)));
    files[file] = { mtimeMs, size, hash };
    if (!isCurrent || known.hash !== hash) changed.push(file);
  }
  // Folders that this call was not asked for keep what was compiled from them, as long as the source is there.
  for (const file of Object.keys(reusable)) {
    if (!(file in files) && existsSync(join(root, file)) && !sources.some((source) => isBelow(file, source))) {
      files[file] = reusable[file];
    }
  }
  const outputs = new Set(Object.keys(files).map(outputOf));
  const stale = listOutputs(dist).filter((output) => !outputs.has(output.replace(/\.map$/, '')));
  if (changed.length > 0) compile(changed);
  for (const output of stale) rmSync(output, { force: true });
  if (changed.length > 0 || stale.length > 0 || !sameManifest(before, { compiler, files })) {
    writeAtomically(manifestFile, JSON.stringify({ compiler, files }));
  }
  if (!quiet && changed.length > 0) console.log(`compiled ${changed.length} of ${Object.keys(files).length} files`);
}

function compile(files) {
  const { transformSync } = require('@swc/core');
  const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
  const faults = [];
  for (const file of files) {
    try {
      const { code, map } = transformSync(readFileSync(join(root, file), 'utf8'), {
        ...options,
        swcrc: false,
        filename: join(root, file),
        sourceFileName: relative(dirname(outputOf(file)), join(root, file)),
      });
      const output = outputOf(file);
      mkdirSync(dirname(output), { recursive: true });
      writeAtomically(`${output}.map`, map);
      writeAtomically(output, `${code}\n//# sourceMappingURL=${output.split(sep).at(-1)}.map\n`);
    } catch (error) {
      faults.push(`${file}: ${error.message}`);
    }
  }
  if (faults.length > 0) {
    console.error(`sluice could not compile:\n${faults.join('\n')}`);
    process.exit(1);
  }
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(manifestFile, 'utf8'));
  } catch {
    return { compiler: null, files: {} };
  }
}

function sameManifest(before, after) {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Two commands may prepare at the same time: a file is there whole or not at all. */
function writeAtomically(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

function listTypeScript(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory())
      return excluded.includes(`${path}/${entry.name}`) ? [] : listTypeScript(`${path}/${entry.name}`);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [`${path}/${entry.name}`] : [];
  });
}

function listOutputs(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = join(folder, entry.name);
    if (entry.isDirectory()) return listOutputs(full);
    return /\.js(\.map)?$/.test(entry.name) ? [full] : [];
  });
}

const outputOf = (file) => join(dist, file.replace(/\.ts$/, '.js'));
const isBelow = (file, source) => file === source || file.startsWith(`${source}/`);
const hashOf = (content) => createHash('sha256').update(content).digest('hex');

module.exports = { prepare, root };
if (require.main === module) prepare();
