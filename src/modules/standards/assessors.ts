import { selectList, toView, type Operation } from '../graph';
import { AssessorView, type Accreditation } from './assessment.view';

/** All assessor firms, by name; an alliance knows some dozens. */
export async function assessorFirms(operation: Operation): Promise<AssessorView[]> {
  const rows = await operation.rows<object>(
    `select ${selectList(AssessorView, 'v')} from reference.assessor_firm v order by v.name, v.id limit 500`,
  );
  return rows.map((row) => toView(AssessorView, row));
}

/** What a firm may assess and when, one statement for all firms asked for at once. */
export async function accreditationsOf(operation: Operation, firm: string): Promise<Accreditation[]> {
  const found = await operation
    .loader<string, Accreditation[]>('assessor.accreditations', async (firms) => {
      const rows = await operation.rows<Accreditation & { firm: string }>(
        `select assessor_id as firm, standard_id as standard, standard_id || '/' || version_label as "standardVersion",
           valid_from as "validFrom", valid_to as "validTo"
         from reference.accreditation where assessor_id = any($1::uuid[]) order by standard_id, version_label`,
        [firms],
      );
      return firms.map((each) => rows.filter((row) => row.firm === each));
    })
    .load(firm);
  return found ?? [];
}
