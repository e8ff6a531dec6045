import type { EntityType } from '../../kernel/opaqueId';
import type { Operation } from '../graph';

/** What an event is about: its kind of id, its GraphQL type, and the look that tells whether the viewer may know of it. */
export interface Subject {
  readonly idType: EntityType;
  readonly type: string;
  /** One statement for all ids ($1) of the batch: what comes back may be told. */
  readonly look: string;
}

function disclosed(view: string): string {
  return `select v.id, v.unit_no as "unitNo" from disclosed.${view} v where v.id = any($1::uuid[])`;
}

/** By the name in events.event.subject_type; an unknown one is never told. */
export const subjects: ReadonlyMap<string, Subject> = new Map([
  ['DEMAND', { idType: 'demand', type: 'Demand', look: disclosed('demand') }],
  ['RESPONSE', { idType: 'response', type: 'DemandResponse', look: disclosed('demand_response') }],
  ['CERTIFICATE', { idType: 'assessment', type: 'Assessment', look: disclosed('assessment') }],
  ['LINK', { idType: 'link', type: 'Link', look: disclosed('link') }],
  ['AGREEMENT', { idType: 'agreement', type: 'Agreement', look: disclosed('agreement') }],
  [
    'FREEZE',
    {
      idType: 'freeze',
      type: 'Freeze',
      look: 'select f.id, null::int as "unitNo" from events.known_freezes($1::uuid[]) f(id)',
    },
  ],
]);

/**
 * Of these subjects, those that the operation's viewer may know of in its snapshot: the same disclosed views that a query reads,
 * one statement for each kind.
 * @returns `kind uuid` of each
 */
export async function knownSubjects(
  operation: Operation,
  asked: readonly { subjectType: string; subject: string }[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const [kind, { look, type }] of subjects) {
    const ids = [...new Set(asked.filter((each) => each.subjectType === kind).map((each) => each.subject))];
    if (ids.length === 0) continue;
    const rows = await operation.rows<{ id: string; unitNo: number | null }>(look, [ids]);
    operation.touched(
      type,
      rows.flatMap(({ unitNo }) => (unitNo === null ? [] : [unitNo])),
    );
    for (const { id } of rows) known.add(`${kind} ${id}`);
  }
  return known;
}
