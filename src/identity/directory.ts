import type { HeldRole } from './roles';

/** Standing of an organisation, `domain.md` 1.1; NONE: it is no member, as an analyst's bureau or a ministry. */
export type Standing = 'GOOD' | 'LATE' | 'SUSPENDED' | 'LEFT' | 'NONE';

/** A stretch of time, half-open; `to` null: no end is set. */
export interface Tenure {
  readonly from: Date;
  readonly to: Date | null;
}

export type RoleScope =
  | { readonly kind: 'ALLIANCE' }
  | { readonly kind: 'MEMBER'; readonly organisationId: string }
  | { readonly kind: 'INITIATIVE'; readonly initiativeId: string };

export interface RoleTenure extends Tenure {
  readonly name: HeldRole;
  readonly scope: RoleScope;
}

/** Counsel's word that what the person learns at this desk stays there. */
export interface Wall {
  /** Person id of the counsel who attested it; never the person's own. */
  readonly attestedBy: string;
}

/** A person's place at one desk (a walled activity of an organisation; most organisations have one). */
export interface Affiliation extends Tenure {
  /** UUID. */
  readonly organisationId: string;
  /** Unit number of the organisation in `policy.viewer`. */
  readonly organisationNo: number;
  readonly standing: Standing;
  /** Number of the desk in `policy.viewer`; never leaves the hub. */
  readonly deskNo: number;
  /** What the person writes in `Sluice-Desk`, such as `buying`; unique among the person's own desks. */
  readonly deskKey: string;
  readonly wall: Wall | null;
}

export interface PersonRecord {
  /** UUID. */
  readonly personId: string;
  /** The issuer's name for the person. */
  readonly subject: string;
  /** UUID of the organisation the person is at home in, or null. */
  readonly organisationId: string | null;
  /** A machine identity, such as a partner alliance's. */
  readonly machine: boolean;
  /** Shut out: reads as nobody at all. */
  readonly suspended: boolean;
  /** BCP 47, or null. */
  readonly locale: string | null;
  /** Whoever keeps them may list ended ones too: only those live at the time of the request count. */
  readonly affiliations: readonly Affiliation[];
  /** With the ended ones: a commercial role of the last two years bars from the clean team. */
  readonly roles: readonly RoleTenure[];
}

/** Where identity looks people up; a module implements it over its tables. */
export interface Directory {
  /** By the subject of a verified token. */
  findPerson(subject: string): Promise<PersonRecord | null>;
  /** By the person of an API key. */
  findPersonById(personId: string): Promise<PersonRecord | null>;
  /**
   * The initiative that a reader names in `Sluice-Initiative`, by an id as that reader sees it. Null alike for one that
   * does not exist and for one the reader may not know of.
   *
   * @param idKey key of the reader's ids: organisation UUID or `PUBLIC`.
   */
  findInitiative(
    reference: string,
    reader: { personId: string | null; idKey: string },
  ): Promise<InitiativeRecord | null>;
}

export interface InitiativeRecord {
  /** UUID. */
  readonly initiativeId: string;
  readonly initiativeNo: number;
}
