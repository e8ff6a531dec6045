import type { Pool, PoolClient } from 'pg';
import { bindingKey, bindingStatement, signBinding } from '../../../src/database/boundTransaction';
import { DATA_CLASSES } from '../../../src/policy/cells';
import { groundMask } from '../../../src/policy/grounds';
import type { TestDatabase } from '../../support/database';
import type { Reader } from '../../support/referenceModel/policy';

/** What may go wrong in what a decision stands on, and what must be left then. */
export interface InjectedFault {
  what: string;
  sql: string;
  /** Changes of the reader's own binding instead of the data. */
  binding?: Partial<Reader>;
  /** `nothing`: no row at all; `error`: the statement fails; `untouched`: no row that meets `touched`; `no more`: no new row. */
  left: 'nothing' | 'error' | 'untouched' | 'no more';
  touched?: string;
}

const raising = (name: string, returns: string, parameters = ''): string =>
  `create or replace function policy.${name}(${parameters}) returns ${returns} language plpgsql stable security definer set search_path = pg_catalog
     as $$ begin raise exception 'canary-%', (select count(*) from vault.measurement); end $$`;

/** Half of the rows, by a column that no fault changes. */
const half = `id::text < '8'`;
const GAVE_IT = `(coalesce((select grounds from policy.viewer where desk_no = 1)[contributor_no], 0) & ${groundMask(['SELF'])} <> 0)`;
const rows = (what: string, set: string): InjectedFault => ({
  what,
  sql: `update vault.measurement set ${set} where ${half}`,
  left: 'untouched',
  // whoever gave a row knows it, whomever it is about, as long as its class is one
  touched: /tier|sensitivity|data_class/.test(set) ? half : `${half} and not ${GAVE_IT}`,
});

export const injectedFaults: InjectedFault[] = [
  rows('rows of an unknown tier', 'tier = 99'),
  rows('rows of a tier below all', 'tier = -1'),
  rows('rows of an unknown sensitivity, in the place of one in reserve', 'sensitivity = 15'),
  rows('rows of an unknown data class', `data_class = ${DATA_CLASSES.length}`),
  rows('rows of a data class below all', 'data_class = -1'),
  rows('rows about a unit that does not exist', 'unit_no = 999999'),
  rows('rows about unit 0', 'unit_no = 0'),
  {
    what: 'rows given by an organisation that does not exist',
    sql: `update vault.measurement set contributor_no = 999999 where ${half}`,
    left: 'untouched',
    touched: half,
  },
  {
    what: 'relations of kinds that do not exist',
    sql: `update policy.viewer set grounds = array(select 7 << 28 from unnest(grounds))`,
    left: 'nothing',
  },
  {
    what: 'relations of no kind',
    sql: `update policy.viewer set grounds = array(select 0 from unnest(grounds))`,
    left: 'nothing',
  },
  {
    what: 'relations that are not known',
    sql: `update policy.viewer set grounds = array(select null::int from unnest(grounds))`,
    left: 'nothing',
  },
  {
    what: 'relations towards the first unit only',
    sql: `update policy.viewer set grounds = grounds[1:1]`,
    left: 'untouched',
    touched: `unit_no > 1 and not ${GAVE_IT}`,
  },
  { what: 'a desk without relations', sql: `delete from policy.viewer`, left: 'nothing' },
  { what: 'a viewer of a kind that does not exist', sql: '', binding: { may: 7 * 2 ** 28 }, left: 'nothing' },
  { what: 'a viewer of no kind', sql: '', binding: { may: 0 }, left: 'nothing' },
  { what: 'a viewer whose desk does not exist', sql: '', binding: { desks: [999] }, left: 'nothing' },
  { what: 'an initiative that does not exist', sql: '', binding: { initiative: 999 }, left: 'no more' },
  { what: 'a purpose that does not exist', sql: '', binding: { purpose: 'CURIOSITY' }, left: 'no more' },
  { what: 'an unknown phase', sql: `update vault.initiative set phase = 'LATER'`, left: 'nothing' },
  { what: 'a phase of which the law says nothing', sql: 'delete from policy.gate', left: 'nothing' },
  {
    what: 'a data class of which the law of phases says nothing',
    sql: 'delete from policy.gate where data_class = 4',
    left: 'untouched',
    touched: 'data_class = 4',
  },
  { what: 'gates of no initiative', sql: 'delete from policy.initiative_gate', left: 'nothing' },
  { what: 'gates that are empty', sql: `update policy.initiative_gate set masks = '{}'`, left: 'nothing' },
  {
    what: 'gates that are not known',
    sql: `update policy.initiative_gate set masks = array(select null::int from unnest(masks))`,
    left: 'nothing',
  },
  {
    what: 'a freeze of a class that does not exist',
    sql: `insert into policy.freeze (data_class, reason, frozen_by) values (99, 'a reason', gen_random_uuid())`,
    left: 'no more',
  },
  { what: 'no key', sql: 'delete from policy.key', left: 'nothing' },
  { what: 'another key', sql: 'update policy.key set outer_pad = inner_pad', left: 'nothing' },
  { what: 'agreements that are gone', sql: 'truncate policy.grant_scope', left: 'no more' },
  {
    what: 'a fault while relations are read',
    sql: raising('grounds', 'int[]'),
    binding: { desks: [1, 2] },
    left: 'error',
  },
  { what: 'a fault while agreements are read', sql: raising('granted', 'bigint[]'), left: 'error' },
  { what: 'a fault while the binding is read', sql: raising('bound', 'policy.binding'), left: 'error' },
  {
    what: 'a fault while the whole law asks about its reader',
    sql: raising('known', 'policy.known', 'months_back int[]'),
    left: 'error',
  },
  { what: 'relations that are gone', sql: 'alter table policy.viewer rename to gone', left: 'error' },
  {
    what: 'gates that are gone',
    sql: 'alter table policy.rights_gate rename to gone; alter table policy.initiative_gate rename to lost',
    left: 'error',
  },
  { what: 'rights that nobody keeps ready', sql: 'delete from policy.may', left: 'no more' },
  { what: 'rights that are kept empty', sql: `update policy.rights_gate set masks = '{}'`, left: 'no more' },
  {
    what: 'rights that are kept unknown',
    sql: `update policy.rights_gate set masks = array(select null::int from unnest(masks))`,
    left: 'no more',
  },
  { what: 'a key that is gone', sql: 'alter table policy.key rename to gone', left: 'error' },
];

