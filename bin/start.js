#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

prepare();
process.setSourceMapsEnabled(true);
require(join(root, 'dist', 'src', 'main.js'));
