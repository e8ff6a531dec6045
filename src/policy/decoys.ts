import type { Classification } from './classification';

/** The rows of a fact that are closed to nearly everybody: the most closed of two owners, and a withdrawn one. */
function mostClosed(table: string): string {
  const first = (condition: string): string =>
    `(select id from vault.${table} where ${condition} order by disclosure_class desc, id limit 1)`;
  const owner = `(select owner_no from vault.${table} where withdrawn_at is null order by disclosure_class desc, id limit 1)`;
  return [
    first('withdrawn_at is null'),
    first(`withdrawn_at is null and owner_no <> ${owner}`),
    first('withdrawn_at is not null'),
  ].join('\n    union all ');
}

/**
 * SQL of `vault.choose_decoys()`. Of each fact some rows are judged beside every id that a reader asks for, so that the work
 * does not tell a row that is hidden from one that never was (`leaks.md` 33). They are chosen anew once a day, and at every
 * call while a fact has none.
 * @returns a function that gives the number of facts chosen for
 */
export function chooseDecoysFunction(classification: Classification): string {
  const steps = classification.facts.map(({ table }) => {
    const view = `'disclosed.${table}'`;
    return `  if policy.decoys_due(${view}) then
    perform policy.keep_decoys(${view}, array(${mostClosed(table)}));
    chosen := chosen + 1;
  end if;`;
  });
  return [
    'create or replace function vault.choose_decoys() returns int language plpgsql security definer set search_path = pg_catalog as $$',
    'declare chosen int := 0;\nbegin',
    ...steps,
    '  return chosen;\nend $$;',
    'revoke execute on function vault.choose_decoys() from public;',
    'grant execute on function vault.choose_decoys() to sluice_trustee;',
  ].join('\n');
}
