import type { ClientBase } from 'pg';

/** A kept list and what it is made of: rows that stand in one of them only. */
const KEPT: Record<string, [kept: string, said: string]> = {
  hop_upward: ['select * from policy.hop_upward', 'select * from policy.told_upward'],
  hop_downward: ['select * from policy.hop_downward', 'select * from policy.told_downward'],
  foothold: [
    'select mineral_id, owner_no, sites from policy.foothold',
    'select mineral_id, owner_no, array_agg(unit_no order by unit_no) from policy.site_mineral group by 1, 2',
  ],
};

/** Where the lists of neighbours and sites say something else than links and sites do, as sentences. */
export async function strayNeighbours(client: Pick<ClientBase, 'query'>): Promise<string[]> {
  const found: string[] = [];
  for (const [name, [kept, said]] of Object.entries(KEPT)) {
    const { rows } = await client.query<{ kept: string[]; said: string[] }>(
      `with kept as (${kept}), said as (${said})
       select array(select k::text from (select * from kept except select * from said) k) as kept,
         array(select s::text from (select * from said except select * from kept) s) as said`,
    );
    for (const row of rows[0]?.kept ?? []) found.push(`${name} has ${row}, unsaid`);
    for (const row of rows[0]?.said ?? []) found.push(`${name} lacks ${row}`);
  }
  return found;
}
