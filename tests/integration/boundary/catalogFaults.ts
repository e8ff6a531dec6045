import type { Pool, PoolClient } from 'pg';
import { factShapes } from '../../support/referenceModel/facts';
import { definerFunctions } from './definerFunctions';

/** Each query returns one row per fault; none is the only good answer. */
interface Check {
  claim: string;
  query: string;
  parameters?: unknown[];
}

const LOGINS = ['sluice_reader', 'sluice_contributor', 'sluice_trustee', 'sluice_auditor'];
/** What the lookups of the law read, as the owner of the views. */
const LOOKED_UP = `array['policy.viewer', 'policy.rights_gate']::regclass[]`;
const ROLES = [...LOGINS, 'sluice_discloser'];

const roles: Check[] = [
  {
    claim: 'no role of the hub is superuser, bypasses row security, creates roles or databases, or replicates',
    query: `select rolname from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
    parameters: [ROLES],
  },
  {
    claim: 'no login role is a member of another role, or owns anything',
    query: `select r.rolname, coalesce(o.what, 'a membership') from pg_roles r
       left join lateral (
         select relname::text from pg_class where relowner = r.oid union all select proname from pg_proc where proowner = r.oid
         union all select nspname from pg_namespace where nspowner = r.oid union all select datname from pg_database where datdba = r.oid) o(what) on true
      where r.rolname = any($1) and (o.what is not null or exists (select from pg_auth_members m where m.member = r.oid))`,
    parameters: [LOGINS],
  },
  {
    claim: 'the owner of the views owns views in `disclosed` alone, logs in never, and is a member of nothing',
    query: `select c.relname::text from pg_class c where c.relowner = 'sluice_discloser'::regrole
         and (c.relkind <> 'v' or c.relnamespace <> 'disclosed'::regnamespace)
       union all select proname from pg_proc where proowner = 'sluice_discloser'::regrole
       union all select nspname from pg_namespace where nspowner = 'sluice_discloser'::regrole
       union all select rolname from pg_roles r where rolname = 'sluice_discloser'
         and (rolcanlogin or exists (select from pg_auth_members m where m.member = r.oid))`,
  },
];

const reach: Check[] = [
  {
    claim: 'the reader has no privilege on the vault',
    query: `select 'schema vault' where has_schema_privilege('sluice_reader', 'vault', 'usage, create')
       union all select c.oid::regclass::text from pg_class c where c.relnamespace = 'vault'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
         and (has_table_privilege('sluice_reader', c.oid, 'select, insert, update, delete, truncate, references, trigger')
           or has_any_column_privilege('sluice_reader', c.oid, 'select, insert, update, references'))`,
  },
  {
    claim: 'the reader reads disclosed, released and reference, and the hash of the law, and nothing else of ours',
    query: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('vault', 'policy', 'identity', 'audit', 'intake', 'trustee', 'events') and c.relkind in ('r', 'v', 'm', 'p', 'S')
        and c.oid <> 'policy.law'::regclass and has_any_column_privilege('sluice_reader', c.oid, 'select')`,
  },
  {
    claim: 'the reader writes nowhere and creates nothing',
    query: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'v', 'm', 'p')
        and (has_table_privilege('sluice_reader', c.oid, 'insert, update, delete, truncate')
          or has_any_column_privilege('sluice_reader', c.oid, 'insert, update'))
      union all select nspname from pg_namespace where has_schema_privilege('sluice_reader', oid, 'create')
      union all select 'temporary tables' where has_database_privilege('sluice_reader', current_database(), 'temporary, create')`,
  },
  {
    claim: 'PUBLIC has nothing in our schemas',
    query: `select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) a
      where a.grantee = 0 and n.nspname not in ('pg_catalog', 'information_schema')
      union all select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where a.grantee = 0 and n.nspname in ('vault', 'identity', 'audit', 'intake', 'events')
      union all select p.oid::regprocedure::text from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where a.grantee = 0 and p.pronamespace = 'policy'::regnamespace and p.prosecdef`,
  },
];

const law: Check[] = [
  {
    claim: 'every fact table and its history has row security, enabled and forced',
    query: `select name from unnest($1::text[]) as f(name) left join pg_class c on c.relname = f.name and c.relnamespace = 'vault'::regnamespace
      where c.oid is null or not c.relrowsecurity or not c.relforcerowsecurity`,
    parameters: [Object.keys(factShapes).flatMap((table) => [table, `${table}_history`])],
  },
  {
    claim: 'what the owner of the views may read in the vault is under row security, forced, by the policy `law` alone',
    query: `select c.oid::regclass::text from pg_class c where c.relnamespace = 'vault'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and has_any_column_privilege('sluice_discloser', c.oid, 'select')
        and (not c.relrowsecurity or not c.relforcerowsecurity or c.relowner = 'sluice_discloser'::regrole
          or (select array_agg(p.polname::text || p.polcmd::text) from pg_policy p
              where p.polrelid = c.oid and p.polroles && array['sluice_discloser'::regrole::oid, 0::oid]) is distinct from array['lawr'])`,
  },
  {
    claim: 'every policy `law` asks for the grounds and the gates of the bound viewer',
    query: `select polrelid::regclass::text from pg_policy where polname = 'law'
      and (pg_get_expr(polqual, polrelid) !~ 'policy.viewer ' or pg_get_expr(polqual, polrelid) !~ 'policy.rights_gate '
        or pg_get_expr(polqual, polrelid) !~ 'policy.known\\(' or not polpermissive)`,
  },
  {
    claim:
      'the owner of the views writes nothing, and reads nothing outside the vault but what the lookups of the law need',
    query: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('vault', 'policy', 'identity', 'audit', 'intake', 'released', 'reference') and c.relkind in ('r', 'v', 'm', 'p')
        and (has_table_privilege('sluice_discloser', c.oid, 'insert, update, delete, truncate')
          or (n.nspname <> 'vault' and has_any_column_privilege('sluice_discloser', c.oid, 'select')
            and c.oid <> all(${LOOKED_UP})))`,
  },
];

