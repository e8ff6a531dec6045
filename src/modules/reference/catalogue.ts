import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildStateMachines, type StateMachine } from '../../kernel/stateMachine';
import { dataClasses, phases } from '../../kernel/vocabulary';
import { packageRoot } from './packageRoot';
import * as readers from './readers';
import type * as rows from './rows';
import { CatalogueError, type CatalogueFault } from './table';

/** The starter catalogue, `reference/*.csv`: public facts, the same for every alliance. */
export interface Catalogue {
  readonly standards: readonly rows.StandardRow[];
  /** The crosswalk: every topic by every standard it covers. */
  readonly requirements: readonly rows.RequirementRow[];
  readonly indicators: readonly rows.IndicatorRow[];
  readonly minerals: readonly rows.MineralStageRow[];
  readonly glossary: readonly rows.GlossaryRow[];
  readonly stateMachines: ReadonlyMap<string, StateMachine>;
  readonly phaseGates: readonly rows.PhaseGateRow[];
  readonly equivalences: readonly rows.EquivalenceRow[];
  /** The headings that `checkHs6` admits. */
  readonly hs6Headings: ReadonlySet<string>;
}

/** Minerals that standards name in their scope and the catalogue holds no product rows for. */
const mineralsWithoutRows = new Set(['diamond', 'gemstones', 'others']);

/**
 * Reads the folder `reference/` of this package, or another of the same shape.
 * @throws CatalogueError naming file, row and column of every fault
 */
export function loadCatalogue(folder: string = join(packageRoot(), 'reference')): Catalogue {
  const text = (file: readers.CatalogueFile) => readFileSync(join(folder, file), 'utf8');
  return parseCatalogue({
    'standards.csv': text('standards.csv'),
    'crosswalk.csv': text('crosswalk.csv'),
    'indicators.csv': text('indicators.csv'),
    'minerals.csv': text('minerals.csv'),
    'glossary.csv': text('glossary.csv'),
    'state-machines.csv': text('state-machines.csv'),
    'phase-gates.csv': text('phase-gates.csv'),
    'equivalence-sample.csv': text('equivalence-sample.csv'),
  });
}

/**
 * Pure: the files' texts in, the catalogue out.
 * @throws CatalogueError naming file, row and column of every fault
 */
export function parseCatalogue(texts: readers.CatalogueTexts): Catalogue {
  const faults: CatalogueFault[] = [];
  const minerals = readers.readMinerals(texts, faults);
  const catalogue = {
    standards: readers.readStandards(texts, faults),
    requirements: readers.readRequirements(texts, faults),
    indicators: readers.readIndicators(texts, faults),
    minerals,
    glossary: readers.readGlossary(texts, faults),
    phaseGates: readers.readPhaseGates(texts, faults),
    equivalences: readers.readEquivalences(texts, faults),
    hs6Headings: new Set(minerals.map((row) => row.hs6)),
  };
  const transitions = readers.readTransitions(texts, faults);
  faults.push(...duplicatesIn(catalogue), ...danglingIn(catalogue), ...gapsInGates(catalogue.phaseGates));
  if (faults.length > 0) throw new CatalogueError(faults);
  return { ...catalogue, stateMachines: stateMachinesOf(transitions) };
}

type Rows = Omit<Catalogue, 'stateMachines'>;

function stateMachinesOf(transitions: readonly rows.StateMachineRow[]): ReadonlyMap<string, StateMachine> {
  try {
    return buildStateMachines(transitions);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CatalogueError([{ file: 'state-machines.csv', row: 0, column: 'to', message: cause.message }]);
  }
}

function duplicatesIn(catalogue: Rows): readonly CatalogueFault[] {
  return [
    ...duplicates('standards.csv', 'standard_id', catalogue.standards.map((row) => row.standardId)),
    ...duplicates('crosswalk.csv', 'standard_id', catalogue.requirements.map((row) => `${row.topicId} ${row.standardId}`)),
    ...duplicates('indicators.csv', 'indicator_id', catalogue.indicators.map((row) => row.indicatorId)),
    ...duplicates('minerals.csv', 'row_id', catalogue.minerals.map((row) => row.rowId)),
    ...duplicates('glossary.csv', 'term_id', catalogue.glossary.map((row) => row.termId)),
    ...duplicates('phase-gates.csv', 'data_class', catalogue.phaseGates.map((row) => `${row.phase} ${row.dataClass}`)),
    ...duplicates('equivalence-sample.csv', 'id', catalogue.equivalences.map((row) => row.id)),
  ];
}

function duplicates(file: string, column: string, keys: readonly string[]): readonly CatalogueFault[] {
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index ? [] : [{ file, row: index + 2, column, message: `\`${key}\` comes twice` }],
  );
}

/** References from file to file that lead nowhere. */
function danglingIn(catalogue: Rows): readonly CatalogueFault[] {
  const standards = new Set(catalogue.standards.map((row) => row.standardId));
  const topics = new Set(catalogue.requirements.map((row) => row.topicId));
  const minerals = new Set([...catalogue.minerals.map((row) => row.mineralId), ...mineralsWithoutRows]);
  const check = (file: string, column: string, known: ReadonlySet<string>, values: readonly (readonly string[])[]) =>
    values.flatMap((list, index) =>
      list.flatMap((value) =>
        known.has(value) ? [] : [{ file, row: index + 2, column, message: `\`${value}\` is not in the catalogue` }],
      ),
    );
  return [
    ...check('crosswalk.csv', 'standard_id', standards, catalogue.requirements.map((row) => [row.standardId])),
    ...check('standards.csv', 'scope_minerals', minerals, catalogue.standards.map((row) => row.scopeMinerals ?? [])),
    ...check('equivalence-sample.csv', 'from_standard', standards, catalogue.equivalences.map((row) => [row.fromStandard])),
    ...check('equivalence-sample.csv', 'to_standard', standards, catalogue.equivalences.map((row) => [row.toStandard])),
    ...check('equivalence-sample.csv', 'topic_id', topics, catalogue.equivalences.map((row) => [row.topicId])),
  ];
}

/** A gate that nobody wrote would be a default, and a default that opens is a bug: every pair has its row. */
function gapsInGates(gates: readonly rows.PhaseGateRow[]): readonly CatalogueFault[] {
  const written = new Set(gates.map((row) => `${row.phase} ${row.dataClass}`));
  return phases.flatMap((phase) =>
    dataClasses.flatMap((dataClass) =>
      written.has(`${phase} ${dataClass}`)
        ? []
        : [{ file: 'phase-gates.csv', row: 0, column: 'data_class', message: `no row for ${phase} ${dataClass}` }],
    ),
  );
}
