import type { Client, Pool } from 'pg';
import type { RandomWorld, TableShapes } from '../../support/randomWorld';
import { uuidOf } from '../../support/randomWorld';
import type { Row } from '../../support/referenceModel/policy';
import { factShapes } from '../../support/referenceModel/facts';

/** Columns of every fact table that can be written. */
export async function readTableShapes(admin: Pool | Client): Promise<TableShapes> {
  const { rows } = await admin.query<{ table_name: string; name: string; type: string; nullable: boolean }>(
    `select table_name, column_name as name, udt_name as type, is_nullable = 'YES' as nullable
       from information_schema.columns
      where table_schema = 'vault' and table_name = any($1) and is_generated = 'NEVER' order by table_name, ordinal_position`,
    [Object.keys(factShapes)],
  );
  const shapes = new Map<string, { name: string; type: string; nullable: boolean }[]>();
  for (const { table_name: table, ...column } of rows) shapes.set(table, [...(shapes.get(table) ?? []), column]);
  return shapes;
}

/** Takes away what holds business together, so that facts of every class can stand beside each other. */
export async function liftConstraints(admin: Pool): Promise<void> {
  await admin.query(`do $$
    declare item record;
    begin
      for item in select conrelid::regclass as relation, conname from pg_constraint
        where connamespace = 'vault'::regnamespace and contype in ('c', 'f') loop
        execute format('alter table %s drop constraint %I', item.relation, item.conname);
      end loop;
      for item in select indexrelid::regclass as index from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'vault'::regnamespace and i.indisunique and not i.indisprimary
          and not exists (select from pg_constraint where conindid = i.indexrelid) loop
        execute format('drop index %s', item.index);
      end loop;
    end $$`);
}

async function insertRows(
  client: Client | Pool,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const list = columns.map((name) => `"${name}"`).join(', ');
  await client.query(
    `insert into ${table} (${list}) overriding system value select ${list} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

/** Writes a world as it is: no trigger classifies, relates or keeps history, and nothing is checked. */
export async function writeWorld(client: Client, world: RandomWorld, shapes: TableShapes): Promise<void> {
  await client.query(`set session_replication_role = replica`);
  await writeStanding(client, world);
  await keepRights(client, world);
  // Replaced rows pass through the table itself, which fills in the generated columns.
  await writeFacts(client, world.history, shapes);
  for (const table of world.history.keys()) {
    await client.query(`insert into vault.${table}_history select * from vault.${table}`);
    await client.query(`delete from vault.${table}`);
  }
  await writeFacts(client, world.facts, shapes);
  await client.query(`set session_replication_role = origin`);
}

/** Of every second that a reader may use, so that the plain way of the law decides for some of them and the whole law for others. */
async function keepRights(client: Client, { readers }: RandomWorld): Promise<void> {
  const kept = readers.map(({ may }) => may).filter((may) => may % 2 === 0);
  await client.query('insert into policy.may (mask) select distinct unnest($1::int[]) on conflict do nothing', [kept]);
}

export async function writeFacts(
  client: Client,
  facts: ReadonlyMap<string, readonly Row[]>,
  shapes: TableShapes,
): Promise<void> {
  for (const [table, rows] of facts) {
    const columns = (shapes.get(table) ?? []).map((column) => column.name);
    await insertRows(client, `vault.${table}`, columns, rows);
  }
}

export async function writeStanding(client: Client, { units, standing }: RandomWorld): Promise<void> {
  await client.query(
    'truncate policy.unit, policy.desk, policy.viewer, policy.freeze, policy.grant_scope, vault.initiative cascade',
  );
  const write = (table: string, rows: Row[]): Promise<void> =>
    insertRows(client, table, Object.keys(rows[0] ?? { id: 0 }), rows);
  await write(
    'policy.unit',
    units.map((unit) => ({
      unit_no: unit.no,
      owner_no: unit.owner,
      organisation_id: unit.organisationId,
      site_id: unit.siteId,
    })),
  );
  await write(
    'policy.desk',
    standing.desks.map((desk) => ({ desk_no: desk.no, organisation_no: null, name: `desk ${desk.no}`, kinds: 0 })),
  );
  await write(
    'policy.viewer',
    standing.desks.map((desk) => ({
      desk_no: desk.no,
      grounds: desk.grounds,
      closure_valid: desk.closureValid,
      computed_at: '2026-01-01',
      closure_minerals: [],
    })),
  );
  await write(
    'vault.initiative',
    standing.initiatives.map(({ id, no, phase, standing: isStanding }) => ({
      id,
      initiative_no: no,
      alliance_id: uuidOf('b', 1),
      name: `initiative ${no}`,
      aim: 'an aim',
      kind: 'MULTI',
      phase,
      entered_at: '2026-01-01',
      standing: isStanding,
      synthetic: true,
    })),
  );
  if (standing.freezes.length > 0) {
    await write(
      'policy.freeze',
      standing.freezes.map((freeze, index) => ({
        id: uuidOf('c', index),
        data_class: freeze.dataClass,
        initiative_no: freeze.initiative,
        reason: 'counsel',
        frozen_by: uuidOf('d', 1),
        frozen_at: '2026-01-01',
        lifted_at: freeze.lifted ? '2026-01-02' : null,
      })),
    );
  }
  if (standing.grants.length > 0) await write('policy.grant_scope', grantRows({ units, standing }));
}

/** The key of a grant: unit, data class, fact and field in one number. */
function grantRows({ standing }: Pick<RandomWorld, 'units' | 'standing'>): Row[] {
  return standing.grants.map((grant, index) => ({
    agreement_id: uuidOf('e', index),
    grantee_no: grant.grantee,
    grant_key: grant.unit * 2 ** 24 + grant.dataClass * 2 ** 20 + grant.fact * 2 ** 12 + grant.field,
    purpose: grant.purpose,
    initiative_id: grant.initiativeId,
    starts_on: grant.startsOn,
    ends_on: grant.endsOn,
  }));
}

/** What the vault holds, in JSON; history rows are those that were replaced. */
export async function readVault(admin: Pool | Client, suffix: '' | '_history'): Promise<Map<string, Row[]>> {
  const held = new Map<string, Row[]>();
  for (const table of Object.keys(factShapes)) {
    const { rows } = await admin.query<{ row: Row }>(`select to_jsonb(t) as row from vault.${table}${suffix} t`);
    held.set(
      table,
      rows.map((each) => each.row),
    );
  }
  return held;
}
