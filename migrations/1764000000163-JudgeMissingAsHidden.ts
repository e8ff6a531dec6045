import type { MigrationInterface, QueryRunner } from 'typeorm';

const DECOYS = `
-- Of each fact some rows that are closed to nearly everybody. Who asks for an id gets them judged beside it, so that the work
-- does not tell a row that is hidden from one that never was (leaks.md 33). The law's script writes vault.choose_decoys().
create table policy.decoy (view text primary key, ids uuid[] not null, chosen_at timestamptz not null);

create function policy.decoys(of_view text) returns uuid[] language sql stable parallel safe security definer set search_path = pg_catalog as $$
  select d.ids from policy.decoy d where d.view = of_view
$$;
create function policy.decoys_due(of_view text) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select not exists (select from policy.decoy d where d.view = of_view and d.ids <> '{}' and d.chosen_at > now() - interval '1 day')
$$;
create function policy.keep_decoys(of_view text, chosen uuid[]) returns void language sql security definer set search_path = pg_catalog as $$
  insert into policy.decoy (view, ids, chosen_at) values (of_view, chosen, now())
    on conflict (view) do update set ids = excluded.ids, chosen_at = excluded.chosen_at
$$;

revoke all on policy.decoy from public;
revoke execute on function policy.decoys(text), policy.decoys_due(text), policy.keep_decoys(text, uuid[]) from public;
grant execute on function policy.decoys(text) to sluice_reader;
insert into vault.system_step (name) values ('decoys');
`;

/** The answer about a hidden row takes the work of one about nothing. */
export class JudgeMissingAsHidden1764000000163 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DECOYS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
delete from vault.system_step where name = 'decoys';
drop function if exists vault.choose_decoys();
drop function policy.keep_decoys(text, uuid[]), policy.decoys_due(text), policy.decoys(text);
drop table policy.decoy;`);
  }
}
