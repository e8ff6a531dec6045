#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

// Quietly: the output of a command may be data.
prepare({ quiet: true });
process.setSourceMapsEnabled(true);
require(join(root, 'dist', 'src', 'cli', 'main.js'));
