import { Decimal } from 'decimal.js';
import { Field, ObjectType } from 'type-graphql';
import type { Operation } from '../graph';
import type { TargetView } from './plan.view';

@ObjectType({ description: "A target beside its subject's own latest figure." })
export class TargetProgress {
  @Field(() => String, { description: 'Decimal string, in the unit of the target.' })
  value: string;

  @Field(() => String, { description: 'ISO date, the day after the last of the period measured.' })
  periodEnd: string;

  @Field(() => String, {
    nullable: true,
    description: 'Share of the way from baseline to target, three decimals: 0 none, 1 reached, below 0 the wrong way.',
  })
  share: string | null;
}

interface FigureRow {
  subject: string;
  value: string;
  period_end: string;
}

/** One statement for all targets asked about; what the reader may not read of the figures is no progress to it. */
export async function progressOf(operation: Operation, target: TargetView): Promise<TargetProgress | null> {
  if (target.indicator === null) return null;
  const loader = operation.loader<string, FigureRow>('latest figure of a subject', async (subjects) => {
    const rows = await operation.rows<FigureRow & Record<string, unknown>>(
      `select distinct on (m.unit_no, m.indicator_id) m.unit_no || '|' || m.indicator_id as subject, m.value::text as value, m.period_end
       from unnest($1::int[], $2::text[]) w(unit_no, indicator_id) join disclosed.measurement m on m.unit_no = w.unit_no and m.indicator_id = w.indicator_id
       where m.current and m.value is not null and m.withdrawn_at is null order by m.unit_no, m.indicator_id, m.period_end desc, m.id`,
      [subjects.map((each) => Number(each.split('|')[0])), subjects.map((each) => each.split('|')[1])],
    );
    const bySubject = new Map(rows.map((row) => [row.subject, row]));
    return subjects.map((each) => bySubject.get(each) ?? null);
  });
  const found = await loader.load(`${target.unitNo}|${target.indicator}`);
  if (found === null) return null;
  return { value: found.value, periodEnd: found.period_end, share: shareOf(target, found.value) };
}

function shareOf({ baselineValue, targetValue }: TargetView, value: string): string | null {
  if (baselineValue === null || targetValue === null) return null;
  const way = new Decimal(targetValue).minus(baselineValue);
  return way.isZero() ? null : new Decimal(value).minus(baselineValue).div(way).toFixed(3);
}
