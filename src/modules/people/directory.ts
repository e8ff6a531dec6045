import type { QueryResultRow } from 'pg';
import {
  isHeldRole,
  type Affiliation,
  type Directory,
  type InitiativeRecord,
  type PersonRecord,
  type RoleScope,
  type RoleTenure,
  type Standing,
} from '../../identity';
import type { OpaqueIds } from '../../kernel/opaqueId';

/** The pool of the query role, or what counts its statements. */
export interface PeopleReader {
  query<T extends QueryResultRow>(sql: string, parameters: unknown[]): Promise<{ rows: T[] }>;
}

/** As `identity.person_record` gives it; dates are days, ISO 8601. */
interface StoredPerson {
  personId: string;
  subject: string;
  organisationId: string | null;
  machine: boolean;
  suspended: boolean;
  locale: string | null;
  affiliations: StoredAffiliation[];
  roles: StoredRole[];
}

interface StoredAffiliation {
  organisationId: string;
  organisationNo: number;
  standing: Standing;
  deskNo: number;
  deskKey: string;
  wallAttestedBy: string | null;
  closureValid: boolean;
  from: string;
  to: string | null;
}

interface StoredRole {
  name: string;
  organisationId: string | null;
  initiativeId: string | null;
  from: string;
  to: string | null;
}

/**
 * People, affiliations and roles as the database has them. Made anew for each request: it remembers only what this request
 * asked, so that a withdrawn role or a suspended member counts at the next one.
 */
export class PeopleDirectory implements Directory {
  private readonly found = new Map<string, Promise<PersonRecord | null>>();
  private readonly closures = new Map<number, boolean>();

  constructor(
    private readonly reader: PeopleReader,
    private readonly ids: OpaqueIds,
  ) {}

  findPerson(subject: string): Promise<PersonRecord | null> {
    return this.once(`subject ${subject}`, 'select identity.find_person($1) as person', subject);
  }

  findPersonById(personId: string): Promise<PersonRecord | null> {
    return this.once(`id ${personId}`, 'select identity.find_person_by_id($1) as person', personId);
  }

  async findInitiative(reference: string, { idKey }: { idKey: string }): Promise<InitiativeRecord | null> {
    const decoded = this.ids.decode(reference, idKey);
    if (decoded?.type !== 'initiative') return null;
    const { rows } = await this.reader.query<{ no: number | null }>('select identity.find_initiative($1) as no', [
      decoded.uuid,
    ]);
    const initiativeNo = rows[0]?.no ?? null;
    return initiativeNo === null ? null : { initiativeId: decoded.uuid, initiativeNo };
  }

  /** Of these desks, those whose N-tier grounds are to be computed before they count; of people asked for before. */
  staleDesks(deskNos: readonly number[]): number[] {
    return deskNos.filter((deskNo) => this.closures.get(deskNo) === false);
  }

  private once(key: string, sql: string, parameter: string): Promise<PersonRecord | null> {
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const lookup = this.lookUp(sql, parameter);
    this.found.set(key, lookup);
    return lookup;
  }

  private async lookUp(sql: string, parameter: string): Promise<PersonRecord | null> {
    const { rows } = await this.reader.query<{ person: StoredPerson | null }>(sql, [parameter]);
    const person = rows[0]?.person ?? null;
    if (person === null) return null;
    for (const { deskNo, closureValid } of person.affiliations) this.closures.set(deskNo, closureValid);
    const { personId, subject, organisationId, machine, suspended, locale } = person;
    return {
      personId,
      subject,
      organisationId,
      machine,
      suspended,
      locale,
      affiliations: person.affiliations.map(affiliationOf),
      roles: person.roles.flatMap(tenureOf),
    };
  }
}

function affiliationOf(stored: StoredAffiliation): Affiliation {
  const { organisationId, organisationNo, standing, deskNo, deskKey, wallAttestedBy } = stored;
  const tenure = { from: startOf(stored.from), to: stored.to === null ? null : startOf(stored.to) };
  const wall = wallAttestedBy === null ? null : { ...tenure, attestedBy: wallAttestedBy };
  return { ...tenure, organisationId, organisationNo, standing, deskNo, deskKey, wall };
}

/** A role that this version does not know gives no right. */
function tenureOf(stored: StoredRole): RoleTenure[] {
  const { name, from, to } = stored;
  if (!isHeldRole(name)) return [];
  return [{ name, scope: scopeOf(stored), from: startOf(from), to: to === null ? null : startOf(to) }];
}

/** The narrowest that is named: a role in an initiative counts there only, whoever gave it. */
function scopeOf({ organisationId, initiativeId }: StoredRole): RoleScope {
  if (initiativeId !== null) return { kind: 'INITIATIVE', initiativeId };
  return organisationId === null ? { kind: 'ALLIANCE' } : { kind: 'MEMBER', organisationId };
}

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
