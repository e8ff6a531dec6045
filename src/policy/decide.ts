import {
  COMPETITIVELY_SENSITIVE,
  type Age,
  type Cell,
  type DataClass,
  type Outcome,
  type Phase,
  type Sensitivity,
  type Tier,
} from './cells';
import {
  EVERY_GROUND,
  GRANT_GROUNDS,
  GROUND_NAMES,
  NO_GROUND,
  PARTY_GROUNDS,
  groundMask,
  SELF,
  groundNames,
  plainGround,
  whileCompetitor,
  type GroundMask,
  type GroundName,
} from './grounds';
import { namedCellMask, type Masks } from './masks';

/** What a closed cell looks like; DENY is for an operation, ALLOW for an open one (`domain.md` 0.3). */
export type ClosedOutcome = Exclude<Outcome, 'ALLOW' | 'DENY'>;

/** Grounds that hold while the viewer competes with the unit's organisation. */
export const COMPETITOR_GROUNDS: GroundMask = groundMask(GROUND_NAMES.filter((name) => plainGround(name).competitor));
/** Grounds that a competitor never has: those replaced by a twin, and AFFILIATE, which excludes competition. */
const NEVER_A_COMPETITORS: GroundMask = groundMask([
  'AFFILIATE',
  ...GROUND_NAMES.filter((name) => whileCompetitor(name) !== name),
]);

/** Default classification of a table or column: all that the shape of a closed cell may depend on. */
export interface ClosedForm {
  /** As declared in `policies/classification.yaml`. */
  readonly declared: ClosedOutcome;
  readonly sensitivity: Sensitivity;
  readonly dataClass: DataClass;
}

/** One fact, or one field of it, as one viewer asks for it. Codes are texts, because they may come from outside. */
export interface DisclosureRequest {
  /** Grounds towards every subject, the owner's first; each must admit the reader. Empty: nobody is asked about, closed. */
  readonly subjects: readonly GroundMask[];
  /** Grounds towards who gave the fact; null where a subject's own organisation gave it. */
  readonly contributor: GroundMask | null;
  readonly tier: string;
  readonly sensitivity: string;
  readonly age: string;
  readonly phase: string;
  readonly dataClass: string;
  /** The row itself names the reader's organisation. */
  readonly namesReader: boolean;
  /** A live agreement covers unit, class, field and purpose. */
  readonly agreementCovers: boolean;
  /** Grounds that never open this table. */
  readonly without: GroundMask;
  readonly withdrawn: boolean;
  readonly closed: ClosedForm;
}

/** `ground` is the one ground, towards the first subject, that opened every gate. */
export type DisclosureDecision =
  | { readonly outcome: 'ALLOW'; readonly ground: GroundName }
  | { readonly outcome: ClosedOutcome; readonly ground: null };

function isMask(pair: GroundMask): boolean {
  return Number.isInteger(pair) && pair >= 0 && pair <= EVERY_GROUND;
}

/**
 * The pair as far as it can be trusted: no unknown bits, and beside a competitor's ground none that a competitor cannot
 * have. Anything that is no mask is no ground.
 */
export function soundPair(pair: GroundMask): GroundMask {
  if (!isMask(pair)) return NO_GROUND;
  return isCompetitor(pair) ? pair & ~NEVER_A_COMPETITORS : pair;
}

/** Whether the pair is that of competitors; a pair that is no mask counts as one. */
export function isCompetitor(pair: GroundMask): boolean {
  return !isMask(pair) || (pair & COMPETITOR_GROUNDS) !== 0;
}

/** The three cells that a fact is judged at. */
export interface GateCodes {
  readonly tier: Tier;
  readonly sensitivity: Sensitivity;
  readonly age: Age;
  readonly phase: Phase;
  readonly dataClass: DataClass;
}

export function gateCells(codes: GateCodes): { tier: Cell; sensitivity: Cell; phase: Cell } {
  return {
    tier: { gate: 'tier', tier: codes.tier },
    sensitivity: { gate: 'sensitivity', sensitivity: codes.sensitivity, age: codes.age },
    phase: { gate: 'phase', phase: codes.phase, dataClass: codes.dataClass },
  };
}

/**
 * The grounds that open all three gates, whoever has them. Codes are looked up by the names of their cells, so that one the
 * law does not know opens nothing.
 */
export function gatesMask(masks: Masks, codes: Readonly<Record<keyof GateCodes, string>>): GroundMask {
  return (
    namedCellMask(masks, `tier/${codes.tier}`) &
    namedCellMask(masks, `sensitivity/${codes.sensitivity}/${codes.age}`) &
    namedCellMask(masks, `phase/${codes.phase}/${codes.dataClass}`)
  );
}

/** Row conditions as a mask, each on the ground it belongs to. */
function rowMask(request: DisclosureRequest): GroundMask {
  const party = request.namesReader ? NO_GROUND : PARTY_GROUNDS;
  const grant = request.agreementCovers ? NO_GROUND : GRANT_GROUNDS;
  return EVERY_GROUND & ~(party | grant | request.without);
}

/**
 * What a closed cell looks like: a function of default classification and competition only, never of the row, so that the
 * shape tells nothing (`domain.md` 0.3).
 */
export function closedOutcome(form: ClosedForm, competitor: boolean): ClosedOutcome {
  const existenceIsSecret =
    form.sensitivity === 'PERSONAL' ||
    form.sensitivity === 'SECURITY' ||
    form.dataClass === 'LINK' ||
    form.dataClass === 'DEMAND';
  if (existenceIsSecret) return 'HIDE';
  if (form.declared !== 'REDACT') return form.declared;
  const conditional = form.sensitivity === 'DERIVED' || form.sensitivity === 'INTENSITY';
  const sensitive = COMPETITIVELY_SENSITIVE.includes(form.sensitivity) || (conditional && competitor);
  return sensitive ? 'HIDE' : 'REDACT';
}

/**
 * Decides one disclosure: `pair & tier & sensitivity & phase & row <> 0` towards every subject and towards the contributor,
 * or the reader gave the fact itself. Pure; the same in SQL (`boundary.ts`) and in Cedar, ground by ground.
 */
export function decide(masks: Masks, request: DisclosureRequest): DisclosureDecision {
  const pairs = [...request.subjects, ...(request.contributor === null ? [] : [request.contributor])];
  const closed: DisclosureDecision = {
    outcome: closedOutcome(request.closed, pairs.length === 0 || pairs.some(isCompetitor)),
    ground: null,
  };
  const [subject] = request.subjects;
  if (subject === undefined) return closed;
  const gates = gatesMask(masks, request) & rowMask(request);
  const opened = pairs.map((pair) => soundPair(pair) & gates);
  const given = soundPair(request.contributor ?? NO_GROUND) & gates & SELF;
  const owns = soundPair(subject) & SELF;
  if (request.withdrawn && (owns | given) === 0) return closed;
  const admitting = opened.every((mask) => mask !== 0) ? (opened[0] ?? NO_GROUND) : given;
  const [ground] = groundNames(admitting);
  return ground === undefined ? closed : { outcome: 'ALLOW', ground };
}
