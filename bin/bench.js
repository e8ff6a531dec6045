#!/usr/bin/env node
'use strict';

require('./nodeVersion')();
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { prepare, root } = require('./prepare');

// `npm run bench -- chain 10000`: the file of that name in bench/; without a name the main one.
const [name] = process.argv.slice(2);
const named = name !== undefined && /^\w+$/.test(name) && existsSync(join(root, 'bench', `${name}.ts`));
if (named) process.argv.splice(2, 1);
// Only the attacks on statistics need what the tests attack with.
const attacks =
  named && name.startsWith('statistics') ? ['tests/attacks/statistics', 'tests/unit/disclosureControl'] : [];
prepare({ also: ['bench', ...attacks] });
process.setSourceMapsEnabled(true);
process.argv[1] = join(root, 'dist', 'bench', `${named ? name : 'main'}.js`);
require('node:module').runMain();
