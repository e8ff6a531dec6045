/** What the facts are, said again from `domain.md` 1: the oracle's own list, shared with nothing that it judges. */

/** A column with a class of its own: tier/sensitivity/class, or `@column/class` where the class is stored in the row. */
export type OwnClass = readonly [column: string, field: number, cell: string, toldWhenClosed?: boolean];

export interface FactShape {
  /** number in the keys of agreements */
  number: number;
  /** units that must each admit the reader */
  about: string[];
  /** columns that name an organisation, or a list of them */
  names: string[];
  /** how agreements open it: not at all, as a whole, or by the number in this column */
  agreements: 'never' | 'whole' | { column: string };
  /** reasons that never open it */
  never: string[];
  /** counsel reads it only while there is something to clear or to freeze */
  counselOnlyToClear: boolean;
  /** whether the fact ages from the end of its period */
  ages: boolean;
  own: OwnClass[];
}

const meta = 'ALLIANCE/NONE/ALLIANCE_META';
const ownerOnly = 'OWNER_ONLY/NONE/ALLIANCE_META';
const ofBothEnds = 'ADDRESSED/COUNTERPARTY/LINK';
/** Columns of a link that follow each other by number. */
function ofLink(columns: string[], first: number, cell: string): OwnClass[] {
  return columns.map((column, index): OwnClass => [column, first + index, cell]);
}

/** owner, assessor and standard owner */
const ofAssessment = ['owner_no', 'assessor_no', 'standard_owner_no'];

function shape(number: number, rest: Partial<FactShape> = {}): FactShape {
  const plain: FactShape = {
    number,
    about: ['unit_no'],
    names: [],
    agreements: 'never',
    never: [],
    counselOnlyToClear: false,
    ages: false,
    own: [],
  };
  return { ...plain, ...rest };
}

export const factShapes: Record<string, FactShape> = {
  organisation: shape(1, {
    own: [
      ['critical', 1, meta, true],
      ['critical_reason', 2, meta, true],
      ['ownership_group', 3, meta, true],
      ['beneficial_owners', 4, meta, true],
      ['capacity', 5, meta, true],
      ['capacity_note', 6, meta, true],
      ['senior_sponsor_id', 7, meta, true],
      ['standing', 8, meta, true],
      ['joined_on', 9, meta, true],
      ['version', 10, ownerOnly],
      ['created_at', 11, ownerOnly],
      ['updated_at', 12, ownerOnly],
    ],
  }),
  activity: shape(2, { own: [['withdrawn_at', 1, ownerOnly]] }),
  ownership: shape(3),
  site: shape(4, {
    own: [
      ['latitude', 1, '@location_class/PUBLIC_CLAIM'],
      ['longitude', 2, '@location_class/PUBLIC_CLAIM'],
      ['joint_venture', 3, meta, true],
      ['version', 4, ownerOnly],
      ['created_at', 5, ownerOnly],
      ['updated_at', 6, ownerOnly],
    ],
  }),
  site_owner: shape(5),
  capacity: shape(6, { agreements: 'whole' }),
  tailings_facility: shape(7),
  measurement: shape(8, {
    agreements: { column: 'indicator_no' },
    ages: true,
    own: [
      ['withdrawn_at', 2001, ownerOnly],
      ['tier', 2002, ownerOnly],
      ['version', 2003, ownerOnly],
      ['created_at', 2004, ownerOnly],
      ['updated_at', 2005, ownerOnly],
    ],
  }),
  plan: shape(9, {
    agreements: 'whole',
    own: [
      ['budget_band', 1, 'OWNER_ONLY/FUTURE_INTENT/CSI_CORE'],
      ['withdrawn_at', 2001, ownerOnly],
    ],
  }),
  plan_extract: shape(22, {
    agreements: 'whole',
    own: [['withdrawn_at', 2001, 'OWNER_ONLY/NONE/PLAN_EXTRACT']],
  }),
  target: shape(10, { agreements: 'whole', own: [['withdrawn_at', 2001, ownerOnly]] }),
  assessment: shape(11, {
    names: ofAssessment,
    agreements: 'whole',
    own: [
      ['level', 2, '@level_class/PUBLIC_CLAIM'],
      ['decided_at', 1, meta, true],
    ],
  }),
  criterion_result: shape(12, { names: ofAssessment }),
  finding: shape(13, { names: ofAssessment, agreements: 'whole' }),
  corrective_action: shape(14, { names: ofAssessment, agreements: 'whole' }),
  equivalence_claim: shape(15, { names: ['claimant_no'] }),
  link: shape(16, {
    about: ['unit_no', 'customer_unit_no'],
    names: ['owner_no', 'customer_owner_no'],
    never: ['COUNSEL', 'SECRETARIAT'],
    own: [
      ['volume_band', 1, '@volume_band_class/CSI_CORE'],
      ...ofLink(['product_hs6', 'via', 'period_start', 'period_end', 'custody_model'], 7, '@detail_class/LINK'),
      ...ofLink(['confidence', 'confidence_basis'], 12, '@detail_class/LINK'),
      ...ofLink(['asserted_by_no', 'supplier_audience', 'customer_audience', 'purpose', 'reason'], 2, ofBothEnds),
      ...ofLink(['supplier_distance', 'customer_distance', 'supplier_form', 'customer_form'], 14, ofBothEnds),
      ...ofLink(['supplier_opaque', 'customer_opaque'], 18, ofBothEnds),
    ],
  }),
  link_evidence: shape(17, { names: ['owner_no', 'customer_owner_no'], never: ['COUNSEL', 'SECRETARIAT'] }),
  demand: shape(18, {
    names: ['owner_no', 'recipients'],
    never: ['COUNSEL', 'SECRETARIAT', 'ASSESSOR'],
    own: [
      ['cascaded_from', 1, 'OWNER_ONLY/COUNTERPARTY/DEMAND'],
      ['recipients', 2, 'OWNER_ONLY/COUNTERPARTY/DEMAND'],
    ],
  }),
  demand_response: shape(19, {
    names: ['owner_no', 'issuer_no'],
    never: ['COUNSEL', 'SECRETARIAT', 'ASSESSOR'],
  }),
  response_evidence: shape(20, {
    names: ['owner_no', 'issuer_no'],
    never: ['COUNSEL', 'SECRETARIAT', 'ASSESSOR'],
  }),
  agreement: shape(21, {
    names: ['owner_no', 'partner_no'],
    never: ['SECRETARIAT', 'ASSESSOR'],
    counselOnlyToClear: true,
  }),
};

/** Facts whose owner may set the tier of single columns. */
export const ownerSetsColumns = ['organisation', 'site'];
