import { DomainError } from '../kernel/errors';
import type { GroundMask } from '../policy/grounds';
import { PUBLIC_GROUNDS } from '../policy/kinds';
import { isLanguageTag, parseContextHeaders, type RequestHeaders, type StatedContext } from './contextHeaders';
import type { Credential } from './credential';
import type { Affiliation, Directory, InitiativeRecord, PersonRecord } from './directory';
import type { PurposeList } from './purposes';
import { intersection, rightsAt, type Rights } from './rights';
import { countingRoles } from './roleRules';
import { isForPeopleOnly, type HeldRole, type Role } from './roles';
import { SCOPES, type Scope } from './scopes';
import { organisationOf, standpoint } from './standpoint';
import type { IdentityThresholds } from './thresholds';
import { unauthenticated } from './unauthenticated';

/** Who reads or writes, as the rest of the hub sees it. */
export interface Viewer {
  readonly kind: 'PUBLIC' | 'PERSON' | 'MACHINE';
  /** UUID; null for PUBLIC. */
  readonly personId: string | null;
  /** UUID of the organisation acted for, kept while it is suspended; null for PUBLIC and without a live affiliation. */
  readonly organisationId: string | null;
  /** Its unit number. */
  readonly organisationNo: number | null;
  /** Desks acted at, at least one; a unit's grounds are those that hold at every one of them. */
  readonly deskNos: readonly number[];
  /** Roles that count here and now; [PUBLIC] for the public and for a suspended or departed organisation. */
  readonly roles: readonly Role[];
  /** Grounds that this viewer may use at all: AND it with every pair. */
  readonly may: GroundMask;
  readonly scopes: readonly Scope[];
  /** Key of opaque ids and cursors: organisation UUID, or `PUBLIC`. */
  readonly idKey: string;
  /** Code of the stated purpose; null: none was stated. */
  readonly purpose: string | null;
  /** UUID of the stated initiative; null: the alliance's standing one. */
  readonly initiativeId: string | null;
  readonly initiativeNo: number | null;
  /** BCP 47. */
  readonly locale: string;
}

export interface ViewerRules {
  readonly purposes: PurposeList;
  readonly thresholds: IdentityThresholds;
}

export const PUBLIC_ID_KEY = 'PUBLIC';
/** Desk of whoever reads for no organisation; the database holds it from the start (INVARIANT DeskOneIsPublic). */
export const PUBLIC_DESK_NO = 1;
const DEFAULT_LOCALE = 'en';

/**
 * Makes the viewer of one request from a verified credential, the directory and the headers, at the time `now`.
 *
 * @throws DomainError UNAUTHENTICATED for a person who is unknown or shut out; VALIDATION for an unknown purpose,
 *   initiative or desk; POLICY_DENIED for a purpose that is not the viewer's to state; CONFLICT_OF_INTEREST for a desk
 *   without a wall.
 */
export async function resolveViewer(
  credential: Credential,
  directory: Directory,
  headers: RequestHeaders,
  now: Date,
  rules: ViewerRules,
): Promise<Viewer> {
  const person = await findPerson(credential, directory);
  const stated = parseContextHeaders(headers, rules.purposes);
  const affiliations = person === null ? [] : standpoint(person, stated.desk, now);
  const organisation = person === null ? null : organisationOf(affiliations, person);
  const idKey = organisation?.organisationId ?? PUBLIC_ID_KEY;
  const personId = person?.personId ?? null;
  const initiative = await findInitiative(stated, directory, { personId, idKey });
  const rights = rightsOf(credential, person, affiliations, initiative, now, rules.thresholds);
  const roles: readonly Role[] = isReadingAsPublic(affiliations) ? ['PUBLIC'] : rights.roles;
  requirePurposeIsTheirs(stated.purpose, roles, rules.purposes);
  return {
    kind: kindOf(credential, person),
    personId,
    organisationId: organisation?.organisationId ?? null,
    organisationNo: organisation?.organisationNo ?? null,
    deskNos: affiliations.length === 0 ? [PUBLIC_DESK_NO] : distinctDesks(affiliations),
    roles,
    may: rights.may,
    scopes: scopesOf(credential, person),
    idKey,
    purpose: stated.purpose,
    initiativeId: initiative?.initiativeId ?? null,
    initiativeNo: initiative?.initiativeNo ?? null,
    locale: localeOf(stated, person),
  };
}

