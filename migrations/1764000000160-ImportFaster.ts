import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Staged rows belong to a batch by row security, which admits rows of an open batch of the importer alone; the key into the
 * batches said the same once more, row by row. What the bodies hold is planned for by nobody, so it is not counted either.
 */
const STAGING = `
alter table intake.staged drop constraint staged_batch_id_fkey;
drop index intake.staged_batch_id_kind_idx;
alter table intake.staged alter column body set statistics 0, alter column file set statistics 0;
`;

interface Reference {
  readonly column: string;
  readonly table: string;
  readonly key: string;
}

const REFERENCES: readonly Reference[] = [
  { column: 'contributor_no', table: 'policy.unit', key: 'unit_no' },
  { column: 'site_id', table: 'vault.site', key: 'id' },
  { column: 'organisation_id', table: 'vault.organisation', key: 'id' },
  { column: 'indicator_id', table: 'reference.indicator', key: 'id' },
];

/**
 * INVARIANT MeasurementsRefer: a measurement refers to a contributor, site, organisation and indicator that are there. Four of its
 * six keys are looked up once a statement instead of once a row, which is half of what storing an imported figure cost. No
 * login may delete what they refer to; who owns the tables is refused as before.
 */
const REFERS = `
create function vault.measurement_refers() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  broken text;
begin
  select r.name into broken from (${REFERENCES.map(
    ({ column, table, key }) => `
    select '${column}' as name from added a where a.${column} is not null and not exists (select from ${table} r where r.${key} = a.${column})`,
  ).join(' union all ')}) r limit 1;
  if broken is not null then
    raise foreign_key_violation using message = 'a measurement refers to nothing by its ' || broken, schema = 'vault', table = 'measurement',
      constraint = 'measurement_' || broken || '_fkey';
  end if;
  return null;
end $$;
create trigger refers_inserted after insert on vault.measurement referencing new table as added
  for each statement execute function vault.measurement_refers();
create trigger refers_updated after update on vault.measurement referencing new table as added
  for each statement execute function vault.measurement_refers();
`;

function keeps({ column, table, key }: Reference): string {
  const name = `vault.keep_${table.replace('.', '_')}_measured`;
  return `
alter table vault.measurement drop constraint measurement_${column}_fkey;
create function ${name}() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from gone g join vault.measurement m on m.${column} = g.${key}) then
    raise foreign_key_violation using message = 'measurements refer to a row of ${table} by their ${column}', schema = 'vault', table = 'measurement',
      constraint = 'measurement_${column}_fkey';
  end if;
  return null;
end $$;
create trigger keep_measured after delete on ${table} referencing old table as gone for each statement execute function ${name}();
`;
}

/** As before, but with the three columns that it needs of the catalogue. */
const CLASSIFY = `
create or replace function vault.classify_measurement() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
  law_sensitivity smallint;
  law_class smallint;
begin
  select i.indicator_no, i.sensitivity, i.data_class into strict new.indicator_no, law_sensitivity, law_class
  from reference.indicator i where i.id = new.indicator_id;
  -- what its owner published, free for everybody, counts as NONE and PUBLIC (domain.md 0.2)
  if new.source_url is not null and new.published_at is not null then
    new.tier := 0; new.sensitivity := 0; new.data_class := 1;
  else
    new.source_url := null; new.published_at := null;
    new.sensitivity := law_sensitivity;
    new.data_class := case when new.tier = 0 and law_sensitivity = 0 then 1 else law_class end;
  end if;
  return new;
end $$;
`;

/** What an imported figure costs besides its indexes: keys into the same few rows, and lookups of whole rows of the catalogue. */
export class ImportFaster1764000000160 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [STAGING, REFERS, ...REFERENCES.map(keeps), CLASSIFY]) await runner.query(sql);
    await runner.query('revoke execute on all functions in schema vault from public');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop function vault.measurement_refers() cascade;
${REFERENCES.map(
  ({ column, table, key }) => `
drop function vault.keep_${table.replace('.', '_')}_measured() cascade;
alter table vault.measurement add constraint measurement_${column}_fkey foreign key (${column}) references ${table} (${key});`,
).join('')}
alter table intake.staged alter column body set statistics -1, alter column file set statistics -1;
create index on intake.staged (batch_id, kind);
alter table intake.staged add constraint staged_batch_id_fkey foreign key (batch_id) references intake.batch;
`);
  }
}
