/** Why a value was refused: a closed code for programs, a hint for people (lower case, no full stop). */
export interface Fault<Code extends string = string> {
  readonly code: Code;
  readonly hint: string;
}
