'use strict';

// A process of its own that answers one question and is killed by the system at its commit: `before` it is sent, or `after` it
// is durable but before the answer has left. Its argument is JSON: url, secret, question, asker, today, at.
require('reflect-metadata');
require('../../support/fromSources.cjs');
const { openPools } = require('../../../src/database/pools.ts');
const { loadCatalogue } = require('../../../src/modules/reference/index.ts');
const {
  answerQuestion,
  checkStatistic,
  LedgerStates,
  readRegistry,
} = require('../../../src/modules/statistics/index.ts');
const { meddled, withoutTables } = require('./statisticsWorld.ts');

const { url, secret, question, asker, today, at } = JSON.parse(process.argv[2]);

const pools = openPools({ adminUrl: url, secret: Buffer.from(secret, 'hex') });
const die = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const pool = meddled(pools.trustee, async (sql, run) => {
  if (sql !== 'commit' || at === 'never') return run();
  if (at === 'after') await run();
  return die();
});
const registry = withoutTables(readRegistry());
const context = { pool, registry, states: new LedgerStates(1), today };
answerQuestion(context, checkStatistic(question, registry, loadCatalogue()), asker).then((answer) => {
  console.log(JSON.stringify(answer));
  process.exit(0);
});
