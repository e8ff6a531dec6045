// PostGraphile 5 with row-level security: role and organisation set per request, policy by EXISTS on the schema `peer`.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { makePgService } from 'postgraphile/adaptors/pg';

if (!Promise.withResolvers) {
  Promise.withResolvers = function withResolvers() {
    let resolve, reject;
    const promise = new this((a, b) => ((resolve = a), (reject = b)));
    return { promise, resolve, reject };
  };
}
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['peer'] })],
  grafserv: { port: Number(process.env.PORT), watch: false, graphiql: false },
  grafast: {
    context: (ctx) => ({
      pgSettings: {
        role: 'sluice_bench_peer',
        'peer.organisation': String(ctx.node?.req?.headers['x-organisation'] ?? ''),
      },
    }),
  },
};
const server = createServer();
server.on('error', (error) => {
  throw error;
});
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
