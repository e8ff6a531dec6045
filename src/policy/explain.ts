import type { ErrorCode } from '../kernel/errors';
import { COMPETITIVELY_SENSITIVE, cellName, type Cell, type Outcome } from './cells';
import {
  closedOutcome,
  gateCells,
  gatesMask,
  isCompetitor,
  soundPair,
  type ClosedForm,
  type GateCodes,
} from './decide';
import {
  EVERY_GROUND,
  GRANT_GROUNDS,
  PARTY_GROUNDS,
  SELF,
  groundNames,
  plainGround,
  type GroundMask,
  type GroundName,
} from './grounds';
import type { CompiledCell, DeterminingPolicies, Masks } from './masks';
import { ASK_COUNSEL, waysOn, type WayOn } from './ways';
import { cellWords, groundWords, groundWordsWithoutCompetition } from './words';

/** A question about a kind of field of one owner, in general: default classification, never a row. */
export interface ExplanationRequest {
  /** Grounds of the viewer's desk towards the owner's unit. */
  readonly pair: GroundMask;
  readonly codes: GateCodes;
  readonly closed: ClosedForm;
  /** Grounds that never open this table. */
  readonly without: GroundMask;
  /** The fact has an addressee, or columns that name one. */
  readonly addressed: boolean;
  /** An agreement may cover the field. */
  readonly grantable: boolean;
  /** False where the competition is known by observation or plan only: then it is not named (`domain.md` 0.6). */
  readonly competitionDeclared: boolean;
  /** ISO date on which the period asked about ended; null for timeless facts. */
  readonly periodEnd: string | null;
  readonly statistic: boolean;
  /** Competition counsel holds this class of data back. */
  readonly frozen: boolean;
  /** A live agreement of the reader with the owner covers the field, for the purpose asked about. */
  readonly covered: boolean;
}

export interface ExplainedPolicy {
  readonly id: string;
  readonly reason: string;
  readonly basis: string;
}

export interface ExplainedGround {
  readonly ground: GroundName;
  readonly words: string;
  readonly policies: readonly ExplainedPolicy[];
}

export interface ExplainedGate {
  readonly gate: Cell['gate'];
  readonly cell: string;
  readonly words: string;
  /** The reader's grounds that open this gate. */
  readonly opens: readonly ExplainedGround[];
  /** The reader's grounds that a rule keeps out; a ground in neither list meets no rule that opens. */
  readonly closes: readonly ExplainedGround[];
}

export interface Explanation {
  /** ALLOW where rows of this kind are open as such; otherwise what a closed one looks like. */
  readonly outcome: Outcome;
  readonly ground: GroundName | null;
  /** Where single rows open all the same. */
  readonly conditions: readonly string[];
  readonly gates: readonly ExplainedGate[];
  /** Public code of the refusal; null when open. */
  readonly code: ErrorCode | null;
  /** Id of the rule that decides: a policy, `<gate>.no-permit`, or `grounds.one-for-all-gates`. */
  readonly rule: string;
  readonly reason: string;
  readonly basis: string;
  readonly ways: readonly WayOn[];
}

const FROZEN: ExplainedPolicy & { gate: null } = {
  id: 'counsel.freeze',
  reason: 'competition counsel holds this class of data back from everybody but its owner',
  basis: 'charter, counsel may freeze any query, agreement or class of data at once (domain 0.5)',
  gate: null,
};
const NO_CELL: CompiledCell = { mask: 0, opens: new Map(), closes: new Map() };

const UNNAMED_COMPETITION: ExplainedPolicy = {
  id: 'limits.by-law',
  reason: 'the law closes this between you and the owner',
  basis: 'competition law and the charter (domain 0.2)',
};

/** Turns policies and grounds into words, hiding competition where it is not declared. */
interface Speaker {
  readonly ground: (ground: GroundName) => string;
  readonly policy: (id: string) => ExplainedPolicy;
  readonly name: (ground: GroundName) => GroundName;
}

function speaker(masks: Masks, competitionDeclared: boolean): Speaker {
  const policy = (id: string): ExplainedPolicy => {
    const text = masks.policies.get(id);
    return { id, reason: text?.reason ?? '', basis: text?.basis ?? '' };
  };
  if (competitionDeclared) return { ground: groundWords, policy, name: (ground) => ground };
  return {
    ground: groundWordsWithoutCompetition,
    policy: (id) => (id.includes('competitors') ? UNNAMED_COMPETITION : policy(id)),
    name: (ground) => plainGround(ground).ground,
  };
}

function explainGrounds(policies: DeterminingPolicies, pair: GroundMask, say: Speaker): ExplainedGround[] {
  return groundNames(pair).flatMap((ground) => {
    const ids = policies.get(ground);
    return ids === undefined
      ? []
      : [{ ground: say.name(ground), words: say.ground(ground), policies: ids.map(say.policy) }];
  });
}

function explainGate(masks: Masks, cell: Cell, pair: GroundMask, say: Speaker): ExplainedGate {
  const name = cellName(cell);
  const compiled = masks.cells.get(name) ?? NO_CELL;
  return {
    gate: cell.gate,
    cell: name,
    words: cellWords(cell),
    opens: explainGrounds(compiled.opens, pair, say),
    closes: explainGrounds(compiled.closes, pair, say),
  };
}

const NO_PERMIT_REASON: Readonly<Record<Cell['gate'], string>> = {
  tier: 'the owner does not share this with you: no rule opens its tier on any of your grounds',
  sensitivity: 'the law does not open this kind of data on any of your grounds',
  phase: 'the cooperation has not come far enough: this class of data is not open to you in the present phase',
};

