'use strict';

// A process of its own that starts the embedded server from the sources and writes what it knows as one line of JSON,
// for tests that kill it (`fast` changes nothing then: a kill of processes leaves the system's write cache). Arguments: data folder, secret in hex.
require('./fromSources.cjs');
const { startEmbedded } = require('../../src/database/embedded.ts');
const [folder, secretHex] = process.argv.slice(2);

startEmbedded({ folder, secret: Buffer.from(secretHex, 'hex'), fast: true }).then(
  (server) => {
    console.log(JSON.stringify({ adminUrl: server.adminUrl }));
    process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
  },
  (error) => {
    console.log(JSON.stringify({ fault: error.message }));
    process.exit(1);
  },
);
