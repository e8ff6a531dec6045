/** Confidentiality tiers, widest first; `domain.md` 0.1. */
export const tiers = ['PUBLIC', 'ALLIANCE', 'VALUE_CHAIN', 'BILATERAL', 'CLEAN_TEAM', 'OWNER_ONLY'] as const;
export type Tier = (typeof tiers)[number];

/** NONE, the codes of competitively sensitive information, then what is restricted for other reasons; `domain.md` 0.2. */
export const sensitivities = [
  'NONE',
  'PRICE',
  'COST',
  'VOLUME',
  'CAPACITY',
  'COUNTERPARTY',
  'CONTRACT',
  'FUTURE_INTENT',
  'TECHNOLOGY',
  'DERIVED',
  'PERSONAL',
  'SECURITY',
  'INDIGENOUS',
  'LEGAL',
] as const;
export type Sensitivity = (typeof sensitivities)[number];

/** Phases of cooperation in their order; the last can be reached from every other; `domain.md` 4. */
export const phases = [
  'CHAMPIONING',
  'CLARIFYING_MOTIVATION',
  'DISCOVERY',
  'CONSENSUS_BUILDING',
  'COOPERATION',
  'COORDINATION',
  'COLLABORATION',
  'CONVERGENCE_OR_CLOSURE',
] as const;
export type Phase = (typeof phases)[number];

/** What a phase opens or keeps shut; `reference/phase-gates.csv`. The order is stored, so it only grows at the end. */
export const dataClasses = [
  'REFERENCE',
  'PUBLIC_CLAIM',
  'ALLIANCE_META',
  'AGGREGATE',
  'PERFORMANCE',
  'LINK',
  'DEMAND',
  'DEMAND_AGGREGATE',
  'PLAN',
  'JOINT_ACTION',
  'CSI_CORE',
  'GOVERNANCE_INTERNAL',
  'PLAN_EXTRACT',
] as const;
export type DataClass = (typeof dataClasses)[number];

/** Whom a phase gate admits; `domain.md` 4 says what each means. */
export const gateAudiences = [
  'OPEN',
  'OWNER',
  'INVITED',
  'MEMBERS',
  'NONE',
  'PUBLIC_SOURCES',
  'K5',
  'OWNER_TIER',
  'OWN_ENDS',
  'CONSENTED',
  'TEMPLATE_ONLY',
  'BILATERAL',
  'SAFEGUARDED',
  'PARTIES',
  'PARTIES_CLOSING',
  'NEVER',
  'CLEAN_TEAM',
  'BODY',
  'FROZEN',
] as const;
export type GateAudience = (typeof gateAudiences)[number];

/** From extraction to the control point, smelting and refining inclusive; `domain.md` 1.2, OECD terms. */
export const upstreamStages = [
  'EXPLORATION',
  'MINING_LSM',
  'MINING_ASM',
  'LOCAL_TRADING',
  'CONCENTRATION',
  'INTERNATIONAL_TRADING',
  'SMELTING',
  'REFINING',
  'RECYCLING',
] as const;

export const downstreamStages = [
  'METAL_TRADING',
  'CHEMICAL_PROCESSING',
  'COMPONENT_MANUFACTURING',
  'PRODUCT_MANUFACTURING',
  'RETAIL',
  'END_OF_LIFE',
] as const;

/** Stages of sectors other than minerals. */
export const otherSectorStages = ['PRIMARY_PRODUCTION', 'AGGREGATION', 'PROCESSING', 'MANUFACTURING'] as const;

export const stages = [...upstreamStages, ...downstreamStages, ...otherSectorStages] as const;
export type Stage = (typeof stages)[number];

export const sectors = ['MINERALS', 'FORESTRY', 'AGRICULTURE', 'CHEMICALS'] as const;
export type Sector = (typeof sectors)[number];
