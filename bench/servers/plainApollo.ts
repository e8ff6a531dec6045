import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import DataLoader from 'dataloader';
import express from 'express';
import { DataSource, EntitySchema, In, type EntitySchemaColumnOptions } from 'typeorm';
import { OPEN_CLASS } from '../workloads';

const text = (name: string): EntitySchemaColumnOptions => ({ type: 'text', name });
const whole = (name: string): EntitySchemaColumnOptions => ({ type: 'int', name });
const date = (name: string): EntitySchemaColumnOptions => ({ type: 'date', name });
const uuid = (name: string): EntitySchemaColumnOptions => ({ type: 'uuid', name });
const id: EntitySchemaColumnOptions = { type: 'uuid', primary: true };

interface Site {
  id: string;
  unitNo: number;
  name: string;
  country: string;
}
interface Link {
  id: string;
  unitNo: number;
  customerOwnerNo: number;
  mineral: string;
  state: string;
  confidence: string;
}
interface Answer {
  id: string;
  unitNo: number;
  demandId: string;
  state: string;
  deadline: string;
}
interface Place {
  unitNo: number;
  name: string;
}
interface Hop {
  linkId: string;
  near: number;
  far: number;
}

const measurements = new EntitySchema({
  name: 'measurement',
  schema: 'vault',
  columns: {
    ...{ id, siteId: uuid('site_id'), indicator: text('indicator_id'), value: { type: 'numeric' }, unit: text('unit') },
    ...{ periodEnd: date('period_end'), current: { type: 'boolean' }, disclosureClass: whole('disclosure_class') },
  },
});
const sites = new EntitySchema<Site>({
  name: 'site',
  schema: 'vault',
  columns: { id, unitNo: whole('unit_no'), name: text('name'), country: text('country') },
});
const links = new EntitySchema<Link>({
  name: 'link',
  schema: 'vault',
  columns: {
    ...{ id, unitNo: whole('unit_no'), customerOwnerNo: whole('customer_owner_no'), mineral: text('mineral_id') },
    ...{ state: text('state'), confidence: { type: 'numeric' } },
  },
});
const assessments = new EntitySchema({
  name: 'assessment',
  schema: 'vault',
  columns: { id, siteId: uuid('site_id'), standard: text('standard_id'), validTo: date('valid_to') },
});
const answers = new EntitySchema<Answer>({
  name: 'demand_response',
  schema: 'vault',
  columns: {
    id,
    unitNo: whole('unit_no'),
    demandId: uuid('demand_id'),
    state: text('state'),
    deadline: date('deadline'),
  },
});
const demands = new EntitySchema<{ id: string; title: string }>({
  name: 'demand',
  schema: 'vault',
  columns: { id, title: text('title') },
});
const entities = [measurements, sites, links, assessments, answers, demands];

