import { assertNever } from '../kernel/errors';
import type { Age, Cell, DataClass, Sensitivity, Tier } from './cells';
import { plainGround, type GroundName } from './grounds';

const WORDS: Readonly<Record<GroundName, string>> = {
  ANYONE: 'everyone, without login',
  MEMBER: 'any member',
  ANALYST: "the alliance's analyst",
  CLEAN_TEAM: 'the clean team',
  COUNSEL: 'competition counsel',
  SECRETARIAT: 'the secretariat',
  PARTNER: 'partner alliances',
  POLICY_MAKER: 'policy makers',
  SELF: 'the owner itself',
  AFFILIATE: "the owner's group",
  CUSTOMER: "the owner's customers",
  SUPPLIER: "the owner's suppliers",
  DOWNSTREAM: 'those downstream of the owner',
  UPSTREAM: 'those upstream of the owner',
  CO_MEMBER: 'members of the same alliance',
  PARTY: 'those the row names',
  GRANT: 'those an agreement covers',
  ASSESSOR: 'the engaged assessor',
  BODY: 'the governing body',
  MEMBER_COMPETITOR: 'any member, while competitor',
  CUSTOMER_COMPETITOR: "the owner's customers, while competitors",
  SUPPLIER_COMPETITOR: "the owner's suppliers, while competitors",
  DOWNSTREAM_COMPETITOR: 'those downstream of the owner, while competitors',
  UPSTREAM_COMPETITOR: 'those upstream of the owner, while competitors',
  CO_MEMBER_COMPETITOR: 'members of the same alliance, while competitors',
  PARTY_COMPETITOR: 'those the row names, while competitors',
  GRANT_COMPETITOR: 'those an agreement covers, while competitors',
  BODY_COMPETITOR: 'the governing body, while competitor',
};

/** A ground as a reader of the law would say it. */
export function groundWords(ground: GroundName): string {
  return WORDS[ground];
}

/** The same without saying whether the reader competes. */
export function groundWordsWithoutCompetition(ground: GroundName): string {
  return WORDS[plainGround(ground).ground];
}

const AGE_WORDS: Readonly<Record<Age, string>> = {
  RECENT: 'ended under three months ago',
  THREE_MONTHS: 'ended three to twelve months ago',
  TWELVE_MONTHS: 'ended twelve months ago or more, or has no period',
  FUTURE: 'not yet ended',
};

/** How far the owner lets a value go (`domain.md` 0.1). */
export const TIER_WORDS: Readonly<Record<Tier, string>> = {
  PUBLIC: 'everyone, without login',
  ALLIANCE: 'members of the alliance in good standing, and its staff',
  VALUE_CHAIN: 'those up- and downstream of the owner, as far as links are disclosed hop by hop',
  VALUE_CHAIN_DOWNSTREAM: 'those downstream of the owner only',
  VALUE_CHAIN_UPSTREAM: 'those upstream of the owner only',
  BILATERAL: 'the owner and its direct counterparties by a confirmed link or a live agreement',
  ADDRESSED: 'those whom the row names, or an agreement that covers it',
  CLEAN_TEAM: 'named independent people only; results leave as safe statistics',
  OWNER_ONLY: 'the owner, and the assessor during an assessment',
};

/** What a value would tell a competitor, or whom it would expose (`domain.md` 0.2). */
export const SENSITIVITY_WORDS: Readonly<Record<Sensitivity, string>> = {
  NONE: 'not sensitive',
  PRICE: 'prices, premiums, discounts, treatment charges',
  COST: 'cost, margins, wages',
  VOLUME: 'output, sales, stock',
  CAPACITY: 'capacity, utilisation, planned stoppages',
  COUNTERPARTY: 'who trades with whom, and how much of its need',
  CONTRACT: 'terms, duration, exclusivity, bids',
  FUTURE_INTENT: 'plans, targets, investments, sourcing moves not yet public',
  TECHNOLOGY: 'process know-how, recipes, unpublished research',
  DERIVED: 'with other figures it would tell one of the above; sensitive between competitors',
  PERSONAL: 'people: minors, workers, complainants',
  SECURITY: 'places and routes that put people in danger',
  INDIGENOUS: 'sacred sites and traditional knowledge',
  LEGAL: 'privileged or pending matters',
  INTENSITY: 'a ratio that tells the output beside its absolute figure; by agreement only',
};

/** What belongs to a class of data; its phase gates stand in reference/phase-gates.csv (`domain.md` 4). */
export const DATA_CLASS_WORDS: Readonly<Record<DataClass, string>> = {
  REFERENCE: 'standards, glossary, catalogue of indicators, published decisions',
  PUBLIC_CLAIM: 'certificates, published summaries of audits, public targets, what its owner made public',
  ALLIANCE_META: 'who takes part: members, sites, roles',
  AGGREGATE: 'safe statistics over members',
  PERFORMANCE: 'figures of members and sites, not public and not sensitive as such',
  LINK: 'who supplies whom, and agreements',
  DEMAND: 'a single demand and its answer',
  DEMAND_AGGREGATE: 'the harmonised view of overlapping demands',
  PLAN: 'responsible-sourcing plans and targets not yet public',
  JOINT_ACTION: 'joint budgets and joint plans',
  CSI_CORE: 'prices, costs, volumes, capacities, terms, bids, wages, technology',
  GOVERNANCE_INTERNAL: 'draft decisions, details of interests, opinions of counsel',
  PLAN_EXTRACT: 'what of a plan is left for joint planning: topic, actions and years',
};

/** A cell as a reader of the law would say it. */
export function cellWords(cell: Cell): string {
  switch (cell.gate) {
    case 'tier':
      return `tier ${cell.tier}`;
    case 'sensitivity':
      return `sensitivity ${cell.sensitivity}, period ${AGE_WORDS[cell.age]}`;
    case 'phase':
      return `${cell.dataClass} in phase ${cell.phase}`;
    default:
      return assertNever(cell);
  }
}
