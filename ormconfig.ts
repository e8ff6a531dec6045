import { createDataSource, migrationClasses, moduleEntities } from './src/database/dataSource';
import { readConfig } from './src/config';

/**
 * For TypeORM's own command line, against the database of DATABASE_URL:
 *
 *   npm run -s build && DATABASE_URL=postgres://... npx typeorm migration:show -d dist/ormconfig.js
 *
 * `migration:create migrations/WhatItDoes` writes an empty migration. To run migrations use `sluice migrate`, which also
 * creates the roles and rebuilds views and row policies; `schema:sync` is never used.
 */
export default createDataSource(readConfig(process.env).databaseUrl ?? '', migrationClasses(), {
  entities: moduleEntities,
});
