import type { WriteSession } from '../../database/boundTransaction';
import type { Operation } from '../graph';
import type { RequirementRow, StandardRow } from './rows';

/** What demands, clusters and equivalences ask of a standard: its levels, lowest first. */
export type KnownStandard = Pick<StandardRow, 'standardId' | 'levels'> & { readonly kind: string };
export type KnownRequirement = Pick<RequirementRow, 'topicId' | 'topic' | 'standardId' | 'reference' | 'title'> & {
  readonly coverage: string;
};

export interface KnownStandards {
  readonly standards: readonly KnownStandard[];
  /** topics by standards, as the crosswalk has them */
  readonly requirements: readonly KnownRequirement[];
}

interface Row extends Record<string, unknown> {
  standardId: string;
  kind: string;
  levels: string[];
  requirements: KnownRequirement[];
}

const EVERY_STANDARD = `
  select s.id as "standardId", s.kind, array(select l.code from reference.standard_level l where l.standard_id = s.id order by l.position, l.code) as levels,
    coalesce((select json_agg(json_build_object('topicId', r.topic_id, 'topic', t.name, 'standardId', r.standard_id, 'reference', r.reference, 'title', r.title,
        'coverage', r.coverage) order by r.topic_id)
      from reference.requirement r join reference.topic t on t.id = r.topic_id where r.standard_id = s.id), '[]'::json) as requirements
  from reference.standard s order by s.id`;

/**
 * The standards as the database of this operation's snapshot holds them: those of the reference files, and those that were added since,
 * as the demo adds its own. One statement an operation, however often it is asked.
 */
export async function knownStandards(operation: Operation): Promise<KnownStandards> {
  const loader = operation.loader<string, KnownStandards>('known standards', async (keys) => {
    const known = knownFrom(await operation.rows<Row>(EVERY_STANDARD));
    return keys.map(() => known);
  });
  return (await loader.load('all')) ?? knownFrom([]);
}

/** The same within a write, on its own connection. */
export async function knownStandardsIn(session: WriteSession): Promise<KnownStandards> {
  return knownFrom(await session.query<Row>(EVERY_STANDARD));
}

function knownFrom(rows: readonly Row[]): KnownStandards {
  return { standards: rows, requirements: rows.flatMap((row) => row.requirements) };
}