/** Where several gates are shut, the law is named before the owner's will, and both before the state of the cooperation. */
const WEIGHT: readonly Cell['gate'][] = ['sensitivity', 'tier', 'phase'];

/** The rule that closes: a forbid first, then the gate that none of the grounds opens, then the want of one ground for all. */
function closingRule(gates: readonly ExplainedGate[]): ExplainedPolicy & { gate: Cell['gate'] | null } {
  const shut = WEIGHT.flatMap((name) => gates.filter((gate) => gate.gate === name && gate.opens.length === 0));
  for (const gate of shut) {
    // The last ground is the nearest one to the owner, and the competitor's twin where there is one.
    const forbid = gate.closes.at(-1)?.policies[0];
    if (forbid !== undefined) return { ...forbid, gate: gate.gate };
  }
  const gate = shut[0]?.gate;
  if (gate !== undefined) {
    return { id: `${gate}.no-permit`, reason: NO_PERMIT_REASON[gate], basis: 'what no rule opens is closed', gate };
  }
  return {
    id: 'grounds.one-for-all-gates',
    reason: 'each gate opens on one of your grounds, but no one and the same ground opens them all',
    basis: 'charter: reasons to read are never combined (design 2)',
    gate: null,
  };
}

function refusalCode(request: ExplanationRequest, gate: Cell['gate'] | null, ways: readonly WayOn[]): ErrorCode {
  const { sensitivity } = request.codes;
  const sensitive =
    COMPETITIVELY_SENSITIVE.includes(sensitivity) || sensitivity === 'DERIVED' || sensitivity === 'INTENSITY';
  if (sensitive && request.competitionDeclared && isCompetitor(request.pair)) return 'COMPETITOR_CSI';
  if (gate === 'phase') return 'PHASE_GATE';
  return ways.some((way) => way.kind === 'PROPOSE_AGREEMENT' || way.kind === 'ASK_OWNER')
    ? 'CONSENT_MISSING'
    : 'POLICY_DENIED';
}

function rowConditions(open: GroundMask, request: ExplanationRequest): string[] {
  const conditions: string[] = [];
  if (request.addressed && (open & PARTY_GROUNDS) !== 0)
    conditions.push('rows that name your organisation are open to you');
  if (request.grantable && (open & GRANT_GROUNDS) !== 0) {
    conditions.push('rows that a live agreement covers, for its purpose, are open to you');
  }
  return conditions;
}

/**
 * Why a viewer may or may not read a kind of field of an owner. Answered from the compiled law and the default
 * classification alone, so that it is the same whether or not a fact exists.
 */
export function explainDisclosure(masks: Masks, request: ExplanationRequest): Explanation {
  const say = speaker(masks, request.competitionDeclared);
  const pair = soundPair(request.pair) & EVERY_GROUND & ~request.without;
  const cells = gateCells(request.codes);
  const open = pair & gatesMask(masks, request.codes);
  const conditions = rowConditions(open, request);
  const free = pair & ~PARTY_GROUNDS & ~(request.covered ? 0 : GRANT_GROUNDS);
  // INVARIANT FreezeSparesTheOwner: as in the database, a freeze leaves SELF and nothing else.
  const [ground] = groundNames(open & free & (request.frozen ? SELF : EVERY_GROUND));
  const gatesFor = (mask: GroundMask): ExplainedGate[] =>
    [cells.tier, cells.sensitivity, cells.phase].map((cell) => explainGate(masks, cell, mask, say));
  if (ground !== undefined) {
    const gates = gatesFor(pair);
    const policy = gatesFor(open & free)[0]?.opens[0]?.policies[0] ?? UNNAMED_COMPETITION;
    const { id: rule, reason, basis } = policy;
    return { outcome: 'ALLOW', ground: say.name(ground), conditions, gates, code: null, rule, reason, basis, ways: [] };
  }
  const { id: rule, reason, basis, gate } = request.frozen ? FROZEN : closingRule(gatesFor(free));
  const ways = request.frozen ? [ASK_COUNSEL] : waysOn(masks, { ...request, pair });
  return {
    outcome: closedOutcome(request.closed, isCompetitor(request.pair)),
    ground: null,
    conditions: request.frozen ? [] : conditions,
    gates: gatesFor(pair),
    code: refusalCode(request, gate, ways),
    rule,
    reason,
    basis,
    ways,
  };
}

/** The explanation in plain words, one thought a line. */
export function explanationText(explanation: Explanation): string {
  const lines = explanation.gates.map((gate) => {
    const opens = gate.opens.map((item) => `${item.words} (${item.policies.map((policy) => policy.id).join(', ')})`);
    const closes = gate.closes.map((item) => `${item.words} (${item.policies.map((policy) => policy.id).join(', ')})`);
    const shut = closes.length === 0 ? '' : `; kept out: ${closes.join(', ')}`;
    return `${gate.gate}: ${gate.words}: ${opens.length === 0 ? 'none of your grounds opens it' : `open to you as ${opens.join(', ')}`}${shut}`;
  });
  return [
    explanation.outcome === 'ALLOW'
      ? 'open to you'
      : `closed to you (${explanation.outcome}, ${explanation.code ?? ''})`,
    `because ${explanation.reason} [${explanation.rule}; ${explanation.basis}]`,
    ...explanation.conditions,
    ...lines,
    ...explanation.ways.map((way) => `way on: ${way.next}`),
  ].join('\n');
}
