import type { Pool } from 'pg';

const SIGNATURE = 'claims text, proof text, inner_pad bytea, outer_pad bytea';

/** As it is, and under another name behind a counter: of reads nothing is counted, since they may not write. */
const COUNTING = `
create sequence policy.lookups_counted;
grant usage on sequence policy.lookups_counted to public;
do $$ begin
  execute replace(pg_get_functiondef('policy.is_signed'::regproc), 'policy.is_signed(', 'policy.is_signed_uncounted(');
end $$;
create or replace function policy.is_signed(${SIGNATURE}) returns boolean language plpgsql stable parallel restricted as $$
begin
  if current_setting('transaction_read_only') = 'off' then perform nextval('policy.lookups_counted'); end if;
  return policy.is_signed_uncounted(claims, proof, inner_pad, outer_pad);
end $$`;

const NOT_COUNTING = `
do $$ begin
  execute replace(pg_get_functiondef('policy.is_signed_uncounted'::regproc), 'policy.is_signed_uncounted(', 'policy.is_signed(');
end $$;
drop function policy.is_signed_uncounted(text, text, bytea, bytea);
drop sequence policy.lookups_counted`;

/** How often writes looked up who the bound viewer is since the last call: each lookup of the law verifies it once. */
export type TakeLookups = () => Promise<number>;

/** Counts lookups of the law while some work is done. */
export async function countingLookups<T>(admin: Pool, work: (take: TakeLookups) => Promise<T>): Promise<T> {
  await admin.query(COUNTING);
  let before = 0;
  const take = async (): Promise<number> => {
    const { rows } = await admin.query<{ n: number }>(
      'select case when is_called then last_value::int else 0 end as n from policy.lookups_counted',
    );
    const now = rows[0]?.n ?? 0;
    const counted = now - before;
    before = now;
    return counted;
  };
  try {
    return await work(take);
  } finally {
    await admin.query(NOT_COUNTING);
  }
}
