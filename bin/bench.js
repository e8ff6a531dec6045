#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

prepare({ also: ['bench'] });
process.setSourceMapsEnabled(true);
require(join(root, 'dist', 'bench', 'main.js'));
