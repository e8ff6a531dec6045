import type { Tier } from '../../policy/cells';

/**
 * What an import yields before anything touches the database: one event per input row, so that for every file
 * rows = loaded + rejected by construction. A loaded row carries its records, a rejected one its faults.
 */

/** A unit of the hub that a reference was resolved to, while the rows were checked against it. */
export interface ResolvedUnit {
  readonly unitNo: number;
  readonly ownerNo: number;
  readonly organisationId: string;
  readonly siteId: string | null;
}

/** Inside one import: `<format>:<normalised name or the source's own id>`. Never shown to a reader. */
export type StagedKey = string;

/** A member, site or product that the row names in words of its own file; resolved when the batch is committed. */
export interface TextReference {
  readonly kind: 'REFERENCE';
  readonly text: string;
}

export interface SiteReference {
  readonly kind: 'SITE';
  readonly key: StagedKey;
}

export interface OrganisationReference {
  readonly kind: 'ORGANISATION';
  readonly key: StagedKey;
}

/** A holder that the source leaves unnamed: the share is a fact, but nobody to make an organisation of. */
export interface UnnamedHolder {
  readonly kind: 'UNNAMED';
  readonly label: 'UNKNOWN' | 'SMALL_SHAREHOLDERS' | 'NATURAL_PERSONS' | 'OTHER';
}

export interface ExternalId {
  readonly scheme: string;
  readonly value: string;
}

/** Half-open [start, end), ISO 8601 dates. */
export interface StagedPeriod {
  readonly start: string;
  readonly end: string;
}

/** A quantity in the unit it is stored in, and exactly as the source wrote it. */
export interface StagedQuantity {
  readonly value: string;
  readonly unit: string;
  readonly originalValue: string;
  readonly originalUnit: string;
}

/** An organisation from open data is no member: contributor is the importer, the subject is unverified. */
export interface OrganisationRecord {
  readonly kind: 'organisation';
  readonly key: StagedKey;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly externalIds: readonly ExternalId[];
}

/** DIRECT = the owner of record; ULTIMATE = the parents behind it. Each level sums to at most 100 for itself. */
export interface OwnershipShareRecord {
  readonly kind: 'ownershipShare';
  readonly subject: SiteReference | OrganisationReference;
  readonly holder: OrganisationReference | UnnamedHolder | TextReference;
  readonly level: 'DIRECT' | 'ULTIMATE';
  /** Decimal string 0-100, null when the source gives none. */
  readonly percent: string | null;
  readonly fromYear: number | null;
  /** Of an own CSV kind: who holds it, by id where the importer may know of them. */
  readonly resolved?: { readonly holderId: string | null; readonly holderName: string };
  /** ISO date on which the share was sold, if the source says so. */
  readonly until: string | null;
}

export interface OperatorRecord {
  readonly kind: 'operator';
  readonly site: SiteReference;
  readonly organisation: OrganisationReference;
  readonly fromYear: number | null;
}

export const siteTypes = [
  'MINE_OPEN_PIT',
  'MINE_UNDERGROUND',
  'ASM_COOPERATIVE',
  'CONCENTRATOR',
  'SMELTER',
  'REFINERY',
  'RECYCLER',
  'CHEMICAL_PLANT',
  'COMPONENT_PLANT',
  'ASSEMBLY_PLANT',
  'WAREHOUSE',
  'TSF',
] as const;
export type SiteType = (typeof siteTypes)[number];

export const siteStatuses = ['EXPLORATION', 'CONSTRUCTION', 'OPERATING', 'CARE_AND_MAINTENANCE', 'CLOSED'] as const;
export type SiteStatus = (typeof siteStatuses)[number];

export type SiteStage = 'MINING_LSM' | 'SMELTING' | 'REFINING';

export interface SiteMineral {
  readonly mineral: string;
  /** Null when the source does not tell main product from by-product. */
  readonly role: 'PRIMARY' | 'BY_PRODUCT' | null;
}

/** What a member says of its own site beyond what open data can. */
export interface OwnSiteDetails {
  /** Legal name or LEI of the owning member. */
  readonly member: TextReference;
  readonly rmiCid: string | null;
  readonly osId: string | null;
  readonly operator: TextReference | null;
}

