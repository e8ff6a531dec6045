import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { hardenDatabase } from './hardening';
import { codeOf, StartupError } from './startupError';

/** The roles that log in, one pool each; none is a member of another, so that no statement can change them. */
export const loginRoles = ['sluice_reader', 'sluice_contributor', 'sluice_trustee', 'sluice_auditor'] as const;
export type LoginRole = (typeof loginRoles)[number];

/** Owns the disclosed views and is subject to their row law; nobody logs in as it. */
export const discloserRole = 'sluice_discloser';

const scramIterations = 4096;

/** Limits a role starts every session with; times in PostgreSQL's notation. */
const settings: Record<LoginRole, Record<string, string>> = {
  sluice_reader: {
    default_transaction_read_only: 'on',
    statement_timeout: '10s',
    idle_in_transaction_session_timeout: '15s',
    lock_timeout: '5s',
    // One backend a statement: a wide query of one reader takes no other reader's cores.
    max_parallel_workers_per_gather: '0',
  },
  sluice_contributor: { statement_timeout: '60s', idle_in_transaction_session_timeout: '60s', lock_timeout: '30s' },
  sluice_trustee: { statement_timeout: '10min', idle_in_transaction_session_timeout: '10min', lock_timeout: '30s' },
  sluice_auditor: { statement_timeout: '30s', idle_in_transaction_session_timeout: '30s', lock_timeout: '5s' },
};

const settingsOfAll = { search_path: 'pg_catalog', jit: 'off', timezone: 'UTC' };

/** The password of a login role: every node with the same secret derives the same one, and none is stored. */
export function passwordOf(secret: Buffer, role: LoginRole): string {
  return createHmac('sha256', secret).update(`login role ${role}`).digest('base64url');
}

/**
 * Creates the roles where missing, sets their passwords and limits, and takes from PUBLIC what would let a reader count,
 * signal or store. Runs as the migrating user inside its transaction; running it again changes nothing.
 *
 * @returns what could not be taken away because the migrating user is no superuser, one sentence each
 * @throws StartupError when a role is missing and may not be created, or holds rights that it must not
 */
export async function ensureRoles(client: ClientBase, secret: Buffer): Promise<string[]> {
  const superuser = await isSuperuser(client);
  if (!superuser || !(await areRolesCurrent(client, secret))) {
    // Roles belong to the whole server: two databases that migrate at the same time take turns.
    if (superuser) await client.query('lock table pg_catalog.pg_authid in share row exclusive mode');
    for (const role of loginRoles) await ensureLoginRole(client, secret, role);
    await createMissing(client, discloserRole, 'nologin');
  }
  await assertPlainRoles(client);
  await letMigratorOwnViews(client);
  return hardenDatabase(client);
}

async function isSuperuser(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_catalog.pg_roles where rolname = current_user',
  );
  return rows[0]?.rolsuper ?? false;
}

async function areRolesCurrent(client: ClientBase, secret: Buffer): Promise<boolean> {
  const { rows } = await client.query<{ name: string; password: string | null; settings: string[] | null }>(
    `select r.rolname as name, r.rolpassword as password, s.setconfig as settings
       from pg_catalog.pg_authid r
       left join pg_catalog.pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0
      where r.rolname = any($1) and r.rolcanlogin = (r.rolname <> $2)`,
    [[...loginRoles, discloserRole], discloserRole],
  );
  return [...loginRoles, discloserRole].every((role) => {
    const found = rows.find((row) => row.name === role);
    if (!found || !isLoginRole(role)) return found !== undefined;
    const wanted = Object.entries(settingsOf(role)).map(([name, value]) => `${name}=${value}`.toLowerCase());
    const there = (found.settings ?? []).map((setting) => setting.toLowerCase());
    return found.password === verifierOf(secret, role) && wanted.every((setting) => there.includes(setting));
  });
}

function isLoginRole(role: string): role is LoginRole {
  return loginRoles.some((each) => each === role);
}

function settingsOf(role: LoginRole): Record<string, string> {
  return { ...settingsOfAll, ...settings[role] };
}

function verifierOf(secret: Buffer, role: LoginRole): string {
  const salt = createHmac('sha256', secret).update(`salt of ${role}`).digest();
  return scramVerifier(passwordOf(secret, role), salt.subarray(0, 16));
}

async function ensureLoginRole(client: ClientBase, secret: Buffer, role: LoginRole): Promise<void> {
  await createMissing(client, role, 'login');
  const name = escapeIdentifier(role);
  await client.query(`alter role ${name} login password ${escapeLiteral(verifierOf(secret, role))}`);
  for (const [setting, value] of Object.entries(settingsOf(role))) {
    await client.query(`alter role ${name} set ${setting} = ${escapeLiteral(value)}`);
  }
}

async function createMissing(client: ClientBase, role: string, kind: 'login' | 'nologin'): Promise<void> {
  const found = await client.query('select 1 from pg_catalog.pg_roles where rolname = $1', [role]);
  if (found.rowCount !== 0) return;
  try {
    await client.query(`create role ${escapeIdentifier(role)} ${kind}`);
  } catch (cause) {
    if (codeOf(cause) !== '42501') throw cause;
    const all = [...loginRoles, discloserRole].join(', ');
    throw new StartupError(`the user of DATABASE_URL may not create roles: give it CREATEROLE, or create ${all}`, {
      cause,
    });
  }
}

/** A role that bypasses row security, or belongs to another role, would void the boundary. */
async function assertPlainRoles(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    `select rolname from pg_catalog.pg_roles r
      where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
         or exists (select from pg_catalog.pg_auth_members m where m.member = r.oid))`,
    [[...loginRoles, discloserRole]],
  );
  if (rows[0]) {
    throw new StartupError(
      `the role \`${rows[0].rolname}\` has rights beyond its own (superuser, row security bypass, or another role): take them away`,
    );
  }
}

/** Only a member of the view owner may hand views over to it; a superuser needs no membership. */
async function letMigratorOwnViews(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ member: boolean }>(
    `select pg_catalog.pg_has_role(current_user, $1, 'usage') as member`,
    [discloserRole],
  );
  if (!rows[0]?.member) await client.query(`grant ${escapeIdentifier(discloserRole)} to current_user`);
}

/**
 * What PostgreSQL stores instead of a password (RFC 5802), so that the password itself never stands in a statement.
 * The password is a 256-bit key, so that a fixed salt gives away nothing, and the same input gives the same text.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, scramIterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${scramIterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
