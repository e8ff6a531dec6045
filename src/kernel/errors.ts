import type { Issue, Path } from './issues';

/** The closed list of public codes, `domain.md` 0.3: one code per class of refusal, so that a code is no oracle. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'VALIDATION',
  'NOT_FOUND',
  'POLICY_DENIED',
  'COMPETITOR_CSI',
  'SMALL_CELL',
  'DIFFERENCING',
  'DERIVATION',
  'PHASE_GATE',
  'CONSENT_MISSING',
  'CONFLICT_OF_INTEREST',
  'STATE',
  'PURPOSE_MISSING',
  'BUDGET_EXHAUSTED',
  'RATE_LIMITED',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface DomainErrorDetails {
  /** Id of the rule that refused; public. */
  readonly rule?: string;
  /** The lawful way on, in one sentence; public. */
  readonly next?: string;
  /** Where in the input or the answer; public. */
  readonly path?: Path;
  /** Every fault of the input at once; public. */
  readonly issues?: readonly Issue[];
  /** What happened inside; logged, never sent. */
  readonly cause?: unknown;
}

/**
 * A refusal the caller may be told of. `message` is the public face: lower case, no full stop, the user's own input in
 * backticks, nobody else's name or count. `cause` is the private face.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly rule: string | undefined;
  readonly next: string | undefined;
  readonly path: Path | undefined;
  readonly issues: readonly Issue[];

  constructor(
    readonly code: ErrorCode,
    readonly publicMessage: string,
    details: DomainErrorDetails = {},
  ) {
    super(publicMessage, details.cause === undefined ? undefined : { cause: details.cause });
    this.rule = details.rule;
    this.next = details.next;
    this.path = details.path;
    this.issues = details.issues ?? [];
  }
}

/** Our own mistake, never the user's: it is logged and answered as an internal failure. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws `InvariantError` when the condition does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant broken: ${message}`);
}

/** Closes a switch over a union: a new member of the union does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new InvariantError(`invariant broken: unexpected ${typeof value} outside a closed union`);
}
