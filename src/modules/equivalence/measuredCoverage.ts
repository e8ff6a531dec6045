import { compare } from '../../kernel/quantity';
import { convert } from '../../kernel/units';
import { ASSURANCES } from '../demands';
import type { Operation } from '../graph';

export interface MeasuredCoverage {
  state: 'FULL' | 'NONE';
  gaps: string[];
  /** ids of own measurements that answer it, latest first */
  measurementIds: string[];
}

/** An indicator with its threshold, as a demand states it. */
export interface FigureAsked {
  readonly indicator: string;
  readonly comparator: string | null;
  readonly threshold: string | null;
  /** unit of the threshold; null: that of the indicator */
  readonly unit: string | null;
  readonly minAssurance: string | null;
}

interface FigureRow {
  id: string;
  indicator_id: string;
  value: string;
  verification: string | null;
}

/** Which of the reader's own latest figures answer a demand for an indicator; from own data only. */
export async function measuredCoverage(operation: Operation, asked: FigureAsked): Promise<MeasuredCoverage> {
  const figures = await ownFigures(operation, asked.indicator);
  if (figures.length === 0) return none(`no figure of ${asked.indicator} is on record`);
  const assured = figures.filter(
    ({ verification }) =>
      asked.minAssurance === null || ASSURANCES.indexOf(verification ?? '') >= ASSURANCES.indexOf(asked.minAssurance),
  );
  if (assured.length === 0) return none(`${asked.indicator} is held with a lower assurance`);
  const meeting = assured.filter((row) => meets(operation, row.value, asked));
  if (meeting.length < assured.length) return none(`${asked.indicator} does not reach what is asked for everywhere`);
  return { state: 'FULL', gaps: [], measurementIds: meeting.map((row) => row.id) };
}

function none(gap: string): MeasuredCoverage {
  return { state: 'NONE', gaps: [gap], measurementIds: [] };
}

function meets(operation: Operation, value: string, asked: FigureAsked): boolean {
  if (asked.comparator === 'REPORTED') return true;
  const indicator = operation.services.catalogue.indicators.find((row) => row.indicatorId === asked.indicator);
  if (asked.threshold === null || indicator === undefined) return false;
  const threshold = convert(asked.threshold, asked.unit ?? indicator.unit, indicator.unit);
  if (!threshold.ok) return false;
  const order = compare(value, threshold.value);
  return asked.comparator === 'LE' ? order <= 0 : asked.comparator === 'GE' ? order >= 0 : order === 0;
}

/** The latest figure of each own subject, for all indicators asked about at once. */
async function ownFigures(operation: Operation, indicator: string): Promise<readonly FigureRow[]> {
  const loader = operation.loader<string, FigureRow[]>('own latest figures', async (indicators) => {
    const rows = await operation.rows<FigureRow & Record<string, unknown>>(
      `select distinct on (m.indicator_id, m.unit_no) m.id, m.indicator_id, m.value::text as value, m.verification from disclosed.measurement m
       where m.indicator_id = any($1) and m.current and m.value is not null and m.withdrawn_at is null
         and m.organisation_id = (select o.id from disclosed.organisation o where o.unit_no = $2)
       order by m.indicator_id, m.unit_no, m.period_end desc, m.id`,
      [indicators, operation.viewer.organisationNo],
    );
    return indicators.map((each) => rows.filter((row) => row.indicator_id === each));
  });
  return (await loader.load(indicator)) ?? [];
}