/** Null for the public. An unknown and a shut-out person are refused alike. */
async function findPerson(credential: Credential, directory: Directory): Promise<PersonRecord | null> {
  if (credential.kind === 'NONE') return null;
  const person =
    credential.kind === 'TOKEN'
      ? await directory.findPerson(credential.subject)
      : await directory.findPersonById(credential.personId);
  if (person === null) throw unauthenticated(new Error('the credential is good but belongs to nobody here'));
  if (person.suspended) throw unauthenticated(new Error('the person is shut out'));
  return person;
}

async function findInitiative(
  stated: StatedContext,
  directory: Directory,
  reader: { personId: string | null; idKey: string },
): Promise<InitiativeRecord | null> {
  if (stated.initiative === null) return null;
  const initiative = await directory.findInitiative(stated.initiative, reader);
  if (initiative !== null) return initiative;
  const path = ['headers', 'Sluice-Initiative'];
  const issues = [{ path, rule: 'CONTEXT.INITIATIVE', hint: 'give the id of an initiative that you can see' }];
  throw new DomainError('VALIDATION', 'input not valid', { issues });
}

function rightsOf(
  credential: Credential,
  person: PersonRecord | null,
  affiliations: readonly Affiliation[],
  initiative: InitiativeRecord | null,
  now: Date,
  thresholds: IdentityThresholds,
): Rights {
  if (person === null) return { roles: [], may: PUBLIC_GROUNDS };
  const initiativeId = initiative?.initiativeId ?? null;
  // Whether a role counts is judged on all of the person's roles; only then does a machine take its part of them.
  const isForCredential = (name: HeldRole): boolean => {
    if (kindOf(credential, person) === 'MACHINE' && isForPeopleOnly(name)) return false;
    return credential.kind !== 'API_KEY' || credential.roles.includes(name);
  };
  const tenures = countingRoles(person.roles, now, thresholds).filter(({ name }) => isForCredential(name));
  return intersection(affiliations.map((affiliation) => rightsAt(affiliation, tenures, initiativeId)));
}

function distinctDesks(affiliations: readonly Affiliation[]): number[] {
  return [...new Set(affiliations.map((affiliation) => affiliation.deskNo))];
}

function isReadingAsPublic(affiliations: readonly Affiliation[]): boolean {
  const isOut = ({ standing }: Affiliation): boolean => standing === 'SUSPENDED' || standing === 'LEFT';
  return affiliations.length === 0 || affiliations.some(isOut);
}

function requirePurposeIsTheirs(code: string | null, roles: readonly Role[], purposes: PurposeList): void {
  if (code === null) return;
  const statedBy = purposes.get(code)?.statedBy ?? [];
  if (statedBy.includes('PUBLIC') || statedBy.some((role) => roles.includes(role))) return;
  throw new DomainError('POLICY_DENIED', `the purpose \`${code}\` is not yours to state`, {
    rule: 'PURPOSE.ROLE',
    next: 'state a purpose of your own role, or none',
  });
}

function kindOf(credential: Credential, person: PersonRecord | null): Viewer['kind'] {
  if (person === null) return 'PUBLIC';
  return credential.kind === 'API_KEY' || person.machine ? 'MACHINE' : 'PERSON';
}

/** A person's token that names no scope of ours has them all; a machine has what is named, else it only reads. */
function scopesOf(credential: Credential, person: PersonRecord | null): readonly Scope[] {
  if (credential.kind === 'NONE' || person === null) return ['read'];
  return credential.scopes ?? (person.machine ? ['read'] : SCOPES);
}

function localeOf(stated: StatedContext, person: PersonRecord | null): string {
  const own = person?.locale ?? null;
  return stated.locale ?? (own !== null && isLanguageTag(own) ? own : DEFAULT_LOCALE);
}
