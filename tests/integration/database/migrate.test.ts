import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrate, pendingMigrations } from '../../../src/database/migrate';
import { StartupError } from '../../../src/database/startupError';
import { createTestDatabase, runAsAdmin, type TestDatabase } from '../../support/database';

class CreateFirst1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table first (id int)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table first');
  }
}

class CreateSecond1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table second (id int); select pg_sleep(0.05)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table second');
  }
}

class Fail1700000000003 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runner.query('select 1 / 0');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(() => database.drop());

const run = (migrations: (new () => MigrationInterface)[], extra: Partial<Parameters<typeof migrate>[0]> = {}) =>
  migrate({ adminUrl: database.url, secret: database.secret, migrations, ...extra });

const tables = async () => {
  const { rows } = await database.admin.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  return rows.map((row) => row.name);
};

describe('sluice migrate', () => {
  test('runs what is pending, once', async () => {
    expect(await run([CreateFirst1700000000001])).toEqual({ applied: ['CreateFirst1700000000001'], warnings: [] });
    const next = await run([CreateFirst1700000000001, CreateSecond1700000000002]);
    expect(next.applied).toEqual(['CreateSecond1700000000002']);
    expect((await run([CreateFirst1700000000001, CreateSecond1700000000002])).applied).toEqual([]);
    expect(await tables()).toEqual(['first', 'migration', 'second']);
  });

  test('leaves nothing behind when one migration fails', async () => {
    await expect(run([CreateFirst1700000000001, Fail1700000000003])).rejects.toThrow('division by zero');
    expect(await tables()).toEqual([]);
  });

  test('leaves nothing behind when the law cannot be applied', async () => {
    const applyPolicyBuild = () => Promise.reject(new Error('no such law'));
    await expect(run([CreateFirst1700000000001], { applyPolicyBuild })).rejects.toThrow('no such law');
    expect(await tables()).toEqual([]);
  });

  test('applies the law after the migrations, in their transaction', async () => {
    let seen: unknown;
    await run([CreateFirst1700000000001], {
      applyPolicyBuild: async (client) => {
        seen = (await client.query(`select to_regclass('first') is not null as there`)).rows[0];
        await client.query('create view seen as select 1 as one');
      },
    });
    expect(seen).toEqual({ there: true });
    expect(await tables()).toEqual(['first', 'migration', 'seen']);
  });

  test('of two nodes at once takes turns', async () => {
    const both = [CreateFirst1700000000001, CreateSecond1700000000002];
    const reports = await Promise.all([run(both), run(both)]);
    expect(reports.map((report) => report.applied.length).sort()).toEqual([0, 2]);
  });

  test('refuses a schema newer than this version and touches nothing', async () => {
    await run([CreateFirst1700000000001, CreateSecond1700000000002]);
    let applied = false;
    const applyPolicyBuild = async () => {
      applied = true;
    };
    const sentence =
      'the database was migrated by a newer version (migration `CreateSecond1700000000002` is unknown to this one): start that version or a later one';
    await expect(run([CreateFirst1700000000001], { applyPolicyBuild })).rejects.toThrow(sentence);
    expect(applied).toBe(false);
    expect(await tables()).toEqual(['first', 'migration', 'second']);
    await runAsAdmin(database.url, (client) =>
      expect(pendingMigrations(client, [CreateFirst1700000000001])).rejects.toThrow(sentence),
    );
  });

  test('tells a serving node what is pending', async () => {
    await run([CreateFirst1700000000001]);
    const pending = await runAsAdmin(database.url, (client) =>
      pendingMigrations(client, [CreateFirst1700000000001, CreateSecond1700000000002]),
    );
    expect(pending).toEqual(['CreateSecond1700000000002']);
  });
});

describe('a DATABASE_URL that does not lead to a database', () => {
  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return url.toString();
  };

  test.each([
    [
      'a wrong password',
      (url: URL) => (url.password = 'hunter2'),
      'the database refuses the user or password of DATABASE_URL',
    ],
    [
      'no such database',
      (url: URL) => (url.pathname = '/nowhere'),
      'the database named in DATABASE_URL does not exist',
    ],
    ['no server', (url: URL) => (url.port = '1'), 'no database answers at DATABASE_URL (ECONNREFUSED)'],
  ])('%s is one sentence without the password', async (_, change, sentence) => {
    const fault = await run([], { adminUrl: changed(change) }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(StartupError);
    expect(fault).toHaveProperty('message', sentence);
  });
});
