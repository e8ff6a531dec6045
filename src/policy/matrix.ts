import { AGES, DATA_CLASSES, PHASES, SENSITIVITIES, TIERS, cellName, everyCell, type Age, type Cell } from './cells';
import { GROUND_NAMES, groundMask, groundNames, type GroundMask, type GroundName } from './grounds';
import { cellMask, type Masks } from './masks';
import { DATA_CLASS_WORDS, SENSITIVITY_WORDS, TIER_WORDS, cellWords, groundWords } from './words';

/** One gate as a table: a line per ground, a column per tier, sensitivity or data class. */
export interface MatrixTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly ground: GroundName;
    readonly words: string;
    readonly entries: readonly string[];
  }[];
}

/** A cell with those it is open to, for machines. */
export interface MatrixCell {
  readonly cell: string;
  readonly words: string;
  readonly opens: readonly GroundName[];
}

const CLOSED = '-';
const OPEN = 'yes';

function opens(masks: Masks, cell: Cell, ground: GroundMask): boolean {
  return (cellMask(masks, cell) & ground) !== 0;
}

const AGE_LETTERS: Readonly<Record<Age, string>> = {
  FUTURE: 'not ended',
  RECENT: '<3',
  THREE_MONTHS: '3-12',
  TWELVE_MONTHS: '12+',
};

/** The ages that are open, in months since the period ended. */
function ageEntry(open: (age: Age) => boolean): string {
  const ages = AGES.filter(open);
  if (ages.length === 0) return CLOSED;
  if (ages.length === AGES.length) return OPEN;
  return ages.map((age) => AGE_LETTERS[age]).join(' ');
}

/** The phases that are open, by number, neighbours drawn together: 1 4-6. */
function phaseEntry(open: readonly boolean[]): string {
  if (open.every((value) => !value)) return CLOSED;
  if (open.every((value) => value)) return OPEN;
  const runs: { first: number; last: number }[] = [];
  open.forEach((value, index) => {
    const run = runs.at(-1);
    if (!value) return;
    if (run !== undefined && run.last === index - 1) run.last = index;
    else runs.push({ first: index, last: index });
  });
  return runs.map(({ first, last }) => (first === last ? `${first + 1}` : `${first + 1}-${last + 1}`)).join(' ');
}

function table(
  title: string,
  columns: readonly string[],
  entriesOf: (ground: GroundMask) => readonly string[],
): MatrixTable {
  const rows = GROUND_NAMES.map((ground) => ({
    ground,
    words: groundWords(ground),
    entries: entriesOf(groundMask([ground])),
  }));
  return { title, columns, rows };
}

/** The three tables that a board signs. */
export function matrixTables(masks: Masks): MatrixTable[] {
  const phases = PHASES.map((phase, index) => `${index + 1} ${phase}`).join(', ');
  return [
    table("gate 1, the owner's tier", TIERS, (ground) =>
      TIERS.map((tier) => (opens(masks, { gate: 'tier', tier }, ground) ? OPEN : CLOSED)),
    ),
    table('gate 2, sensitivity; months since the period ended', SENSITIVITIES, (ground) =>
      SENSITIVITIES.map((sensitivity) =>
        ageEntry((age) => opens(masks, { gate: 'sensitivity', sensitivity, age }, ground)),
      ),
    ),
    table(`gate 3, phase: ${phases}`, DATA_CLASSES, (ground) =>
      DATA_CLASSES.map((dataClass) =>
        phaseEntry(PHASES.map((phase) => opens(masks, { gate: 'phase', phase, dataClass }, ground))),
      ),
    ),
  ];
}

/** Every cell with those it is open to. */
export function matrixCells(masks: Masks): MatrixCell[] {
  return everyCell().map((cell) => ({
    cell: cellName(cell),
    words: cellWords(cell),
    opens: groundNames(cellMask(masks, cell)),
  }));
}

function tableText({ title, columns, rows }: MatrixTable): string {
  const lines = [['who', ...columns], ...rows.map((row) => [row.words, ...row.entries])];
  const widths = lines[0]?.map((_cell, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...text].join('\n');
}

function legend(title: string, words: Readonly<Record<string, string>>): string {
  return [title, ...Object.entries(words).map(([code, meaning]) => `  ${code}: ${meaning}`)].join('\n');
}

const LEGENDS: readonly string[] = [
  legend('the tiers, each an audience of its own', TIER_WORDS),
  legend('the sensitivities', SENSITIVITY_WORDS),
  legend('the classes of data', DATA_CLASS_WORDS),
];

/**
 * The tables as text, with what their codes mean and what data stands under them. A reader gets in by one line that opens at
 * all three gates; lines are never combined.
 */
export function matrixText(masks: Masks, classes: readonly string[] = []): string {
  const rule = [
    'A fact is read on one ground that opens all three gates; grounds are never combined.',
    '"Those the row names" and "those an agreement covers" read only rows that name them, or that a live agreement covers for its purpose.',
    'What no line opens is closed; what counsel freezes is closed to everybody but its owner.',
  ].join('\n');
  const hash = `Compiled from law ${masks.lawHash}.`;
  const data =
    classes.length === 0 ? [] : [['what data stands where, as TIER/SENSITIVITY/CLASS', ...classes].join('\n')];
  return [rule, hash, ...matrixTables(masks).map(tableText), ...LEGENDS, ...data].join('\n\n');
}