const typeDefs = `
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

const last = { direction: 'DESC', nulls: 'LAST' } as const;

/** Of one request: what DataLoader gathers a level, and where the walk has been. */
class Asked {
  /** an object of its own: Apollo Server copies the context, which the loaders do not see */
  readonly walk = { reader: 0 };
  readonly expanded = new Set<number>();

  constructor(private readonly source: DataSource) {}

  readonly places = new DataLoader<number, Place | null>((units) =>
    this.by(
      'select unit_no as "unitNo", name from public.place where unit_no = any($1)',
      units,
      (row: Place) => row.unitNo,
    ).then((found) => units.map((unit) => found.get(unit)?.[0] ?? null)),
  );

  readonly hops = new DataLoader<number, Hop[]>((units) =>
    this.by(
      `select s.unit_no as unit, l.id as "linkId", l.near, l.far from public.stand s join public.shown_link l on l.reader = ${this.walk.reader} and l.near = s.at where s.unit_no = any($1)`,
      units,
      (row: Hop & { unit: number }) => row.unit,
    ).then((found) => units.map((unit) => found.get(unit) ?? [])),
  );

  readonly links = new DataLoader<string, Link | null>(async (ids) => {
    const found = await this.source.getRepository(links).findBy({ id: In([...ids]) });
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.map((each) => byId.get(each) ?? null);
  });

  readonly demands = new DataLoader<string, { title: string } | null>(async (ids) => {
    const found = await this.source.getRepository(demands).findBy({ id: In([...ids]) });
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.map((each) => byId.get(each) ?? null);
  });

  private async by<T>(sql: string, units: readonly number[], keyOf: (row: T) => number): Promise<Map<number, T[]>> {
    const found = new Map<number, T[]>();
    for (const row of await this.source.query<T[]>(sql, [units])) {
      const list = found.get(keyOf(row));
      if (list === undefined) found.set(keyOf(row), [row]);
      else list.push(row);
    }
    return found;
  }
}

const CELL = `select c.coordinates->>'stage' as stage, c.value, r.unit, c.contributors as n from released.release r join released.cell c on c.release_id = r.id
  where r.table_id = $1 and r.period_start = '2024-01-01'`;

function resolversOf(source: DataSource): object {
  const open = { current: true, disclosureClass: OPEN_CLASS };
  const latest = { periodEnd: last, id: last };
  const figures = source.getRepository(measurements);
  return {
    Query: {
      measurements: (_: unknown, { indicator, first }: { indicator: string; first: number }) =>
        figures.find({ where: { ...open, indicator }, order: latest, take: first }),
      sites: (_: unknown, { first }: { first: number }) =>
        source.getRepository(sites).find({ order: { name: 'ASC', id: 'ASC' }, take: first }),
      suppliers: (_: unknown, { unit, first }: { unit: number; first: number }) =>
        source.getRepository(links).find({
          where: { customerOwnerNo: unit, state: In(['CONFIRMED', 'DISCLOSED']) },
          order: { mineral: 'ASC', id: 'ASC' },
          take: first,
        }),
      inbox: (_: unknown, { unit, state, first }: { unit: number; state: string; first: number }) =>
        source.getRepository(answers).find({
          where: { unitNo: unit, state },
          order: { deadline: 'ASC', id: 'ASC' },
          take: first,
        }),
      valueChain: (_: unknown, { reader, unit }: { reader: number; unit: number }, asked: Asked) => {
        asked.walk.reader = reader;
        return asked.places.load(unit);
      },
      statistic: async (_: unknown, { table, stage }: { table: string; stage: string }) =>
        (await source.query<unknown[]>(`${CELL} and c.coordinates = $2`, [table, { stage }]))[0],
      statistics: (_: unknown, { table }: { table: string }) => source.query(`${CELL} order by 1`, [table]),
    },
    Site: {
      measurements: (site: Site, { first }: { first: number }) =>
        figures.find({ where: { ...open, siteId: site.id }, order: latest, take: first }),
      assessments: (site: Site, { first }: { first: number }) =>
        source
          .getRepository(assessments)
          .find({ where: { siteId: site.id }, order: { validTo: last, id: last }, take: first }),
    },
    Supplier: { site: (link: Link) => source.getRepository(sites).findOneBy({ unitNo: link.unitNo }) },
    Answer: { demand: (answer: Answer, _: unknown, asked: Asked) => asked.demands.load(answer.demandId) },
    Place: {
      // A place is opened where it is met first, else paths would be given instead of places.
      hops: (place: Place, _: unknown, asked: Asked) => {
        if (asked.expanded.has(place.unitNo)) return [];
        asked.expanded.add(place.unitNo);
        return asked.hops.load(place.unitNo);
      },
    },
    Hop: {
      near: (hop: Hop, _: unknown, asked: Asked) => asked.places.load(hop.near),
      far: (hop: Hop, _: unknown, asked: Asked) => asked.places.load(hop.far),
      confidence: async (hop: Hop, _: unknown, asked: Asked) => (await asked.links.load(hop.linkId))?.confidence,
    },
  };
}

/** Apollo Server with plain TypeORM resolvers and no policy: how most hubs begin. */
async function main(): Promise<void> {
  const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL ?? '', entities, poolSize: 16 });
  await source.initialize();
  const apollo = new ApolloServer<Asked>({
    typeDefs,
    resolvers: resolversOf(source) as never,
    plugins: [ApolloServerPluginCacheControlDisabled()],
  });
  await apollo.start();
  const app = express();
  app.use('/graphql', express.json(), expressMiddleware(apollo, { context: () => Promise.resolve(new Asked(source)) }));
  await new Promise<void>((resolve) => {
    app.listen(Number(process.env.PORT), '127.0.0.1', () => resolve());
  });
  process.send?.('ready');
}

void main();
