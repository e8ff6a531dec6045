/** A row or column limit that does not bind is +-Infinity. */
export interface LinearProgram {
  readonly columnLower: Float64Array;
  readonly columnUpper: Float64Array;
  readonly columnCost: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Sparse rows: `entries[row]` lists [column, coefficient], no column twice. */
  readonly entries: readonly (readonly (readonly [number, number])[])[];
}

export type LinearProgramOutcome =
  | { readonly status: 'OPTIMAL'; readonly objective: number; readonly columns: Float64Array }
  | { readonly status: 'INFEASIBLE' }
  | { readonly status: 'UNBOUNDED' }
  | { readonly status: 'FAILED' };

/** A program kept in memory, so that a changed bound or cost is solved from the last basis. Always minimises. */
export interface LinearProgramSession {
  setColumnBounds(lower: Float64Array, upper: Float64Array): void;
  setColumnCosts(cost: Float64Array): void;
  setRowBounds(row: number, lower: number, upper: number): void;
  setCoefficient(row: number, column: number, value: number): void;
  minimise(): LinearProgramOutcome;
  /** Frees the memory of the solver; the session must not be used afterwards. */
  dispose(): void;
}

/** What this folder needs of a solver. It does no I/O itself: whoever calls it loads the solver and passes it in. */
export interface LinearProgramSolver {
  open(program: LinearProgram): LinearProgramSession;
}
