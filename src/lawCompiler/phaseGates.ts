import { parse } from 'csv-parse/sync';
import { DATA_CLASSES, PHASES, type DataClass, type Phase } from '../policy/cells';
import { LawError } from './lawError';

/** Audiences of `reference/phase-gates.csv`; what each means is said in `policies/law/phases.cedar`. */
export const AUDIENCES = [
  'OPEN',
  'OWNER',
  'INVITED',
  'MEMBERS',
  'NONE',
  'PUBLIC_SOURCES',
  'K5',
  'OWNER_TIER',
  'OWN_ENDS',
  'CONSENTED',
  'TEMPLATE_ONLY',
  'BILATERAL',
  'SAFEGUARDED',
  'PARTIES',
  'PARTIES_CLOSING',
  'CLEAN_TEAM',
  'NEVER',
  'BODY',
  'FROZEN',
] as const;
export type Audience = (typeof AUDIENCES)[number];

/** The audience of every data class in every phase. */
export type PhaseGates = (phase: Phase, dataClass: DataClass) => Audience;

function known<T extends string>(codes: readonly T[], value: string | undefined, line: number): T {
  const found = codes.find((code) => code === value);
  if (found === undefined) throw new LawError(`phase gates, line ${line}: \`${value ?? ''}\` is unknown`);
  return found;
}

/**
 * Reads the phase gates.
 * @throws LawError on an unknown code, a pair that stands twice or a pair that is missing.
 */
export function parsePhaseGates(csv: string): PhaseGates {
  const rows: Record<string, string>[] = parse(csv, { columns: true, skip_empty_lines: true, bom: true });
  const audiences = new Map<string, Audience>();
  rows.forEach((row, index) => {
    const line = index + 2;
    const key = `${known(PHASES, row.phase, line)}/${known(DATA_CLASSES, row.data_class, line)}`;
    if (audiences.has(key)) throw new LawError(`phase gates, line ${line}: ${key} stands twice`);
    audiences.set(key, known(AUDIENCES, row.audience, line));
  });
  const missing = PHASES.flatMap((phase) => DATA_CLASSES.map((dataClass) => `${phase}/${dataClass}`)).find(
    (key) => !audiences.has(key),
  );
  if (missing !== undefined) throw new LawError(`phase gates: ${missing} is missing`);
  return (phase, dataClass) => {
    const audience = audiences.get(`${phase}/${dataClass}`);
    if (audience === undefined) throw new LawError(`phase gates: ${phase}/${dataClass} is missing`);
    return audience;
  };
}