interface Seen {
  ids: Set<string>;
  error: string | null;
}

/** What the reader's role sees within this transaction, under a sound binding of this very connection. */
async function seenBy(client: PoolClient, secret: Buffer, reader: Reader): Promise<Seen> {
  const { rows: pids } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const expiresAtSeconds = Math.floor(Date.now() / 1000) + 60;
  const setting = signBinding(bindingKey(secret), { ...reader, backendPid: pids[0]?.pid ?? 0, expiresAtSeconds });
  await client.query(bindingStatement(setting));
  await client.query('savepoint asked');
  try {
    await client.query('set local role sluice_reader');
    const { rows: found } = await client.query<{ id: string }>('select id::text from disclosed.measurement');
    await client.query('reset role');
    return { ids: new Set(found.map(({ id }) => id)), error: null };
  } catch (error) {
    await client.query('rollback to savepoint asked');
    return { ids: new Set(), error: error instanceof Error ? error.message : String(error) };
  }
}

/** What one fault leaves that it must not, in words; empty: it fails closed. The fault is rolled back. */
export async function leftOpen(database: TestDatabase, reader: Reader, fault: InjectedFault): Promise<string[]> {
  return inTransaction(database.admin, async (client) => {
    const before = await seenBy(client, database.secret, reader);
    // past the triggers that would not let such data in
    if (fault.sql !== '') await client.query(`set local session_replication_role = replica; ${fault.sql}`);
    const during = await seenBy(client, database.secret, { ...reader, ...fault.binding });
    const gained = [...during.ids].filter((id) => !before.ids.has(id));
    const kept = await touchedAmong(client, fault, during.ids);
    const met = await touchedAmong(client, fault, before.ids);
    return [
      ...(before.ids.size === 0 ? ['nothing was open before'] : []),
      ...(gained.length > 0 ? [`${gained.length} rows more than before`] : []),
      ...(fault.left === 'error' && during.error === null ? ['no error'] : []),
      ...(fault.left !== 'error' && during.error !== null ? [during.error] : []),
      ...(fault.left === 'nothing' && during.ids.size > 0 ? [`${during.ids.size} rows`] : []),
      ...(fault.left === 'untouched' && kept > 0 ? [`${kept} of the rows that it touched`] : []),
      ...(fault.left === 'untouched' && met === 0 ? ['it touched no row that was open before'] : []),
    ];
  });
}

async function touchedAmong(client: PoolClient, fault: InjectedFault, ids: ReadonlySet<string>): Promise<number> {
  if (fault.touched === undefined) return 0;
  const sql = `select count(*)::int as count from vault.measurement where id = any($1::uuid[]) and ${fault.touched}`;
  const { rows: counted } = await client.query<{ count: number }>(sql, [[...ids]]);
  return counted[0]?.count ?? 0;
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}
