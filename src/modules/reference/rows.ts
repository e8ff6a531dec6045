import type { TransitionRow } from '../../kernel/stateMachine';
import type { DataClass, GateAudience, Phase, Sector, Sensitivity, Stage, Tier } from '../../kernel/vocabulary';

/** How sure the catalogue is of a row: LOW is not to be shown without a check (`reference/README.md`). */
export const certainties = ['HIGH', 'MEDIUM', 'LOW'] as const;
export type Certainty = (typeof certainties)[number];

export const standardKinds = [
  'VOLUNTARY_STANDARD',
  'DUE_DILIGENCE_STANDARD',
  'CHAIN_OF_CUSTODY',
  'MANAGEMENT_SYSTEM',
  'DISCLOSURE_STANDARD',
  'GUIDANCE',
  'REGULATION',
] as const;

export const unitsOfAssessment = [
  'SITE',
  'COMPANY',
  'SITE_OR_COMPANY',
  'MEMBER',
  'ASM_PRODUCER',
  'TAILINGS_FACILITY',
  'COUNTRY',
  'PRODUCT',
] as const;

/** What a standard asks for; what an assessment had is another enumeration (`domain.md` 1.3). */
export const assurancesAsked = [
  'NONE',
  'NONE_OR_THIRD_PARTY',
  'SELF_DECLARED',
  'SELF_OR_THIRD_PARTY',
  'SELF_ANNUAL_PLUS_THIRD_PARTY_3Y',
  'THIRD_PARTY',
  'THIRD_PARTY_ACCREDITED',
  'OPTIONAL',
  'OPTIONAL_IPSA',
  'NOTIFIED_BODY',
  'SUPERVISORY_AUTHORITY',
  'VALIDATION',
  'VARIES',
] as const;

/** Whether and how the levels of one version compare; `domain.md` 1.3. */
export const levelModels = [
  'ORDERED',
  'ORDERED_SEVERITY',
  'PER_CRITERION',
  'PER_INDICATOR',
  'PER_REQUIREMENT',
  'PER_PERFORMANCE_AREA',
  'STATUS_LIST',
  'BINARY',
  'CHECKLIST',
  'SCORE',
] as const;

export const coverages = ['CORE', 'PART', 'NONE'] as const;
export const valueTypes = ['DECIMAL', 'INTEGER', 'ENUM'] as const;
export const directions = ['LOWER', 'HIGHER', 'NONE', 'TARGET_1'] as const;
export const indicatorLevels = ['SITE', 'MEMBER', 'PRODUCT'] as const;
export const csiFlags = ['YES', 'NO', 'CONDITIONAL'] as const;

/** How a statistic may be formed; SUM_K only over at least k groups, DISTRIBUTION as counts per value. */
export const aggregations = [
  'SUM',
  'SUM_K',
  'MEAN',
  'WEIGHTED_MEAN_OUTPUT',
  'WEIGHTED_MEAN_ENERGY',
  'WEIGHTED_MEAN_HOURS',
  'WEIGHTED_MEAN_HEADCOUNT',
  'DISTRIBUTION',
  'NOT_RELEASABLE',
] as const;

export const glossaryStatuses = ['PROPOSED', 'IN_DISCUSSION', 'AGREED', 'CONTESTED', 'RETIRED'] as const;
export const equivalenceDegrees = ['FULL', 'PARTIAL', 'NONE'] as const;
/** The starter rows are examples, never approved equivalences. */
export const equivalenceStatuses = ['ILLUSTRATIVE'] as const;
export const surveyTemplates = ['CMRT', 'EMRT', 'AMRT'] as const;

export interface StandardRow {
  readonly standardId: string;
  readonly name: string;
  readonly owner: string;
  readonly version: string;
  /** A year, or `2017-` for a family that began then, or the label of a rule. */
  readonly versionYear: string;
  readonly kind: (typeof standardKinds)[number];
  readonly unitOfAssessment: (typeof unitsOfAssessment)[number];
  readonly assurance: (typeof assurancesAsked)[number];
  /** Lowest first where the model orders them. */
  readonly levels: readonly string[];
  readonly levelModel: (typeof levelModels)[number];
  /** Terms a result may hold for, in months; empty where it does not expire. */
  readonly validityMonths: readonly number[];
  /** Null: any mineral. */
  readonly scopeMinerals: readonly string[] | null;
  /** Null: all stages. */
  readonly scopeStages: readonly Stage[] | null;
  readonly statusNote: string | null;
  readonly certainty: Certainty;
}

/** One topic as one standard covers it; short titles only, no requirement text. */
export interface RequirementRow {
  readonly topicId: string;
  readonly topic: string;
  readonly standardId: string;
  readonly standardVersion: string;
  /** Null where the standard does not address the topic. */
  readonly reference: string | null;
  readonly title: string | null;
  readonly coverage: (typeof coverages)[number];
  readonly certainty: Certainty;
  readonly note: string | null;
}

export interface IndicatorRow {
  readonly indicatorId: string;
  readonly name: string;
  readonly meaning: string;
  /** A code of `kernel/units`. */
  readonly unit: string;
  readonly valueType: (typeof valueTypes)[number];
  /** Decimal text, inclusive; null where unbounded. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly direction: (typeof directions)[number];
  readonly levels: readonly (typeof indicatorLevels)[number][];
  /** Null: all stages. */
  readonly stages: readonly Stage[] | null;
  readonly griReference: string | null;
  readonly sasbReference: string | null;
  readonly otherReference: string | null;
  /** For a member. */
  readonly defaultTier: Tier;
  readonly siteDefaultTier: Tier;
  readonly csi: (typeof csiFlags)[number];
  readonly csiReason: string | null;
  readonly aggregation: (typeof aggregations)[number];
  readonly certainty: Certainty;
  readonly sensitivity: Sensitivity;
  readonly dataClass: DataClass;
}

/** One product form of a mineral at a stage. */
export interface MineralStageRow {
  readonly rowId: string;
  readonly mineralId: string;
  readonly mineral: string;
  readonly symbol: string | null;
  readonly sector: Sector;
  readonly stage: Stage;
  readonly productForm: string;
  readonly hs6: string;
  /** Year of the edition of the Harmonized System that the heading is of. */
  readonly hsEdition: string;
  readonly template: (typeof surveyTemplates)[number] | null;
  readonly eu3tg2017821: boolean;
  readonly euBatteryDueDiligence: boolean;
  readonly note: string | null;
  readonly certainty: Certainty;
}

export interface GlossaryRow {
  readonly termId: string;
  readonly term: string;
  readonly agreedDefinition: string;
  readonly source: string;
  readonly sourceCertainty: Certainty;
  readonly companiesOftenMean: string | null;
  readonly communitiesAndNgosOftenMean: string | null;
  readonly status: (typeof glossaryStatuses)[number];
}

export interface PhaseGateRow {
  readonly phase: Phase;
  readonly dataClass: DataClass;
  readonly contents: string;
  readonly audience: GateAudience;
}

/** Directed: the reverse is another claim. */
export interface EquivalenceRow {
  readonly id: string;
  readonly fromStandard: string;
  readonly fromReference: string;
  readonly toStandard: string;
  readonly toReference: string;
  readonly topicId: string;
  readonly degree: (typeof equivalenceDegrees)[number];
  readonly scopeNote: string;
  readonly gapNote: string;
  readonly status: (typeof equivalenceStatuses)[number];
}

export type StateMachineRow = TransitionRow;
