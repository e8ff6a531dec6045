import type { Highs, Model } from 'highs';
import type {
  LinearProgram,
  LinearProgramOutcome,
  LinearProgramSession,
  LinearProgramSolver,
} from './linearProgramSolver';

/**
 * HiGHS (MIT, WebAssembly) as the solver of this folder. Types only are imported: the loaded runtime is an argument,
 * since loading it reads a file.
 * Source: Huangfu and Hall (2018), the solver itself. Guarantees: anything but an optimum is told as such; no caller rests
 * safety on its arithmetic (`WitnessSearch`).
 */
export function highsSolver(highs: Highs): LinearProgramSolver {
  return { open: (program) => openSession(highs, program) };
}

function openSession(highs: Highs, program: LinearProgram): LinearProgramSession {
  const model = highs.createModel();
  // One thread and a fixed seed are the defaults of this build, so a program always gives the same answer.
  model.options.set('output_flag', false);
  model.passModel({
    numCols: program.columnCost.length,
    numRows: program.rowLower.length,
    colCost: program.columnCost,
    colLower: program.columnLower,
    colUpper: program.columnUpper,
    rowLower: program.rowLower,
    rowUpper: program.rowUpper,
    matrix: compressedRows(program),
  });
  const columns = { kind: 'range' as const, from: 0, to: program.columnCost.length - 1 };
  return {
    setColumnBounds: (lower, upper) => void model.changeColsBounds(columns, lower, upper),
    setColumnCosts: (cost) => void model.changeColsCost(columns, cost),
    setRowBounds: (row, lower, upper) => void model.changeRowBounds(row, lower, upper),
    setCoefficient: (row, column, value) => void model.changeCoefficient(row, column, value),
    minimise: () => minimise(highs, model),
    dispose: () => model.dispose(),
  };
}

function compressedRows(program: LinearProgram): {
  format: 'csr';
  numRows: number;
  numCols: number;
  starts: number[];
  indices: number[];
  values: number[];
} {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const row of program.entries) {
    for (const [column, value] of row) {
      indices.push(column);
      values.push(value);
    }
    starts.push(indices.length);
  }
  return {
    format: 'csr',
    numRows: program.rowLower.length,
    numCols: program.columnCost.length,
    starts,
    indices,
    values,
  };
}

function minimise(highs: Highs, model: Model): LinearProgramOutcome {
  const { modelStatus } = model.run();
  const codes = highs.constants.modelStatus;
  if (modelStatus === codes.optimal) {
    return { status: 'OPTIMAL', objective: model.getObjectiveValue(), columns: model.getSolution().colValue };
  }
  if (modelStatus === codes.infeasible) return { status: 'INFEASIBLE' };
  if (modelStatus === codes.unbounded || modelStatus === codes.unboundedOrInfeasible) return { status: 'UNBOUNDED' };
  return { status: 'FAILED' };
}
