import { stages } from '../../../kernel/vocabulary';
import type { LinkRecord } from '../staging';
import { inTransaction, type Actor } from './actor';
import type { CheckedRow } from './checkedRow';
import type { PortionCheck } from './ownChecks';
import { References, resolvedOf, type NamedUnit } from './references';

interface Relation {
  /** Of one ownership group with the importer. */
  readonly sameGroup: boolean;
  /** The acting person declared an interest about it. */
  readonly interested: boolean;
}

/** `links`: as `assertLink`, one end being the importer's. A file rests on itself: its hash is the evidence. */
export const linkCheck: PortionCheck = async (actor, records) => {
  const references = await References.of(
    actor,
    records.flatMap((record) =>
      record.kind === 'link'
        ? [record.supplier, record.customer].flatMap((end) => (end.kind === 'REFERENCE' ? [end.text] : []))
        : [],
    ),
  );
  const relations = await relationsOf(
    actor,
    records.filter((record) => record.kind === 'link'),
    references,
  );
  return (row, [record]) => (record?.kind === 'link' ? checkOne(actor, references, relations, row, record) : []);
};

async function relationsOf(
  actor: Actor,
  links: readonly LinkRecord[],
  references: References,
): Promise<ReadonlyMap<number, Relation>> {
  const { organisationNo, personId } = actor.viewer;
  const others = new Set<number>();
  for (const { supplier, customer } of links) {
    for (const end of [supplier, customer]) {
      if (end.kind !== 'REFERENCE') continue;
      for (const { ownerNo } of references.meant(end.text, organisationNo)) others.add(ownerNo);
    }
  }
  const rows = await inTransaction(actor, (session) =>
    session.query<Relation & { no: number }>(
      `select o.no, vault.in_my_group(o.no) as "sameGroup", vault.has_interest($2::uuid, array[o.no]) as interested from unnest($1::int[]) as o(no)`,
      [[...others], personId],
    ),
  );
  return new Map(rows.map((row) => [row.no, row]));
}

function checkOne(
  { viewer }: Actor,
  references: References,
  relations: ReadonlyMap<number, Relation>,
  row: CheckedRow,
  record: LinkRecord,
): readonly LinkRecord[] {
  if (record.supplier.kind !== 'REFERENCE' || record.customer.kind !== 'REFERENCE') return [];
  const supplier = row.unitOf(references, record.supplier.text, 'supplier', viewer.organisationNo);
  const customer = row.unitOf(references, record.customer.text, 'customer', viewer.organisationNo);
  if (supplier === null || customer === null) return [];
  const others = [supplier, customer].filter(({ ownerNo }) => ownerNo !== viewer.organisationNo);
  if (others.length === 2) {
    row.reject('NOT_YOURS', 'supplier', record.supplier.text, 'one end of a link is your own organisation');
  }
  if (supplier.unitNo === customer.unitNo) {
    row.reject('LINK_TO_ITSELF', 'customer', record.customer.text, 'supplier and customer are the same');
  }
  if (others.some(({ ownerNo }) => relations.get(ownerNo)?.interested === true)) {
    row.reject('CONFLICT_OF_INTEREST', null, '', 'you declared an interest about the other end: let a colleague act');
  }
  const supplierStage = record.supplierStage ?? stageOf(supplier);
  if (supplierStage === null)
    row.reject('MISSING_VALUE', 'supplierStage', '', 'say at which stage the supplier stands');
  const intraGroup = others.every(({ ownerNo }) => relations.get(ownerNo)?.sameGroup === true);
  return [
    {
      ...record,
      supplierStage,
      intraGroup,
      resolved: { supplier: resolvedOf(supplier), customer: resolvedOf(customer) },
    },
  ];
}

function stageOf(unit: NamedUnit): string | null {
  return stages.find((stage) => stage === unit.stage) ?? null;
}
