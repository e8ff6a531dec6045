import { dataClasses, phases, sensitivities, type DataClass, type Phase } from '../kernel/vocabulary';

/**
 * The cells of the three gates (`design.md` 2): codes, their order, and how a cell is addressed. The order is stored in
 * databases (smallint columns), so the lists only ever grow at the end.
 */

/** `domain.md` 0.1, VALUE_CHAIN by direction; ADDRESSED is BILATERAL for facts with an addressee: PARTY or GRANT only. */
export const TIERS = [
  'PUBLIC',
  'ALLIANCE',
  'VALUE_CHAIN',
  'VALUE_CHAIN_DOWNSTREAM',
  'VALUE_CHAIN_UPSTREAM',
  'BILATERAL',
  'ADDRESSED',
  'CLEAN_TEAM',
  'OWNER_ONLY',
] as const;
export type Tier = (typeof TIERS)[number];

/**
 * `domain.md` 0.2. INTENSITY is the intensity side of a derivation family: with the absolute figure of the same subject
 * and period it gives the output, so it is read only under an agreement that names both.
 */
export const SENSITIVITIES = [...sensitivities, 'INTENSITY'] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** Age of a period at read time: ended under 3 months ago, 3 to 12, 12 or more (also timeless facts), not yet ended. */
export const AGES = ['RECENT', 'THREE_MONTHS', 'TWELVE_MONTHS', 'FUTURE'] as const;
export type Age = (typeof AGES)[number];

export const PHASES = phases;
export const DATA_CLASSES = dataClasses;
export type { DataClass, Phase };

/** Competitively sensitive codes of `domain.md` 0.2; DERIVED and INTENSITY are CONDITIONAL: sensitive between competitors. */
export const COMPETITIVELY_SENSITIVE: readonly Sensitivity[] = [
  'PRICE',
  'COST',
  'VOLUME',
  'CAPACITY',
  'COUNTERPARTY',
  'CONTRACT',
  'FUTURE_INTENT',
  'TECHNOLOGY',
];

/** `domain.md` 0.3. DENY is for an operation, never for a cell. */
export const OUTCOMES = ['ALLOW', 'REDACT', 'HIDE', 'AGGREGATE_ONLY', 'DENY'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Sensitivities per tier in a stored disclosure class; a power of two above the number of codes, so that codes can grow. */
export const DISCLOSURE_CLASS_STRIDE = 16;

/** The stored disclosure class (smallint) of a fact: tier and sensitivity in one number. */
export function disclosureClass(tier: Tier, sensitivity: Sensitivity): number {
  return TIERS.indexOf(tier) * DISCLOSURE_CLASS_STRIDE + SENSITIVITIES.indexOf(sensitivity);
}

/** A cell of one of the three gates. */
export type Cell =
  | { gate: 'tier'; tier: Tier }
  | { gate: 'sensitivity'; sensitivity: Sensitivity; age: Age }
  | { gate: 'phase'; phase: Phase; dataClass: DataClass };

/** Every cell of every gate, in a fixed order. */
export function everyCell(): Cell[] {
  return [
    ...TIERS.map((tier): Cell => ({ gate: 'tier', tier })),
    ...SENSITIVITIES.flatMap((sensitivity) => AGES.map((age): Cell => ({ gate: 'sensitivity', sensitivity, age }))),
    ...PHASES.flatMap((phase) => DATA_CLASSES.map((dataClass): Cell => ({ gate: 'phase', phase, dataClass }))),
  ];
}

/** The name under which a cell stands in `policies/build/masks.json` and in texts for counsel. */
export function cellName(cell: Cell): string {
  switch (cell.gate) {
    case 'tier':
      return `tier/${cell.tier}`;
    case 'sensitivity':
      return `sensitivity/${cell.sensitivity}/${cell.age}`;
    case 'phase':
      return `phase/${cell.phase}/${cell.dataClass}`;
  }
}
