import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an import needs to be staged in portions and committed at once. A row of a file has a position in its import, each of
 * its records or faults a part: together the key that makes staging the same row twice impossible.
 */
const STAGING = `
alter table intake.batch add column stored jsonb;

alter table intake.staged drop constraint staged_pkey;
alter table intake.staged add column part int not null, add column file text not null, add column row_no int not null,
  add constraint staged_position primary key (batch_id, position, part);
create index on intake.staged (batch_id, kind);

alter table intake.rejection drop constraint rejection_pkey;
alter table intake.rejection add column part int not null, add constraint rejection_position primary key (batch_id, position, part);

-- which row of the hub a key of the file became; kept only while the import is under way
create table intake.target (
  batch_id uuid not null references intake.batch, kind text not null check (kind in ('ORGANISATION', 'SITE')), key text not null,
  id uuid not null, is_new boolean not null, unit_no int, owner_key text, owner_no int, organisation_id uuid,
  primary key (batch_id, kind, key)
);

-- identifiers that an importer's own earlier imports brought: the only thing by which a later one finds them again
create table intake.known_id (
  contributor_no int not null references policy.unit, kind text not null, scheme text not null, value text not null, target_id uuid not null,
  primary key (contributor_no, kind, scheme, value)
);
`;

/** A batch is its contributor's; what hangs on it is found through it, and once committed it stays as it is. */
const RIGHTS = `
grant usage on schema intake to sluice_contributor;
grant select, insert, update on intake.batch to sluice_contributor;
grant select, insert, delete on intake.staged, intake.rejection to sluice_contributor;
grant select, insert, update, delete on intake.target to sluice_contributor;
grant select, insert on intake.known_id to sluice_contributor;

alter table intake.batch enable row level security;
alter table intake.batch force row level security;
create policy keeper on intake.batch to current_user using (true) with check (true);
create policy own on intake.batch for select to sluice_contributor using (contributor_no = (select policy.organisation_no()));
create policy opened on intake.batch for insert to sluice_contributor with check (contributor_no = (select policy.organisation_no()) and state = 'STAGED');
-- INVARIANT CommittedImportIsFinal: nothing of a committed import is staged or committed again
create policy moved on intake.batch for update to sluice_contributor
  using (contributor_no = (select policy.organisation_no()) and state <> 'COMMITTED') with check (contributor_no = (select policy.organisation_no()));

alter table intake.known_id enable row level security;
alter table intake.known_id force row level security;
create policy keeper on intake.known_id to current_user using (true) with check (true);
create policy own on intake.known_id to sluice_contributor
  using (contributor_no = (select policy.organisation_no())) with check (contributor_no = (select policy.organisation_no()));
`;

const OF_A_BATCH = ['staged', 'rejection', 'target'];

function rightsOfPart(table: string): string {
  return `
alter table intake.${table} enable row level security;
alter table intake.${table} force row level security;
create policy keeper on intake.${table} to current_user using (true) with check (true);
create policy own on intake.${table} for select to sluice_contributor using (batch_id in (select b.id from intake.batch b));
create policy added on intake.${table} for insert to sluice_contributor
  with check (batch_id in (select b.id from intake.batch b where b.state = 'STAGED'));
create policy removed on intake.${table} for delete to sluice_contributor
  using (batch_id in (select b.id from intake.batch b where b.state <> 'COMMITTED'));
${
  table === 'target'
    ? `create policy moved on intake.target for update to sluice_contributor using (batch_id in (select b.id from intake.batch b where b.state = 'STAGED'));`
    : ''
}`;
}

/**
 * Open data does not always say what kind of site it is or how it stands, and a share has a level: DIRECT of the owner of
 * record, ULTIMATE of the parents behind it.
 */
const FACTS = `
alter table vault.site alter type drop not null, alter status drop not null;
alter table vault.site_history alter type drop not null, alter status drop not null;
alter table vault.site_owner add column level text not null default 'DIRECT' check (level in ('DIRECT', 'ULTIMATE'));
alter table vault.site_owner_history add column level text not null default 'DIRECT';
`;

/** A table that was empty a moment ago is planned as if it were still: one join after another would walk it row by row. */
const STATISTICS = `
create function intake.count_staged() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  analyze intake.staged, intake.target;
end $$;
revoke execute on function intake.count_staged() from public;
grant execute on function intake.count_staged() to sluice_contributor;
`;

/** Staged imports of members and of open data, and what their commit may touch. */
export class CommitImports1764000000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [STAGING, RIGHTS, ...OF_A_BATCH.map(rightsOfPart), STATISTICS, FACTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table vault.site_owner drop level;
alter table vault.site_owner_history drop level;
drop function intake.count_staged;
drop table intake.known_id, intake.target;
delete from intake.staged;
delete from intake.rejection;
alter table intake.staged drop part, drop file, drop row_no;
alter table intake.staged add constraint staged_pkey primary key (batch_id, position);
alter table intake.rejection drop part;
alter table intake.rejection add constraint rejection_pkey primary key (batch_id, position);
alter table intake.batch drop stored;
`);
    for (const table of ['batch', 'staged', 'rejection']) {
      for (const policy of ['keeper', 'own', 'opened', 'added', 'moved', 'removed']) {
        await runner.query(`drop policy if exists ${policy} on intake.${table}`);
      }
      await runner.query(`alter table intake.${table} disable row level security`);
    }
  }
}
