import type { Client } from 'pg';
import { isHeldRole, isOffice } from '../../../../src/identity/roles';
import { subjectOf } from '../../../support/hub';
import { uuidOf } from '../../../support/randomWorld';
import { standpoints } from './standpoints';

const ALLIANCE = uuidOf('9', 1);

/** Who reads, and what is the same for everybody: alliance, released tables, decisions, assessors, an approved equivalence. */
export async function writeSurroundings(client: Client): Promise<void> {
  await client.query(
    `insert into reference.alliance (id, name, objective, review_date, minerals, jurisdictions, sectors, antitrust_policy, standing_initiative_id, synthetic)
     values ($1, 'Two worlds', 'measure together', current_date + 365, '{cobalt,copper}', '{CD,CL}', '{MINERALS}', 'v1', $2, true)`,
    [ALLIANCE, uuidOf('a', 1)],
  );
  await client.query(
    `insert into vault.decision (id, alliance_id, title, rationale, state, decided_on, synthetic)
     values ($1, $2, 'To measure', 'what is measured improves', 'PUBLISHED', '2026-02-01', true)`,
    [uuidOf('8', 1), ALLIANCE],
  );
  for (const [no, audience, publicFrom] of [
    [1, 'PUBLIC', '2026-03-01'],
    [2, 'ALLIANCE', null],
  ] as const) {
    await client.query(
      `insert into released.release values ($1, $2, 'Intensity', 'measurement:GHG_INT', 'GHG_INT', null, null, 'MEAN', '{mineral,stage,place}', 't/t',
         '2025-01-01', '2026-01-01', 1, $3, $4, false, '2026-02-01', 'hash of members', 'rules 1', '2026-02-02', true)`,
      [uuidOf('7', no), `table-${no}`, audience, publicFrom],
    );
    for (const [position, value] of ['12.5', null].entries()) {
      await client.query(
        `insert into released.cell values ($1, $2, '{"mineral": "cobalt", "stage": "REFINING", "place": "WORLD"}', $3, $4, $5, $6, $7)`,
        [uuidOf('7', no), position, value, value && '5-9', value === null, value ? 'A' : 'Q', value ? 'F' : 'C'],
      );
    }
  }
  await client.query(
    `insert into reference.assessor_firm (id, organisation_id, name, synthetic) values ($1, $2, 'Assessor firm', true)`,
    [uuidOf('6', 1), uuidOf('0', 8)],
  );
  await client.query(
    `insert into reference.accreditation (assessor_id, standard_id, version_label, valid_from, valid_to)
     select $1, standard_id, label, '2020-01-01', '2030-01-01' from reference.standard_version order by 2, 3 limit 3`,
    [uuidOf('6', 1)],
  );
  await writeEquivalence(client);
}

/** Added to what is the same for everybody. */
async function writeEquivalence(client: Client): Promise<void> {
  await client.query(
    `insert into reference.equivalence (id, from_standard, from_version, from_reference, to_standard, to_version, to_reference, topic_id, degree, scope_note, gaps, valid_to, state, synthetic)
     select 'T-PART', 'TSM', 'protocols', '1', 'IRMA', '1.0', '1.1', id, 'PARTIAL', 'water', '{sites}', '2030-01-01', 'APPROVED', true from reference.topic order by id limit 1`,
  );
}

/** The people behind the standpoints. They go with the units that they act for, so they are written with every world. */
export async function writePeople(client: Client): Promise<void> {
  await client.query('delete from identity.role; delete from identity.affiliation; delete from identity.person');
  for (const { key, organisation, desk, roles } of standpoints) {
    if (organisation === null) continue;
    const person = uuidOf('d', desk);
    await client.query(
      `insert into identity.person (id, subject, display_name, organisation_id, synthetic) values ($1, $2, $3, $4, true)`,
      [person, subjectOf(key), key, uuidOf('0', organisation)],
    );
    await client.query(
      `insert into identity.affiliation (person_id, organisation_id, organisation_no, desk_no, valid_from) values ($1, $2, $3, $4, '2024-01-01')`,
      [person, uuidOf('0', organisation), organisation, desk],
    );
    for (const name of roles) {
      const office = isHeldRole(name) && isOffice(name);
      const ofCleanTeam = name === 'CLEAN_TEAM';
      await client.query(
        `insert into identity.role (person_id, name, organisation_id, alliance_id, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)`,
        [
          person,
          name,
          office ? null : uuidOf('0', organisation),
          office ? ALLIANCE : null,
          ofCleanTeam ? '2026-06-01' : '2024-01-01',
          ofCleanTeam ? '2027-06-01' : null,
        ],
      );
    }
  }
}
