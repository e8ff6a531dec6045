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

/** What is kept of reach over links beside the direct grounds: DOWNSTREAM and UPSTREAM with their twins. */
const REACH = (3 << 12) | (3 << 22);

/** Where masks that followed their causes one by one are not those of all pairs at once, as sentences. */
export async function strayMasks(client: Pick<ClientBase, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ told: string }>(
    `select format('mask of desk %s towards unit %s is %s instead of %s', m.desk_no, m.unit_no, v.grounds[m.unit_no], m.mask) as told
     from policy.pair_masks(array(select desk_no from policy.desk), array(select unit_no from policy.unit)) m
     join policy.viewer v on v.desk_no = m.desk_no where v.grounds[m.unit_no] & ~$1::int is distinct from m.mask`,
    [REACH],
  );
  return rows.map(({ told }) => told);
}
