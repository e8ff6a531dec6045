import { createServer } from 'node:http';
import { Pool } from 'pg';
import { workloads } from '../workloads';

/** The physical limit: one handwritten statement, its JSON text passed through bare HTTP; no policy, no GraphQL. */
async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
  const server = createServer((request, response) => {
    const workload = workloads.find((candidate) => `/${encodeURIComponent(candidate.name)}` === request.url);
    if (workload === undefined) {
      response.writeHead(404).end();
      return;
    }
    request.resume();
    pool
      .query<{ answer: string }>({ name: workload.name, text: `select (${workload.sql})::text as answer`, values: [] })
      .then(({ rows }) => {
        const field = workload.name.startsWith('sites') ? 'sites' : 'measurements';
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"${field}":${rows[0]?.answer ?? 'null'}}`);
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(Number(process.env.PORT), '127.0.0.1', resolve));
  process.send?.('ready');
}

void main();
