'use strict';

// A process of its own that builds the registered tables of a year from the sources, and says MIDDLE at its first linear
// program, with inputs frozen and nothing committed: there the test kills it. Arguments: connection string, secret in hex, year.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '..', '..', '..');
const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
require.extensions['.ts'] = (module, filename) => {
  const settings = { ...options, swcrc: false, sourceMaps: false, filename };
  module._compile(transformSync(readFileSync(filename, 'utf8'), settings).code, filename);
};
require('reflect-metadata');

const loadHighs = require('highs');
const { openPools } = require('../../../src/database/pools.ts');
const { highsSolver } = require('../../../src/disclosureControl/index.ts');
const { loadCatalogue } = require('../../../src/modules/reference/index.ts');
const { buildReleases, readRegistry } = require('../../../src/modules/statistics/index.ts');

const [adminUrl, secretHex, year] = process.argv.slice(2);

async function main() {
  const solver = highsSolver(await loadHighs());
  let solved = 0;
  const speaking = {
    open: (program) => {
      solved += 1;
      // Written at once, and then a pause in which the test kills: a synchronous solver leaves no other.
      if (solved === 1) {
        require('node:fs').writeSync(1, 'MIDDLE\n');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      }
      return solver.open(program);
    },
  };
  const { trustee: pool } = openPools({ adminUrl, secret: Buffer.from(secretHex, 'hex') });
  await buildReleases(
    {
      pool,
      registry: readRegistry(),
      catalogue: loadCatalogue(),
      lawHash: 'test',
      today: '2026-11-23',
      solver: speaking,
    },
    { period: { start: `${year}-01-01`, end: `${Number(year) + 1}-01-01` }, dryRun: false, newVintage: false },
  );
  console.log('DONE');
}

main().then(
  () => process.exit(0),
  (error) => {
    console.log(error.message);
    process.exit(1);
  },
);
