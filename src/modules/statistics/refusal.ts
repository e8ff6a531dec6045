import { DomainError } from '../../kernel/errors';
import { GUIDE_ADDRESS } from './statisticsGuide';

/** Why a statistic is refused: a function of membership, earlier questions and public rules, never of a value. */
export type RefusalCode = 'SMALL_CELL' | 'DIFFERENCING' | 'DERIVATION';

export interface Refusal {
  readonly code: RefusalCode;
  readonly rule: string;
  /** What can be had instead where no released table is near. */
  readonly otherwise: string;
}

const MESSAGES: Readonly<Record<RefusalCode, string>> = {
  SMALL_CELL: 'too few independent contributors',
  DIFFERENCING: 'too close to an earlier release',
  DERIVATION: 'with an earlier release this would tell output',
};

export const smallCell = (rule: string, otherwise: string): Refusal => ({ code: 'SMALL_CELL', rule, otherwise });

/** Every refusal has this shape; `next` names the nearest released table, or what to ask instead. */
export function refusalError(refusal: Refusal, nearestRelease: string | null): DomainError {
  const next = nearestRelease === null ? refusal.otherwise : `use release ${nearestRelease}`;
  return new DomainError(refusal.code, MESSAGES[refusal.code], {
    rule: refusal.rule,
    next: `${next}; ${GUIDE_ADDRESS} says why figures are missing`,
  });
}