const views: Check[] = [
  {
    claim: 'in `disclosed` stand the generated views and nothing else, run with the rights of their owner',
    query: `select c.relname::text from pg_class c where c.relnamespace = 'disclosed'::regnamespace and c.relkind <> 'i'
        and (c.relkind <> 'v' or c.relowner <> 'sluice_discloser'::regrole or c.relname <> all($1)
          or coalesce(array_to_string(c.reloptions, ',') ~ 'security_invoker', false))
      union all select proname from pg_proc where pronamespace = 'disclosed'::regnamespace
      union all select name || ' is missing' from unnest($1::text[]) f(name) where to_regclass('disclosed.' || name) is null`,
    parameters: [Object.keys(factShapes).flatMap((table) => [table, `${table}_history`])],
  },
  {
    claim: 'a view reads facts of the vault alone, and what the lookups of the law need',
    query: `select distinct r.ev_class::regclass::text from pg_rewrite r join pg_depend d on d.objid = r.oid and d.refclassid = 'pg_class'::regclass
        join pg_class used on used.oid = d.refobjid
      where r.ev_class in (select oid from pg_class where relnamespace = 'disclosed'::regnamespace)
        and used.oid <> r.ev_class and used.relnamespace <> 'vault'::regnamespace and used.oid <> all(${LOOKED_UP})`,
  },
  {
    claim: 'no materialized view holds rows of members',
    query: `select oid::regclass::text from pg_class where relkind = 'm'`,
  },
  {
    claim: "no view outside `disclosed` that reads with more than its reader's own rights is open to a login role",
    query: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest($1::text[]) role
      where c.relkind = 'v' and n.nspname not in ('disclosed', 'pg_catalog', 'information_schema') and has_any_column_privilege(role, c.oid, 'select')
        and not coalesce('security_invoker=true' = any(c.reloptions), false)`,
    parameters: [LOGINS],
  },
];

const functions: Check[] = [
  {
    claim: 'every definer function has its search path pinned to pg_catalog',
    query: `select oid::regprocedure::text from pg_proc where prosecdef and pronamespace <> 'pg_catalog'::regnamespace
      and not coalesce('search_path=pg_catalog' = any(proconfig), false)`,
  },
  {
    claim: 'a definer function that a login role may run stands on the list, with its reason, for that role',
    query: `select p.oid::regprocedure::text || ' by ' || role from pg_proc p, unnest($1::text[]) role
      where p.prosecdef and p.pronamespace <> 'pg_catalog'::regnamespace and has_function_privilege(role, p.oid, 'execute')
        and not coalesce($2::jsonb -> (p.pronamespace::regnamespace || '.' || p.proname) ? role, false)`,
    parameters: [LOGINS, JSON.stringify(Object.fromEntries(definerFunctions.map(({ name, roles: by }) => [name, by])))],
  },
  {
    claim: 'a definer function builds no SQL from what it is given',
    query: `select oid::regprocedure::text from pg_proc where prosecdef and pronamespace <> 'pg_catalog'::regnamespace
      and prosrc ~* '\\mexecute\\s+(format|''|quote|\\w+\\s*\\|\\|)' and oid::regprocedure::text <> 'vault.keep_history()'`,
  },
];

/** Everything that the catalog of PostgreSQL can tell against the boundary: `claim: what breaks it`. */
export async function catalogFaults(admin: Pool | PoolClient): Promise<string[]> {
  const faults: string[] = [];
  for (const check of [...roles, ...reach, ...law, ...views, ...functions]) {
    const { rows } = await admin.query<string[]>({
      text: check.query,
      values: check.parameters ?? [],
      rowMode: 'array',
    });
    faults.push(...rows.map((row) => `${check.claim}: ${row.join(' ')}`));
  }
  return faults;
}
