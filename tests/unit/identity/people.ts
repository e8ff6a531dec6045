import type {
  Affiliation,
  Credential,
  Directory,
  PersonRecord,
  RoleTenure,
  Viewer,
  ViewerRules,
} from '../../../src/identity';
import { readIdentityThresholds, readPurposes, resolveViewer } from '../../../src/identity';
import type { RequestHeaders } from '../../../src/identity';

export const NOW = new Date('2026-11-23T12:00:00Z');
export const rules: ViewerRules = {
  purposes: readPurposes('policies'),
  thresholds: readIdentityThresholds('policies'),
};
export const AUTO = '00000000-0000-4000-8000-00000000000a';
export const MINE = '00000000-0000-4000-8000-00000000000b';
export const COUNSEL_ID = '00000000-0000-4000-8000-0000000000cc';
export const INITIATIVE = '00000000-0000-4000-8000-000000000111';

export function affiliation(changes: Partial<Affiliation> = {}): Affiliation {
  return {
    organisationId: AUTO,
    organisationNo: 10,
    standing: 'GOOD',
    deskNo: 100,
    deskKey: 'main',
    from: new Date('2020-01-01T00:00:00Z'),
    to: null,
    wall: null,
    ...changes,
  };
}

/** The second desk of many stories: the buying side's own mining arm. */
export function atMine(changes: Partial<Affiliation> = {}): Affiliation {
  return affiliation({ organisationId: MINE, organisationNo: 20, deskNo: 200, deskKey: 'mining', ...changes });
}

export function tenure(name: RoleTenure['name'], changes: Partial<RoleTenure> = {}): RoleTenure {
  return { name, scope: { kind: 'ALLIANCE' }, from: new Date('2026-01-01T00:00:00Z'), to: null, ...changes };
}

export function person(changes: Partial<PersonRecord> = {}): PersonRecord {
  return {
    personId: '00000000-0000-4000-8000-000000000001',
    subject: 'demo-auto',
    organisationId: AUTO,
    machine: false,
    suspended: false,
    locale: null,
    affiliations: [affiliation()],
    roles: [],
    ...changes,
  };
}

export function directoryOf(...people: PersonRecord[]): Directory {
  return {
    findPerson: async (subject) => people.find((each) => each.subject === subject) ?? null,
    findPersonById: async (personId) => people.find((each) => each.personId === personId) ?? null,
    findInitiative: async (reference) =>
      reference === 'initiative_one' ? { initiativeId: INITIATIVE, initiativeNo: 7 } : null,
  };
}

/** The viewer that this one person becomes, with a token unless told otherwise. */
export async function viewerOf(
  record: PersonRecord,
  headers: RequestHeaders = {},
  credential: Credential = { kind: 'TOKEN', subject: record.subject, scopes: null },
  now: Date = NOW,
): Promise<Viewer> {
  return resolveViewer(credential, directoryOf(record), headers, now, rules);
}
