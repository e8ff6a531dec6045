// Mercurius with graphql-jit: the same rows by the same SQL condition, loaders for what is nested, no policy.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';

pg.types.setTypeParser(1082, (text) => text);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const OPEN = 16; // the disclosure class ALLIANCE / NONE, which every reader of this bench may see
const figure = `indicator_id as indicator, value, unit, period_end as "periodEnd"`;
const cell = `select c.coordinates->>'stage' as stage, c.value, r.unit, c.contributors as n from released.release r join released.cell c on c.release_id = r.id
  where r.table_id = $1 and r.period_start = '2024-01-01'`;

const schema = `
  type Measurement { indicator: String value: String unit: String periodEnd: String }
  type Assessment { standard: String validTo: String }
  type Site { id: ID name: String country: String measurements(first: Int!): [Measurement!]! assessments(first: Int!): [Assessment!]! }
  type Supplier { site: Site }
  type Demand { title: String }
  type Answer { state: String deadline: String demand: Demand }
  type Cell { stage: String value: String unit: String n: String }
  type Place { name: String hops: [Hop!]! }
  type Hop { near: Place far: Place confidence: String }
  type Query {
    measurements(indicator: String!, first: Int!): [Measurement!]! sites(first: Int!): [Site!]! suppliers(unit: Int!, first: Int!): [Supplier!]!
    inbox(unit: Int!, state: String!, first: Int!): [Answer!]! valueChain(reader: Int!, unit: Int!): Place
    statistic(table: String!, stage: String!): Cell statistics(table: String!): [Cell!]!
  }`;
const rowsOf = async (sql, values) => (await pool.query(sql, values)).rows;
const resolvers = {
  Query: {
    measurements: (_, { indicator, first }) =>
      rowsOf(
        `select ${figure} from vault.measurement where current and disclosure_class = ${OPEN} and indicator_id = $1 order by period_end desc nulls last, id desc nulls last limit $2`,
        [indicator, first],
      ),
    sites: (_, { first }) => rowsOf('select id, name, country from vault.site order by name, id limit $1', [first]),
    suppliers: (_, { unit, first }) =>
      rowsOf(
        `select unit_no from vault.link where customer_owner_no = $1 and state in ('CONFIRMED', 'DISCLOSED') order by mineral_id, id limit $2`,
        [unit, first],
      ),
    inbox: (_, { unit, state, first }) =>
      rowsOf(
        'select state, deadline, demand_id from vault.demand_response where unit_no = $1 and state = $2 order by deadline, id limit $3',
        [unit, state, first],
      ),
    valueChain: async (_, { reader, unit }, context) => {
      context.reader = reader;
      context.expanded = new Set();
      return (await rowsOf('select unit_no, name from public.place where unit_no = $1', [unit]))[0];
    },
    statistic: async (_, { table, stage }) => (await rowsOf(`${cell} and c.coordinates = $2`, [table, { stage }]))[0],
    statistics: (_, { table }) => rowsOf(`${cell} order by 1`, [table]),
  },
};

/** One statement a level: the rows of each key, in the order of the questions. */
const gathered = async (keys, sql, ...values) => {
  const byKey = new Map();
  for (const row of await rowsOf(sql, [keys, ...values])) {
    if (byKey.has(row.key)) byKey.get(row.key).push(row);
    else byKey.set(row.key, [row]);
  }
  return keys.map((key) => byKey.get(key) ?? []);
};
const first = (lists) => lists.map((list) => list[0] ?? null);
const placed = async (queries, end) =>
  first(
    await gathered(
      queries.map(({ obj }) => obj[end]),
      'select unit_no as key, unit_no, name from public.place where unit_no = any($1::int[])',
    ),
  );
const loaders = {
  Site: {
    measurements: (queries) =>
      gathered(
        queries.map(({ obj }) => obj.id),
        `select p.id as key, m.* from unnest($1::uuid[]) p(id) cross join lateral (select ${figure} from vault.measurement where site_id = p.id and current and disclosure_class = ${OPEN} order by period_end desc nulls last, id desc nulls last limit $2) m`,
        queries[0].params.first,
      ),
    assessments: (queries) =>
      gathered(
        queries.map(({ obj }) => obj.id),
        `select p.id as key, a.* from unnest($1::uuid[]) p(id) cross join lateral (select standard_id as standard, valid_to as "validTo" from vault.assessment where site_id = p.id order by valid_to desc nulls last, id desc nulls last limit $2) a`,
        queries[0].params.first,
      ),
  },
  Supplier: {
    site: async (queries) =>
      first(
        await gathered(
          queries.map(({ obj }) => obj.unit_no),
          'select unit_no as key, id, name, country from vault.site where unit_no = any($1::int[])',
        ),
      ),
  },
  Answer: {
    demand: async (queries) =>
      first(
        await gathered(
          queries.map(({ obj }) => obj.demand_id),
          'select id as key, title from vault.demand where id = any($1::uuid[])',
        ),
      ),
  },
  Place: {
    // A place is opened where it is met first, else paths would be given instead of places.
    hops: async (queries, { reader, expanded }) => {
      const units = queries.map(({ obj }) => obj.unit_no);
      const fresh = units.map((unit) => !expanded.has(unit) && expanded.add(unit) && true);
      const found = await gathered(
        units,
        `select s.unit_no as key, l.near, l.far, k.confidence from public.stand s join public.shown_link l on l.reader = $2 and l.near = s.at
         join vault.link k on k.id = l.id where s.unit_no = any($1::int[])`,
        reader,
      );
      return found.map((hops, place) => (fresh[place] ? hops : []));
    },
  },
  Hop: { near: (queries) => placed(queries, 'near'), far: (queries) => placed(queries, 'far') },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1 });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.send?.('ready');