export interface SiteRecord {
  readonly kind: 'site';
  readonly key: StagedKey;
  readonly name: string;
  readonly externalIds: readonly ExternalId[];
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** As written in the source, or an ISO 3166-2 code in the own CSV kind. */
  readonly subdivision: string | null;
  /** WGS 84 decimal degrees as strings; null when the source has none. */
  readonly location: { readonly latitude: string; readonly longitude: string } | null;
  readonly type: SiteType | null;
  readonly status: SiteStatus | null;
  readonly stages: readonly string[];
  /** What everybody may read of the place, and who may read it exactly; as the location, and PUBLIC, when left out. */
  readonly publicLocation?: SiteRecord['location'];
  readonly locationClass?: number;
  readonly minerals: readonly SiteMineral[];
  readonly products: readonly string[];
  /** Only in the own CSV kind. */
  readonly own: OwnSiteDetails | null;
  readonly sourceUrl: string | null;
  readonly citation: string | null;
}

export interface CapacityRecord {
  readonly kind: 'capacity';
  readonly site: SiteReference;
  /** What the capacity is of: `iron ore`, `crude steel`, `iron`; null for the site as a whole. */
  readonly product: string | null;
  readonly quantity: StagedQuantity;
  readonly tier: 'OWNER_ONLY';
  readonly sensitivity: 'CAPACITY';
}

export type MeasurementBasis = 'ORE' | 'CONCENTRATE' | 'CONTAINED_METAL' | 'PRODUCT';

/** Where and when a figure was published; without it a figure stays with its owner (`domain.md` 0.2, last rules). */
export interface Publication {
  readonly citation: string;
  readonly sourceUrl: string | null;
  /** ISO date; the last day of the year where the source gives only a year, so that age is never overstated. */
  readonly publishedAt: string;
}

export interface MeasurementRecord {
  readonly kind: 'measurement';
  readonly subject: SiteReference | TextReference;
  readonly indicator: string;
  readonly mineral: string | null;
  readonly product: string | null;
  readonly basis: MeasurementBasis | null;
  readonly period: StagedPeriod;
  /** Null when the owner states the absence of a figure instead; zero is a figure. */
  readonly quantity: StagedQuantity | null;
  readonly absence: 'NOT_MATERIAL' | 'NOT_AVAILABLE' | null;
  readonly method: string | null;
  readonly boundary: string | null;
  readonly verification: string | null;
  /** +- %, 0-100. */
  readonly uncertainty: string | null;
  readonly publication: Publication | null;
  /** Null: the default of the indicator. */
  readonly tier: Tier | null;
  readonly resolved?: ResolvedUnit;
  readonly sensitivity: 'VOLUME' | 'NONE' | null;
}

export type LinkDestination =
  | SiteReference
  | TextReference
  | { readonly kind: 'PORT'; readonly name: string }
  | { readonly kind: 'COUNTRY'; readonly country: string };

/** A link that one side or a third party asserts; nobody has confirmed it. */
export interface LinkRecord {
  readonly kind: 'link';
  readonly supplier: SiteReference | TextReference;
  readonly customer: LinkDestination;
  readonly mineral: string;
  readonly product: string | null;
  readonly supplierStage: string | null;
  readonly period: StagedPeriod;
  readonly custodyModel: string | null;
  readonly volumeBand: string | null;
  readonly confidence: string | null;
  readonly evidence: string | null;
  readonly resolved?: { readonly supplier: ResolvedUnit; readonly customer: ResolvedUnit };
  /** Both ends belong to one ownership group. */
  readonly intraGroup?: boolean;
}

export interface MemberActivity {
  readonly mineral: string;
  readonly stage: string;
  readonly side: 'SELL' | 'BUY';
  readonly markets: readonly string[];
}

export interface MemberRecord {
  readonly kind: 'member';
  readonly legalName: string;
  readonly aliases: readonly string[];
  readonly lei: string | null;
  readonly otherIds: readonly ExternalId[];
  readonly jurisdiction: string;
  readonly stakeholderGroup: string;
  readonly ownershipGroup: string | null;
  readonly activities: readonly MemberActivity[];
  readonly standing: string | null;
  /** As `vault.register_member` takes it. */
  readonly member?: object;
}

export interface AssessmentRecord {
  readonly kind: 'assessment';
  readonly site: TextReference;
  readonly standardVersion: string;
  readonly result: string;
  readonly assurance: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly assessor: string | null;
  readonly reportUrl: string | null;
  readonly reportSha256: string | null;
  readonly resolved?: ResolvedUnit;
  readonly assessorId?: string | null;
  readonly assessorNo?: number | null;
}

export type StagedRecord =
  | OrganisationRecord
  | OwnershipShareRecord
  | OperatorRecord
  | SiteRecord
  | CapacityRecord
  | MeasurementRecord
  | LinkRecord
  | MemberRecord
  | AssessmentRecord;

