import type { Pool, PoolClient } from 'pg';
import {
  bindingKey,
  bindingStatement,
  proofOf,
  signBinding,
  type SignedBinding,
  type SignedClaims,
} from '../../../src/database/boundTransaction';
import type { TestDatabase } from '../../support/database';
import { factShapes } from '../../support/referenceModel/facts';
import type { Reader } from '../../support/referenceModel/policy';

const views = ['measurement', 'organisation', 'link', 'plan_history'];

/** Rows of some views that one binding discloses; an error of PostgreSQL is a fault as well. */
async function disclosedRows(client: PoolClient, setting: SignedClaims | null): Promise<number | string> {
  try {
    await client.query('begin');
    if (setting !== null) await client.query(bindingStatement(setting));
    const counts = views.map((view) => `(select count(*) from disclosed.${view})`).join(' + ');
    const { rows } = await client.query<{ count: string }>(`select ${counts} as count`);
    return Number(rows[0]?.count);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query('rollback');
  }
}

/** What the plain way reads of a binding; the rest is read by functions alone, which look at the form of the whole. */
const READ_PLAINLY = ['desks', 'may', 'initiative', 'expiry'];

interface Malformed {
  what: string;
  claims: string;
  isReadPlainly: boolean;
}

function malformed(binding: SignedBinding): Malformed[] {
  const { desks, organisation, may, purpose, expiresAtSeconds } = binding;
  const sound = {
    desks: desks.join(','),
    organisation,
    may,
    initiative: binding.initiative ?? '-',
    purpose: purpose || '-',
    expiry: expiresAtSeconds,
  };
  const written = (of: Record<keyof typeof sound, unknown>): string =>
    [of.desks, of.organisation, `${of.may}/${of.initiative}`, of.purpose, of.expiry].join('|');
  const wrong = [
    '',
    ' ',
    'x',
    '-1',
    '1.5',
    '99999999999999999999',
    `1'; select 1 --`,
    '1\n2',
    '{1}',
    'NaN',
    'null',
    '1,,2',
    '0x1',
    '\u0661',
  ];
  const cases = Object.keys(sound).flatMap((field) =>
    wrong
      // the one name of a purpose that is a name
      .filter((value) => !(field === 'purpose' && /^[A-Za-z]/.test(value)))
      .map((value) => ({
        what: `${field} \`${value}\``,
        claims: written({ ...sound, [field]: value }),
        isReadPlainly: READ_PLAINLY.includes(field),
      })),
  );
  const claims = written(sound);
  return [
    ...cases,
    { what: 'one field less', claims: claims.slice(0, claims.lastIndexOf('|')), isReadPlainly: true },
    { what: 'one field more', claims: `${claims}|1`, isReadPlainly: false },
    { what: 'a version before', claims: `v1|${claims}`, isReadPlainly: true },
    { what: 'a line before', claims: `\n${claims}`, isReadPlainly: true },
    // PostgreSQL reads a number with a space after it
    { what: 'a line after', claims: `${claims}\n`, isReadPlainly: false },
  ];
}

/**
 * What the hub never signs, signed all the same. No function binds anybody by it, and where the plain way reads the part that is
 * wrong, no row is disclosed: there is none, or PostgreSQL refuses to read an expiry that is no time.
 */
async function malformedFaults(client: PoolClient, key: Buffer, binding: SignedBinding): Promise<string[]> {
  const faults: string[] = [];
  for (const { what, claims, isReadPlainly } of malformed(binding)) {
    const setting = { claims, proof: proofOf(key, claims, binding.backendPid) };
    const bound = await boundBy(client, setting);
    if (bound !== null) faults.push(`signed, but ${what}: functions bind organisation ${bound}`);
    const rows = isReadPlainly ? await disclosedRows(client, setting) : 0;
    if (rows !== 0 && !/^(invalid input syntax|timestamp) /.test(String(rows)))
      faults.push(`signed, but ${what}: ${rows}`);
  }
  return faults;
}

/** The organisation that the functions of the law take the bound reader for; an error of theirs is a fault. */
async function boundBy(client: PoolClient, setting: SignedClaims): Promise<number | string | null> {
  try {
    await client.query('begin');
    await client.query(bindingStatement(setting));
    const { rows } = await client.query<{ me: number | null }>('select policy.organisation_no() as me');
    return rows[0]?.me ?? null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.query('rollback');
  }
}

