'use strict';

// A process of its own that sends to webhooks from the sources, for a test that kills it. Argument: the options as JSON.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...options,
    swcrc: false,
    sourceMaps: false,
    filename,
  });
  module._compile(code, filename);
};

const { openHub } = require('../../../src/server/hub.ts');
const { config, adminUrl, changedEventSettings } = JSON.parse(process.argv[2]);

openHub({ config: { ...config, secret: Buffer.from(config.secret, 'hex') }, adminUrl, changedEventSettings }).then(
  (hub) => {
    hub.startWebhooks();
    console.log('ready');
    setInterval(() => undefined, 1000);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
