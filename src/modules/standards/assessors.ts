import type { Operation } from '../graph';
import type { Accreditation } from './assessment.view';

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
