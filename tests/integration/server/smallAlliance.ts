import { randomUUID } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { DATA_CLASSES, SENSITIVITIES, TIERS, type Tier } from '../../../src/policy/cells';

export interface SmallMember {
  name: string;
  unitNo: number;
  organisationId: string;
  personId: string;
  deskNo: number;
  /** a text that nobody else may read */
  secret: string;
}

type Row = Record<string, unknown>;

async function put(client: ClientBase, table: string, row: Row, returning = 'id'): Promise<string> {
  const places = Object.keys(row).map((_column, index) => `$${index + 1}`);
  const { rows } = await client.query<Record<string, string>>(
    `insert into ${table} (${Object.keys(row).join(', ')}) values (${places.join(', ')}) returning ${returning}`,
    Object.values(row),
  );
  return rows[0]?.[returning] ?? '';
}

const factOf = (unitNo: number, tier: Tier): Row => ({
  unit_no: unitNo,
  owner_no: unitNo,
  contributor_no: unitNo,
  tier: TIERS.indexOf(tier),
  sensitivity: SENSITIVITIES.indexOf('NONE'),
  data_class: DATA_CLASSES.indexOf('PUBLIC_CLAIM'),
});

/** Organisations that compete with each other, each with a desk, one person `demo-<name>` and a private note of its own. */
export async function addMembers(admin: Pool, names: readonly string[]): Promise<Map<string, SmallMember>> {
  const client = await admin.connect();
  try {
    await client.query('begin');
    const members = new Map<string, SmallMember>();
    for (const name of names) members.set(name, await addMember(client, name));
    await client.query('commit');
    return members;
  } finally {
    client.release();
  }
}

async function addMember(client: ClientBase, name: string): Promise<SmallMember> {
  const organisationId = randomUUID();
  const unit = await client.query<{ no: number }>('select policy.register_unit($1) as no', [organisationId]);
  const unitNo = unit.rows[0]?.no ?? 0;
  const secret = `canary-${randomUUID()}`;
  await put(client, 'vault.organisation', {
    ...factOf(unitNo, 'PUBLIC'),
    id: organisationId,
    legal_name: name,
    stakeholder_group: 'UPSTREAM_INDUSTRY',
    is_company: true,
    is_member: true,
    ownership_group: randomUUID(),
    standing: 'GOOD',
    capacity_note: secret,
  });
  const desk = await client.query<{ desk: number }>(`select policy.open_desk($1, 'main', 0, null, null) as desk`, [
    unitNo,
  ]);
  const deskNo = desk.rows[0]?.desk ?? 0;
  const personId = await put(client, 'identity.person', { subject: `demo-${name}`, display_name: name });
  const affiliation = {
    person_id: personId,
    organisation_id: organisationId,
    organisation_no: unitNo,
    desk_no: deskNo,
  };
  await put(client, 'identity.affiliation', { ...affiliation, valid_from: '2020-01-01' }, 'person_id');
  await put(
    client,
    'identity.role',
    { person_id: personId, name: 'SITE_OWNER', organisation_id: organisationId, valid_from: '2020-01-01' },
    'name',
  );
  return { name, unitNo, organisationId, personId, deskNo, secret };
}
