import { removeCluster, testRun } from './clusterOfRun';
import { runAsAdmin } from './database';

export default async function globalTeardown(): Promise<void> {
  const { cluster, server, folder } = testRun;
  if (server && folder) {
    await server.stop();
    await removeCluster(folder);
  } else if (cluster) {
    await dropDatabases(cluster.adminUrl, cluster.namePrefix);
  }
}

/** On a server that outlives the run, nothing of the run stays. */
async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  await runAsAdmin(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like $1 || '%'`,
      [prefix.replaceAll('_', '\\_')],
    );
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  });
}
