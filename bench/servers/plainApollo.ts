import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { OPEN_CLASS } from '../workloads';

interface Measurement {
  id: string;
  siteId: string;
  indicator: string;
  value: string;
  unit: string;
  periodEnd: string;
  current: boolean;
  disclosureClass: number;
}

interface Site {
  id: string;
  name: string;
  country: string;
}

const text = (name: string): EntitySchemaColumnOptions => ({ type: 'text', name });
const measurements = new EntitySchema<Measurement>({
  name: 'measurement',
  schema: 'vault',
  columns: {
    id: { type: 'uuid', primary: true },
    siteId: { type: 'uuid', name: 'site_id' },
    indicator: text('indicator_id'),
    value: { type: 'numeric' },
    unit: text('unit'),
    periodEnd: { type: 'date', name: 'period_end' },
    current: { type: 'boolean' },
    disclosureClass: { type: 'smallint', name: 'disclosure_class' },
  },
});
const sites = new EntitySchema<Site>({
  name: 'site',
  schema: 'vault',
  columns: { id: { type: 'uuid', primary: true }, name: text('name'), country: text('country') },
});

const typeDefs = `
  type Measurement { indicator: String value: String unit: String periodEnd: String }
  type Site { id: ID name: String country: String measurements(first: Int!): [Measurement!]! }
  type Query { measurements(indicator: String!, first: Int!): [Measurement!]! sites(first: Int!): [Site!]! }`;

/** Apollo Server with plain TypeORM resolvers and no policy: how most hubs begin. */
async function main(): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: process.env.DATABASE_URL ?? '',
    entities: [measurements, sites],
    poolSize: 16,
  });
  await source.initialize();
  const open = { current: true, disclosureClass: OPEN_CLASS };
  const last = { direction: 'DESC', nulls: 'LAST' } as const;
  const latest = { periodEnd: last, id: last };
  const resolvers = {
    Query: {
      measurements: (_root: unknown, { indicator, first }: { indicator: string; first: number }) =>
        source.getRepository(measurements).find({ where: { ...open, indicator }, order: latest, take: first }),
      sites: (_root: unknown, { first }: { first: number }) =>
        source.getRepository(sites).find({ order: { name: 'ASC', id: 'ASC' }, take: first }),
    },
    Site: {
      measurements: (site: Site, { first }: { first: number }) =>
        source.getRepository(measurements).find({ where: { ...open, siteId: site.id }, order: latest, take: first }),
    },
  };
  const apollo = new ApolloServer({ typeDefs, resolvers, plugins: [ApolloServerPluginCacheControlDisabled()] });
  await apollo.start();
  const app = express();
  app.use('/graphql', express.json(), expressMiddleware(apollo));
  await new Promise<void>((resolve) => {
    app.listen(Number(process.env.PORT), '127.0.0.1', () => resolve());
  });
  process.send?.('ready');
}

void main();
