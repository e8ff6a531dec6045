import { statefulIsAuthorized, type EntityJson } from './cedar';
import type { Cell } from '../policy/cells';
import type { GroundName } from '../policy/grounds';
import { gateQuestion, groundEntity } from './entities';
import type { Law } from './law';
import type { PhaseGates } from './phaseGates';

/** What Cedar says of one ground at one cell. `fault` is set when it could not say: then the decision is deny. */
export interface Judgement {
  readonly allowed: boolean;
  /** The permits that opened it, or the forbids that closed it, sorted; empty when nothing matched. */
  readonly policies: readonly string[];
  readonly fault: string | null;
}

/** Asks Cedar about any principal entity; a request that is malformed or fails to evaluate is denied with its fault. */
export function judgeEntity(law: Law, ground: EntityJson, cell: Cell, audienceOf: PhaseGates): Judgement {
  const question = gateQuestion(cell, audienceOf);
  const answer = statefulIsAuthorized({
    principal: ground.uid,
    action: question.action,
    resource: question.cell.uid,
    context: {},
    preparsedSchemaName: law.handle,
    validateRequest: true,
    preparsedPolicySetId: law.handle,
    entities: [ground, question.cell],
  });
  if (answer.type === 'failure') {
    return { allowed: false, policies: [], fault: answer.errors.map((error) => error.message).join('; ') };
  }
  const { decision, diagnostics } = answer.response;
  // A policy that fails to evaluate is skipped by Cedar; a skipped forbid would open, so any failure denies.
  if (diagnostics.errors.length > 0) {
    const fault = diagnostics.errors.map((error) => `${error.policyId}: ${error.error.message}`).join('; ');
    return { allowed: false, policies: [], fault };
  }
  return { allowed: decision === 'allow', policies: [...diagnostics.reason].sort(), fault: null };
}

/** Judges one ground alone at one cell. */
export function judge(law: Law, ground: GroundName, cell: Cell, audienceOf: PhaseGates): Judgement {
  return judgeEntity(law, groundEntity(ground), cell, audienceOf);
}
