import { createServer } from 'node:http';
import { Pool } from 'pg';
import { workloads } from '../workloads';
import type { Reader } from '../world';

/** The physical limit: one handwritten statement, its JSON text passed through bare HTTP; no policy, no GraphQL. */
async function main(): Promise<void> {
  const readers = JSON.parse(process.env.READERS ?? '[]') as Reader[];
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
  const server = createServer((request, response) => {
    const [, name, no] = (request.url ?? '').split('/');
    const workload = workloads.find((candidate) => candidate.field === name);
    const reader = readers[Number(no)];
    request.resume();
    if (workload === undefined || reader === undefined) {
      response.writeHead(404).end();
      return;
    }
    pool
      .query<{ answer: string }>({
        name: workload.field,
        text: `select (${workload.sql})::text as answer`,
        values: workload.parameters(reader),
      })
      .then(({ rows }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"${workload.field}":${rows[0]?.answer ?? 'null'}}`);
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(Number(process.env.PORT), '127.0.0.1', resolve));
  process.send?.('ready');
}

void main();
