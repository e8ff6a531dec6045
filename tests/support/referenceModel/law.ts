/**
 * The law said again in plain code (`domain.md` 0.1, 0.2 and 4): which reason to read passes which gate. Shares no code and
 * no file with src or policies, so that a mistake there is not repeated here.
 */

export const reasons = [
  'ANYONE MEMBER ANALYST CLEAN_TEAM COUNSEL SECRETARIAT PARTNER POLICY_MAKER SELF AFFILIATE CUSTOMER SUPPLIER',
  'DOWNSTREAM UPSTREAM CO_MEMBER PARTY GRANT ASSESSOR BODY MEMBER_COMPETITOR CUSTOMER_COMPETITOR SUPPLIER_COMPETITOR',
  'DOWNSTREAM_COMPETITOR UPSTREAM_COMPETITOR CO_MEMBER_COMPETITOR PARTY_COMPETITOR GRANT_COMPETITOR BODY_COMPETITOR',
]
  .join(' ')
  .split(' ');

export const tiers =
  'PUBLIC ALLIANCE VALUE_CHAIN VALUE_CHAIN_DOWNSTREAM VALUE_CHAIN_UPSTREAM BILATERAL ADDRESSED CLEAN_TEAM OWNER_ONLY'.split(
    ' ',
  );

export const sensitivities = [
  'NONE PRICE COST VOLUME CAPACITY COUNTERPARTY CONTRACT FUTURE_INTENT TECHNOLOGY',
  'DERIVED PERSONAL SECURITY INDIGENOUS LEGAL INTENSITY',
]
  .join(' ')
  .split(' ');

export const ages = 'RECENT THREE_MONTHS TWELVE_MONTHS FUTURE'.split(' ');

export const phases = [
  'CHAMPIONING CLARIFYING_MOTIVATION DISCOVERY CONSENSUS_BUILDING COOPERATION COORDINATION COLLABORATION',
  'CONVERGENCE_OR_CLOSURE',
]
  .join(' ')
  .split(' ');

export const dataClasses = [
  'REFERENCE PUBLIC_CLAIM ALLIANCE_META AGGREGATE PERFORMANCE LINK DEMAND DEMAND_AGGREGATE PLAN JOINT_ACTION CSI_CORE',
  'GOVERNANCE_INTERNAL PLAN_EXTRACT',
]
  .join(' ')
  .split(' ');

/** `domain.md` 4: the audience of a data class, phase by phase. */
const audiences: Record<string, string> = {
  REFERENCE: 'OPEN OPEN OPEN OPEN OPEN OPEN OPEN OPEN',
  PUBLIC_CLAIM: 'OPEN OPEN OPEN OPEN OPEN OPEN OPEN OPEN',
  ALLIANCE_META: 'OWNER INVITED MEMBERS MEMBERS MEMBERS MEMBERS MEMBERS MEMBERS',
  AGGREGATE: 'NONE NONE RELEASED RELEASED RELEASED RELEASED RELEASED FROZEN',
  PERFORMANCE: 'NONE NONE NONE NONE TIER TIER TIER FROZEN',
  LINK: 'OWN_ENDS OWN_ENDS OWN_ENDS OWN_ENDS TIER TIER TIER FROZEN',
  DEMAND: 'NONE NONE NONE NONE BILATERAL BILATERAL BILATERAL FROZEN',
  DEMAND_AGGREGATE: 'NONE NONE NONE NONE RELEASED RELEASED RELEASED FROZEN',
  PLAN: 'NONE NONE NONE NONE NONE SAFEGUARDED SAFEGUARDED FROZEN',
  JOINT_ACTION: 'NONE NONE NONE NONE NONE NONE PARTIES PARTIES',
  CSI_CORE: 'NEVER NEVER NEVER NEVER NEVER CLEAN_TEAM CLEAN_TEAM NEVER',
  GOVERNANCE_INTERNAL: 'OWNER OWNER BODY BODY BODY BODY BODY BODY',
  PLAN_EXTRACT: 'NONE NONE NONE NONE NONE JOINT_PLANNING JOINT_PLANNING FROZEN',
};

export interface Gates {
  tier: string;
  sensitivity: string;
  age: string;
  phase: string;
  dataClass: string;
}

const group = ['AFFILIATE'];
const trade = ['CUSTOMER', 'SUPPLIER'];
const chain = ['DOWNSTREAM', 'UPSTREAM'];
const named = ['PARTY', 'GRANT'];
const staff = ['ANALYST', 'COUNSEL', 'SECRETARIAT'];

function split(reason: string): { plain: string; competes: boolean } {
  return reason.endsWith('_COMPETITOR')
    ? { plain: reason.slice(0, -'_COMPETITOR'.length), competes: true }
    : { plain: reason, competes: false };
}