/** Bindings that must bind nobody, each with what is wrong with it. */
function unsound(key: Buffer, binding: SignedBinding, other: number): [string, SignedClaims | null][] {
  const good = signBinding(key, binding);
  const { claims, proof } = good;
  const swapped = (change: Partial<SignedBinding>): SignedClaims => ({
    ...signBinding(key, { ...binding, ...change }),
    proof,
  });
  const now = Math.floor(Date.now() / 1000);
  return [
    ['unset', null],
    ['empty', { claims: '', proof: '' }],
    ['a number, as an unsigned hub would set it', { claims: String(binding.desks[0]), proof: '' }],
    ['no signature', { claims, proof: '' }],
    ['a signature of zeros', { claims, proof: '0'.repeat(64) }],
    [
      'one digit of the signature changed',
      { claims, proof: proof.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ],
    ['a signature in capitals', { claims, proof: proof.toUpperCase().replace(/^[0-9]*$/, 'X') }],
    ['a signature with something after it', { claims, proof: `${proof}0` }],
    ['a signature by another key', signBinding(Buffer.alloc(32, 7), binding)],
    ['another desk under the old signature', swapped({ desks: [binding.desks[0] === 1 ? 2 : 1] })],
    ['one desk more under the old signature', swapped({ desks: [...binding.desks, 3] })],
    ['another organisation under the old signature', swapped({ organisation: binding.organisation + 1 })],
    ['more rights under the old signature', swapped({ may: binding.may - 1 })],
    ['another purpose under the old signature', swapped({ purpose: 'ANOTHER' })],
    ['another initiative under the old signature', swapped({ initiative: 99 })],
    ['a later expiry under the old signature', swapped({ expiresAtSeconds: now + 9999 })],
    ['expired a second ago', signBinding(key, { ...binding, expiresAtSeconds: now - 1 })],
    ['expired in 1970', signBinding(key, { ...binding, expiresAtSeconds: 0 })],
    ['of another connection', signBinding(key, { ...binding, backendPid: other })],
    [
      'of another connection, one digit of which slid into the claims',
      { claims: `${claims}4`, proof: proofOf(key, claims, Number(`4${binding.backendPid}`)) },
    ],
    ['of no connection', signBinding(key, { ...binding, backendPid: 0 })],
    ['of a desk that does not exist', signBinding(key, { ...binding, desks: [999] })],
    ['of two desks, one of which does not exist', signBinding(key, { ...binding, desks: [...binding.desks, 999] })],
  ];
}

/** Rows of the vault that the owner of the views gets to see while nobody is bound: the row law alone, without the views. */
async function unboundRows(admin: Pool): Promise<string[]> {
  const client = await admin.connect();
  try {
    await client.query('begin; set local role sluice_discloser');
    const faults: string[] = [];
    for (const table of Object.keys(factShapes).flatMap((name) => [name, `${name}_history`])) {
      const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from vault.${table}`);
      if (rows[0]?.count !== 0) faults.push(`vault.${table} with nobody bound: ${rows[0]?.count ?? ''}`);
    }
    return faults;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function pidOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** Every setting that binds somebody it must not, and the sound one where it binds nobody. `pool`: the reader's own. */
export async function bindingFaults(
  database: TestDatabase,
  reader: Reader,
  pool: Pool = database.pools.reader,
): Promise<string[]> {
  const [client, other] = await Promise.all([pool.connect(), pool.connect()]);
  try {
    const key = bindingKey(database.secret);
    const backendPid = await pidOf(client);
    const binding = { ...reader, backendPid, expiresAtSeconds: Math.floor(Date.now() / 1000) + 60 };
    const faults = await unboundRows(database.admin);
    const bound = await disclosedRows(client, signBinding(key, binding));
    if (typeof bound === 'string' || bound === 0) faults.push(`the sound binding: ${bound}`);
    for (const [what, setting] of unsound(key, binding, await pidOf(other))) {
      const rows = await disclosedRows(client, setting);
      if (rows !== 0) faults.push(`${what}: ${rows}`);
    }
    return [...faults, ...(await malformedFaults(client, key, binding))];
  } finally {
    client.release();
    other.release();
  }
}
