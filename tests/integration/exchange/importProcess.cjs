'use strict';

// A process of its own that imports one file of an own kind from the sources, so that it can be killed at any moment.
// Arguments: config as JSON with the secret in hex, name of the person, kind, path. Writes the state it ended with.
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

require('reflect-metadata');
const { openPools } = require('../../../src/database/pools.ts');
const { actorOf } = require('../../../src/cli/actor.ts');
const { indexCatalogue, openOwnCsv, readImportSettings, runImport } = require('../../../src/modules/exchange/index.ts');

async function main() {
  const [configText, name, kind, path] = process.argv.slice(2);
  const given = JSON.parse(configText);
  const config = { ...given, secret: Buffer.from(given.secret, 'hex') };
  const pools = openPools({ adminUrl: config.databaseUrl, secret: config.secret });
  const actor = await actorOf(config, pools, { name, apiKey: null });
  const settings = readImportSettings(join(root, 'policies', 'exchange.yaml'));
  const source = await openOwnCsv(kind, path, {
    catalogue: indexCatalogue(actor.services.catalogue),
    links: settings.links,
    today: config.today,
  });
  const started = process.memoryUsage.rss();
  const report = await runImport(actor, { source: source.value, settings, partial: false, dryRun: false });
  const { maxRSS } = process.resourceUsage();
  console.log(
    JSON.stringify({ state: report.state, stored: report.stored, peakKilobytes: maxRSS, startedBytes: started }),
  );
  await pools.close();
}

main().catch((error) => {
  process.stdout.write(`${JSON.stringify({ fault: String(error.stack ?? error) })}\n`, () => process.exit(1));
});
