#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { installWhenNeeded, root } = require('./install');

installWhenNeeded();
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const result = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(result.status ?? 1);
