#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

prepare({ also: ['bench'] });
process.setSourceMapsEnabled(true);
// `release` is a bench of its own: npm run bench -- release
const isRelease = process.argv[2] === 'release';
if (isRelease) process.argv.splice(2, 1);
require(join(root, 'dist', 'bench', isRelease ? 'release.js' : 'main.js'));
