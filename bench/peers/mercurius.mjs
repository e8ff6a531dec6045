// Mercurius with graphql-jit: the same rows by the same SQL condition, loaders for the nested list, no policy.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';

pg.types.setTypeParser(1082, (text) => text);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const OPEN = 16; // the disclosure class ALLIANCE / NONE, which every reader of this bench may see
const figure = `indicator_id as indicator, value, unit, period_end as "periodEnd"`;

const schema = `
  type Measurement { indicator: String value: String unit: String periodEnd: String }
  type Site { id: ID name: String country: String measurements(first: Int!): [Measurement!]! }
  type Query { measurements(indicator: String!, first: Int!): [Measurement!]! sites(first: Int!): [Site!]! }`;
const resolvers = {
  Query: {
    measurements: async (_root, { indicator, first }) =>
      (
        await pool.query(
          `select ${figure} from vault.measurement where current and disclosure_class = ${OPEN} and indicator_id = $1 order by period_end desc nulls last, id desc nulls last limit $2`,
          [indicator, first],
        )
      ).rows,
    sites: async (_root, { first }) =>
      (await pool.query('select id, name, country from vault.site order by name, id limit $1', [first])).rows,
  },
};
const loaders = {
  Site: {
    measurements: async (queries) => {
      const ids = queries.map(({ obj }) => obj.id);
      const { rows } = await pool.query(
        `select p.id as site, m.* from unnest($1::uuid[]) p(id) cross join lateral (select ${figure} from vault.measurement where site_id = p.id and current and disclosure_class = ${OPEN} order by period_end desc nulls last, id desc nulls last limit $2) m`,
        [ids, queries[0].params.first],
      );
      return ids.map((id) => rows.filter((row) => row.site === id));
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1 });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.send?.('ready');