/** The owner's will. Between competitors what an owner shares along the chain or bilaterally opens by own name only. */
export function passesTier(reason: string, tier: string): boolean {
  const { plain, competes } = split(reason);
  if (tier === 'PUBLIC') return true;
  if (plain === 'SELF' || plain === 'ASSESSOR') return true;
  switch (tier) {
    case 'ALLIANCE':
      return [...group, 'CO_MEMBER', 'BODY', ...trade, ...named, ...staff].includes(plain);
    case 'VALUE_CHAIN':
      return competes ? plain === 'PARTY' : [...group, ...trade, ...chain, ...named].includes(plain);
    case 'VALUE_CHAIN_DOWNSTREAM':
      return competes ? plain === 'PARTY' : [...group, 'CUSTOMER', 'DOWNSTREAM', ...named].includes(plain);
    case 'VALUE_CHAIN_UPSTREAM':
      return competes ? plain === 'PARTY' : [...group, 'SUPPLIER', 'UPSTREAM', ...named].includes(plain);
    case 'BILATERAL':
      return competes ? named.includes(plain) : [...trade, ...named].includes(plain);
    case 'ADDRESSED':
      return named.includes(plain) || (plain === 'COUNSEL' && !competes);
    case 'CLEAN_TEAM':
      return plain === 'CLEAN_TEAM';
    default:
      return false;
  }
}

function passesNone(plain: string, competes: boolean, age: string): boolean {
  if (age === 'THREE_MONTHS' || age === 'TWELVE_MONTHS') return true;
  // wider than bilateral only once three months old
  if (competes) return named.includes(plain);
  return [...group, ...trade, ...named].includes(plain);
}

function passesDerived(plain: string, age: string): boolean {
  if (age === 'RECENT' || age === 'FUTURE') return [...group, ...trade, ...named].includes(plain);
  return !['ANYONE', 'MEMBER', 'PARTNER', 'POLICY_MAKER'].includes(plain);
}

/** The law, whatever the owner wills. */
export function passesSensitivity(reason: string, sensitivity: string, age: string): boolean {
  const { plain, competes } = split(reason);
  if (plain === 'SELF' || plain === 'ASSESSOR') return true;
  switch (sensitivity) {
    case 'NONE':
      return passesNone(plain, competes, age);
    case 'DERIVED':
      return !competes && passesDerived(plain, age);
    case 'INTENSITY':
      return plain === 'GRANT' && !competes;
    case 'PERSONAL':
    case 'SECURITY':
    case 'INDIGENOUS':
      return named.includes(plain) && !competes;
    case 'LEGAL':
      return plain === 'PARTY';
    default:
      return passesSensitive(plain, competes, sensitivity);
  }
}

/** The codes of `domain.md` 0.2 that are sensitive between competitors at any age. */
function passesSensitive(plain: string, competes: boolean, code: string): boolean {
  if (competes) return plain === 'PARTY' && ['COUNTERPARTY', 'CONTRACT', 'FUTURE_INTENT'].includes(code);
  if ([...group, ...trade, ...named].includes(plain)) return true;
  if (code === 'COUNTERPARTY' && [...chain, 'CO_MEMBER'].includes(plain)) return true;
  return plain === 'COUNSEL' && (code === 'COUNTERPARTY' || code === 'CONTRACT');
}

/** How far the cooperation has come; own links, demands and answers are open to those they name in every phase. */
export function passesPhase(reason: string, phase: string, dataClass: string): boolean {
  const { plain, competes } = split(reason);
  if (plain === 'SELF') return true;
  if (plain === 'PARTY' && (dataClass === 'LINK' || dataClass === 'DEMAND')) return true;
  const audience = (audiences[dataClass] ?? '').split(' ')[phases.indexOf(phase)];
  switch (audience ?? 'UNKNOWN') {
    case 'OPEN':
    case 'TIER':
      return true;
    case 'INVITED':
      return !competes && ['PARTY', 'BODY', 'SECRETARIAT'].includes(plain);
    case 'MEMBERS':
      return [...group, 'CO_MEMBER', 'PARTY', 'BODY', ...trade, ...chain, ...staff].includes(plain);
    case 'OWN_ENDS':
      return plain === 'PARTY';
    case 'BILATERAL':
      return named.includes(plain);
    case 'SAFEGUARDED':
      return plain === 'GRANT' && !competes;
    case 'JOINT_PLANNING':
      return plain === 'GRANT';
    case 'PARTIES':
      return plain === 'PARTY' && !competes;
    case 'RELEASED':
      return ['CO_MEMBER', 'BODY', 'ANYONE', ...staff].includes(plain);
    case 'BODY':
      return !competes && ['BODY', 'SECRETARIAT', 'COUNSEL'].includes(plain);
    case 'FROZEN':
      return plain === 'ANYONE' && ['AGGREGATE', 'DEMAND_AGGREGATE'].includes(dataClass);
    case 'CLEAN_TEAM':
    case 'NEVER':
      return plain === 'ASSESSOR' || (plain === 'CLEAN_TEAM' && audience === 'CLEAN_TEAM');
    case 'NONE':
      // an assessment does not wait for the initiative
      return plain === 'ASSESSOR' && dataClass === 'PERFORMANCE';
    default:
      return false;
  }
}

/** The whole law for one reason: it passes every gate, or it opens nothing. */
export function opensAlone(reason: string, gates: Gates): boolean {
  return (
    passesTier(reason, gates.tier) &&
    passesSensitivity(reason, gates.sensitivity, gates.age) &&
    passesPhase(reason, gates.phase, gates.dataClass)
  );
}
