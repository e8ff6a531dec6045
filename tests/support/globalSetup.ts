import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../src/database/embedded';
import { migrate } from '../../src/database/migrate';
import { EVERY_GROUND } from '../../src/policy/grounds';
import { applyPolicyBuild } from '../../src/server/prepareDatabase';
import { removeLeftClusters, testRun } from './clusterOfRun';
import { databaseUrl, runAsAdmin, type TestCluster, testClusterVariable } from './database';

interface JestConfig {
  testPathPatterns?: { patterns?: string[] };
  nonFlagArgs?: string[];
}

/** One PostgreSQL for the whole run, with one migrated template; none when only unit tests were asked for. */
export default async function globalSetup(globalConfig: JestConfig): Promise<void> {
  const patterns = globalConfig.testPathPatterns?.patterns ?? globalConfig.nonFlagArgs ?? [];
  if (patterns.length > 0 && patterns.every((pattern) => pattern.includes('tests/unit'))) return;
  const secret = randomBytes(32);
  const adminUrl = await startOrJoin(secret);
  const namePrefix = `sluice_test_${randomBytes(4).toString('hex')}`;
  const templateName = `${namePrefix}_template`;
  const cluster: TestCluster = {
    adminUrl,
    secretHex: secret.toString('hex'),
    templateName,
    templateFault: null,
    namePrefix,
  };
  testRun.cluster = cluster;
  await runAsAdmin(adminUrl, (client) => client.query(`create database ${templateName} template template0`));
  const template = databaseUrl(adminUrl, templateName);
  await migrate({ adminUrl: template, secret, migrations: [] });
  try {
    await migrate({ adminUrl: template, secret, applyPolicyBuild });
    // Tests read as somebody with every office at once, whom no alliance has: kept ready, so that the plain way decides.
    await runAsAdmin(template, (client) => client.query('insert into policy.may (mask) values ($1)', [EVERY_GROUND]));
  } catch (error) {
    // Each test that wants the template fails with the reason; those that do not still run.
    cluster.templateFault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  process.env[testClusterVariable] = JSON.stringify(cluster);
}

/** DATABASE_URL, where set, must be a superuser's: it runs the same tests on that server. */
async function startOrJoin(secret: Buffer): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  await removeLeftClusters();
  testRun.folder = mkdtempSync(join(tmpdir(), 'sluice-jest-'));
  testRun.server = await startEmbedded({ folder: testRun.folder, secret, fast: true });
  return databaseUrl(testRun.server.adminUrl, 'postgres');
}
