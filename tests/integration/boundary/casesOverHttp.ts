import type { Client } from 'pg';
import type { HeldRole } from '../../../src/identity';
import type { EntityType } from '../../../src/kernel/opaqueId';
import { subjectOf, type Json, type TestHub } from '../../support/hub';
import { fullRow, uuidOf, type TableShapes } from '../../support/randomWorld';
import { phases } from '../../support/referenceModel/law';
import type { Row } from '../../support/referenceModel/policy';
import { Random } from '../../support/seededRandom';
import { PURPOSE, type Arranged } from './arrangeCases';
import { writeFacts } from './vaultDoor';

/** How a type is found by its id, and which of its fields stands for a column; a column that is as its row needs none. */
interface Way {
  node: EntityType;
  type: string;
  fields: Record<string, string>;
}

const WAYS: Record<string, Way> = {
  Organisation: {
    node: 'member',
    type: 'Member',
    fields: { critical: 'critical', ownership_group: 'ownershipGroup', standing: 'standing', legal_name: 'legalName' },
  },
  Site: { node: 'site', type: 'Site', fields: { latitude: 'exactLatitude', name: 'name' } },
  Measurement: { node: 'measurement', type: 'Measurement', fields: { value: 'value' } },
  Plan: { node: 'plan', type: 'Plan', fields: { actions: 'title', budget_band: 'budgetBand' } },
  PlanExtract: { node: 'extract', type: 'PlanExtract', fields: {} },
  Target: { node: 'target', type: 'Target', fields: { target_value: 'targetValue' } },
  Assessment: { node: 'assessment', type: 'Assessment', fields: { assurance: 'assurance' } },
  Finding: { node: 'finding', type: 'Finding', fields: { text: 'text' } },
  CorrectiveAction: { node: 'action', type: 'CorrectiveAction', fields: { action: 'action' } },
  EquivalenceClaim: { node: 'claim', type: 'EquivalenceClaim', fields: { gaps: 'gaps' } },
  Link: {
    node: 'link',
    type: 'Link',
    fields: { supplier_id: 'id', custody_model: 'custodyModel', volume_band: 'volumeBand' },
  },
  Demand: { node: 'demand', type: 'Demand', fields: { issuer_id: 'id', deadline: 'deadline', threshold: 'threshold' } },
  DemandResponse: { node: 'response', type: 'DemandResponse', fields: { offer: 'offer', state: 'state' } },
};

const ROLES: readonly [ground: string, role: HeldRole][] = [
  ['ANALYST', 'ANALYST'],
  ['CLEAN_TEAM', 'CLEAN_TEAM'],
  ['COUNSEL', 'COMPETITION_COUNSEL'],
  ['SECRETARIAT', 'SECRETARIAT'],
  ['PARTNER', 'PARTNER_ALLIANCE'],
  ['POLICY_MAKER', 'POLICY_MAKER'],
  ['ASSESSOR', 'ASSESSOR'],
  ['BODY', 'GOVERNING_BODY'],
];

/** The offices that a case speaks of; somebody without one is in the trade. */
function rolesOf({ scenario }: Arranged): HeldRole[] {
  const grounds = [...scenario.grounds, ...(scenario.contributor ?? []), ...(scenario.otherEnd ?? [])].map((name) =>
    name.replace(/_COMPETITOR$/, ''),
  );
  const offices = ROLES.filter(([ground]) => grounds.includes(ground)).map(([, role]) => role);
  return offices.length === 0 ? ['DOWNSTREAM_USER'] : offices;
}

/** A member in good standing with one person for every case, who acts at the desk of the case. */
export async function peopleOf(client: Client, arranged: readonly Arranged[], shapes: TableShapes): Promise<void> {
  const organisations = arranged.map((each): Row => {
    const reader = readerOf(each);
    const row = fullRow(new Random(reader), 'organisation', shapes.get('organisation') ?? []);
    return {
      ...row,
      id: uuidOf('0', reader),
      unit_no: reader,
      owner_no: reader,
      contributor_no: reader,
      tier: 8,
      sensitivity: 0,
      data_class: 1,
      standing: 'GOOD',
      is_member: true,
      source_url: null,
    };
  });
  await client.query('set session_replication_role = replica');
  await writeFacts(client, new Map([['organisation', organisations]]), shapes);
  for (const each of arranged) {
    const [person, organisation] = [uuidOf('9', each.desk), uuidOf('0', readerOf(each))];
    await client.query(
      `insert into identity.person (id, subject, display_name, organisation_id, synthetic) values ($1, $2, 'somebody', $3, true)`,
      [person, subjectOf(`case-${each.desk}`), organisation],
    );
    await client.query(
      `insert into identity.affiliation (person_id, organisation_id, organisation_no, desk_no, valid_from) values ($1, $2, $3, $4, '2024-01-01')`,
      [person, organisation, readerOf(each), each.desk],
    );
    for (const role of rolesOf(each)) {
      const isTrade = role === 'DOWNSTREAM_USER';
      await client.query(
        `insert into identity.role (person_id, name, organisation_id, alliance_id, valid_from, valid_to)
         values ($1, $2, $3, $4, current_date - 30, current_date + 300)`,
        [person, role, isTrade ? organisation : null, isTrade ? null : uuidOf('b', 1)],
      );
    }
  }
  await client.query('set session_replication_role = origin');
}

/** The first of the four units of a case. */
function readerOf({ desk }: Arranged): number {
  return (desk - 1) * 4 + 1;
}

export function initiativeId(hub: TestHub, each: Arranged): string {
  const no = phases.indexOf(each.scenario.phase) + 1;
  return hub.hub.services.ids.encode('initiative', uuidOf('a', no), uuidOf('0', readerOf(each)));
}

/** A purpose is stated by those in the trade only. */
export function purposeOf(each: Arranged): Record<string, string> {
  return rolesOf(each).includes('DOWNSTREAM_USER') ? { 'Sluice-Purpose': PURPOSE } : {};
}

/** The question of a case as its reader asks it; null where its type has no id, or its field no name, in the schema. */
export function asksOver(hub: TestHub, each: Arranged): { query: string; isOpen: (data: Json) => boolean } | null {
  const way = WAYS[each.scenario.fact.type];
  const field = way?.fields[each.scenario.fact.field];
  if (way === undefined || field === undefined) return null;
  const scope = way.node === 'member' || way.node === 'site' ? null : uuidOf('0', readerOf(each));
  const id = hub.hub.services.ids.encode(way.node, String(each.row.id), scope);
  return {
    query: `{ node(id: "${id}") { ... on ${way.type} { asked: ${field} } } }`,
    isOpen: (data) => data.node !== null && data.node.asked !== null,
  };
}
