import type { ClientBase } from 'pg';

interface Measure {
  /** what stays open where the measure cannot be taken */
  what: string;
  /** a query for the statement that takes away what PUBLIC still holds; no row when nothing is left */
  query: string;
}

/** Columns of pg_class that count hidden rows or writes; all the others stay readable. */
const countingColumns = `'{reltuples,relpages,relallvisible,relallfrozen,relfrozenxid,relminmxid}'`;

function revokeFunctions(what: string, namePattern: string): Measure {
  return {
    what,
    query: `select 'revoke execute on function ' || string_agg(oid::regprocedure::text, ', ') || ' from public' as statement
      from pg_catalog.pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f' and proname ~ '${namePattern}'
       and has_function_privilege('public', oid, 'execute')
    having count(*) > 0`,
  };
}

const measures: Measure[] = [
  {
    what: 'temporary tables',
    query: `select format('revoke temporary on database %I from public', current_database()) as statement
             where has_database_privilege('public', current_database(), 'temporary')`,
  },
  {
    what: 'the schema public',
    query: `select 'revoke all on schema public from public' as statement from pg_catalog.pg_namespace
             where nspname = 'public'
               and (has_schema_privilege('public', oid, 'usage') or has_schema_privilege('public', oid, 'create'))`,
  },
  {
    what: 'functions in plpgsql',
    query: `select 'revoke usage on language plpgsql from public' as statement from pg_catalog.pg_language
             where lanname = 'plpgsql' and has_language_privilege('public', oid, 'usage')`,
  },
  revokeFunctions('large objects', '^lo(_|read$|write$)'),
  revokeFunctions('advisory locks', '^pg_(try_)?advisory_'),
  revokeFunctions(
    'sizes of tables and databases',
    '^pg_((total_)?relation|table|indexes|database|tablespace)_size$|^pg_relation_file',
  ),
  revokeFunctions(
    'counters of rows, locks, transactions and the write-ahead log',
    '^pg_stat_|^pg_lock_status$|^pg_(current|last)_(wal|xact|commit)|^pg_wal|^txid_|^pg_(current_)?snapshot|^pg_xact_|^pg_control_',
  ),
  revokeFunctions(
    'signals to sessions and messages to the write-ahead log',
    '^pg_(cancel|terminate)_backend$|^pg_logical_emit_message$|^pg_export_snapshot$',
  ),
  {
    what: 'statistics views',
    query: `select 'revoke select on ' || string_agg(oid::regclass::text, ', ') || ' from public' as statement
              from pg_catalog.pg_class
             where relnamespace = 'pg_catalog'::regnamespace and relkind = 'v' and relname ~ '^(pg_stat|pg_locks$)'
               and has_table_privilege('public', oid, 'select')
            having count(*) > 0`,
  },
  {
    what: 'row estimates in pg_class',
    query: `select format('revoke select on pg_catalog.pg_class from public; grant select (%s) on pg_catalog.pg_class to public',
                   string_agg(quote_ident(attname), ', ')) as statement
              from pg_catalog.pg_attribute
             where attrelid = 'pg_catalog.pg_class'::regclass and not attisdropped and attnum > 0
               and attname <> all (${countingColumns}::name[])
               and has_column_privilege('public', 'pg_catalog.pg_class'::regclass, 'reltuples', 'select')
            having count(*) > 0`,
  },
];

/**
 * Takes from PUBLIC, in the current database and inside the current transaction, what lets any login count, signal, lock
 * or store (`boundary.md` 5). The rights on a database itself are not copied from a template: run it on each copy.
 * @returns the measures that the current user may not take, one sentence each
 */
export async function hardenDatabase(client: ClientBase): Promise<string[]> {
  const skipped: string[] = [];
  for (const measure of measures) {
    if (!(await take(client, measure))) {
      skipped.push(`${measure.what} stay open to every login of this database: only a superuser may close them`);
    }
  }
  return skipped;
}

/** PostgreSQL refuses or merely warns when one may not revoke: what counts is whether anything is left. */
async function take(client: ClientBase, measure: Measure): Promise<boolean> {
  const statement = await remaining(client, measure);
  if (statement === null) return true;
  await client.query('savepoint hardening');
  try {
    await client.query(statement);
  } catch {
    await client.query('rollback to savepoint hardening');
  }
  await client.query('release savepoint hardening');
  return (await remaining(client, measure)) === null;
}

async function remaining(client: ClientBase, measure: Measure): Promise<string | null> {
  const { rows } = await client.query<{ statement: string }>(measure.query);
  return rows[0]?.statement ?? null;
}