export type RejectionCode =
  | 'AMBIGUOUS_COUNTRY'
  | 'AMBIGUOUS_DESTINATION'
  | 'AMBIGUOUS_MINERAL'
  | 'AMBIGUOUS_REFERENCE'
  | 'AMBIGUOUS_UNIT'
  | 'CITATION_BEFORE_PERIOD'
  | 'COLUMN_COUNT'
  | 'COMPANY_NOT_SITE'
  | 'CONFLICT_OF_INTEREST'
  | 'CONFLICTING_SHARES'
  | 'CONFLICTING_VALUES'
  | 'COORDINATES_INCOMPLETE'
  | 'COORDINATES_OUT_OF_RANGE'
  | 'DUPLICATE'
  | 'INVALID_IDENTIFIER'
  | 'INVALID_TEXT'
  | 'LINK_TO_ITSELF'
  | 'MISSING_DESTINATION'
  | 'MISSING_OWNER'
  | 'MISSING_PRODUCT'
  | 'MISSING_UNIT'
  | 'MISSING_VALUE'
  | 'MISSING_YEAR'
  | 'NEGATIVE_VALUE'
  | 'NOT_A_DATE'
  | 'NOT_A_NUMBER'
  | 'NOT_A_PERIOD'
  | 'NOT_A_YEAR'
  | 'NOT_AN_OUTPUT'
  | 'NOT_IN_LIST'
  | 'NOT_UTF8'
  | 'NOT_YOURS'
  | 'NULL_ISLAND'
  | 'OUT_OF_BOUNDS'
  | 'OWNER_NOT_UNDERSTOOD'
  | 'PERIOD_NOT_CLOSED'
  | 'RULE_NOT_KEPT'
  | 'REGION_NOT_SITE'
  | 'SHARES_EXCEED_100'
  | 'STATUS_CANCELLED'
  | 'STATUS_UNMAPPED'
  | 'TAKEN'
  | 'TYPE_UNMAPPED'
  | 'UNIT_DOES_NOT_FIT'
  | 'UNKNOWN_COUNTRY'
  | 'UNKNOWN_MINERAL'
  | 'UNKNOWN_REFERENCE'
  | 'UNKNOWN_SITE'
  | 'UNKNOWN_UNIT';

export type WarningCode =
  | 'CAPACITY_ZERO'
  | 'EXTERNAL_ID_CONFLICT'
  | 'EXTERNAL_ID_UNCERTAIN'
  | 'JOINT_SHARE_NOT_SPLIT'
  | 'NAME_VARIANT'
  | 'NO_LOCATION'
  | 'NOT_A_NUMBER'
  | 'NOT_STATED'
  | 'OPERATOR_NOT_UNDERSTOOD'
  | 'OUTSIDE_COUNTRY'
  | 'OWNER_UNNAMED'
  | 'PERIOD_NOT_CLOSED'
  | 'SEVERAL_TYPES'
  | 'SHARE_MISSING'
  | 'SHARES_EXCEED_100'
  | 'SHARES_ROUNDED'
  | 'STATUS_SHELVED'
  | 'STATUS_UNKNOWN'
  | 'STORED_OTHERWISE'
  | 'TYPE_UNKNOWN'
  | 'UNDATED_CITATION'
  | 'UNKNOWN_MINERAL';

/** What is wrong and where: `row` counts as a spreadsheet does, the header being row 1. */
export interface Finding<Code extends string> {
  readonly file: string;
  readonly row: number;
  readonly column: string | null;
  readonly code: Code;
  /** What the cell held, escaped and cut, fit for a terminal and for a spreadsheet. */
  readonly value: string;
  /** What to do about it: lower case, no full stop. */
  readonly hint: string;
}

export type Rejection = Finding<RejectionCode>;
export type Warning = Finding<WarningCode>;

export interface LoadedRow {
  readonly kind: 'loaded';
  readonly file: string;
  readonly row: number;
  readonly records: readonly StagedRecord[];
  readonly warnings: readonly Warning[];
}

/** The first rejection is the one the row is counted under; the others are told too, so that all faults show at once. */
export interface RejectedRow {
  readonly kind: 'rejected';
  readonly file: string;
  readonly row: number;
  readonly rejections: readonly [Rejection, ...Rejection[]];
  readonly warnings: readonly Warning[];
}

export type FileFaultCode =
  'EMPTY_FILE' | 'MALFORMED_CSV' | 'MISSING_COLUMN' | 'REPEATED_COLUMN' | 'UNKNOWN_COLUMN' | 'UNREADABLE_FILE';

/** A file that cannot be read on: nothing of an import with a fault may be committed, not even in part. */
export interface FileFault {
  readonly kind: 'fault';
  readonly file: string;
  readonly row: number;
  readonly column: string | null;
  readonly code: FileFaultCode;
  readonly hint: string;
}

export type StagedRow = LoadedRow | RejectedRow;
export type StagedEvent = StagedRow | FileFault;
