import type { Pool, PoolClient } from 'pg';
import { DomainError } from '../../kernel/errors';
import { formatPeriod } from '../../kernel/period';
import type { ReleaseContext } from './buildReleases';
import { componentsOf, type Component } from './components';
import type { Definition } from './definition';
import { ROOTS } from './dimensions';
import { append, holdLedger, ledgerFamily, type NewEntry } from './ledgerStore';
import { inTrusteeTransaction } from '../../database/trusteeTransaction';

/** A draft with its snapshot, held for a step. */
export interface HeldRelease {
  readonly id: string;
  readonly state: string;
  readonly tableId: string;
  readonly definition: Definition;
  readonly ruleVersion: string;
  readonly snapshotId: string;
}

export async function holdRelease(client: PoolClient, id: string): Promise<HeldRelease> {
  const { rows } = await client.query<HeldRelease>(
    `select id, state, table_id as "tableId", definition, rule_version as "ruleVersion", snapshot_id as "snapshotId"
     from trustee.release where id = $1 for update`,
    [/^[0-9a-f-]{36}$/i.test(id) ? id : null],
  );
  const [row] = rows;
  if (row === undefined) throw new DomainError('NOT_FOUND', 'there is no such release');
  return row;
}

function requireState(release: HeldRelease, state: string, next: string): void {
  if (release.state === state) return;
  throw new DomainError('STATE', `the release is ${release.state.toLowerCase()}`, { rule: 'machine', next });
}

/** Counsel's review of a draft. @throws DomainError STATE for anything but a draft */
export function clearRelease(pool: Pool, id: string, personId: string): Promise<void> {
  return inTrusteeTransaction(pool, async (client) => {
    const release = await holdRelease(client, id);
    requireState(release, 'DRAFT', 'clear a draft');
    await client.query(
      `update trustee.release set state = 'CLEARED', cleared_by = $2, cleared_at = now() where id = $1`,
      [id, personId],
    );
  });
}

/**
 * Publishes a cleared release: its open cells enter the ledger and the schema `released` in one transaction. A table for
 * the public opens to it after the objection window, counted from `today`.
 * @returns the day from which the public reads it, null for an ALLIANCE table
 * @throws DomainError STATE for anything but a cleared release
 */
export function publishRelease(
  context: Pick<ReleaseContext, 'pool' | 'registry' | 'lawHash' | 'today'>,
  id: string,
  personId: string,
): Promise<{ publicFrom: string | null }> {
  return inTrusteeTransaction(context.pool, async (client) => {
    const release = await holdRelease(client, id);
    requireState(release, 'CLEARED', 'let counsel clear the draft first');
    const entry = release.definition.entries.find(({ table }) => table.id === release.tableId);
    if (entry === undefined) throw new DomainError('STATE', 'the release has no definition');
    const publicFrom =
      entry.table.audience === 'PUBLIC' ? plusDays(context.today, context.registry.objectionDays) : null;
    await enterLedger(client, context.lawHash, release, entry);
    await copyToReaders(client, release, entry, publicFrom);
    await client.query(
      `update trustee.release set state = 'PUBLISHED', published_by = $2, published_at = now(), public_from = $3 where id = $1`,
      [id, personId, publicFrom],
    );
    return { publicFrom };
  });
}

/** Takes a release back after an objection on error; what the ledger knows of it stays. */
export function withdrawRelease(pool: Pool, id: string): Promise<void> {
  return inTrusteeTransaction(pool, async (client) => {
    const release = await holdRelease(client, id);
    if (release.state === 'WITHDRAWN') return;
    await client.query('delete from released.release where id = $1', [id]);
    await client.query(`update trustee.release set state = 'WITHDRAWN' where id = $1`, [id]);
  });
}

async function enterLedger(
  client: PoolClient,
  lawHash: string,
  release: HeldRelease,
  entry: Definition['entries'][number],
): Promise<void> {
  const { measure, table, period } = entry;
  const components = componentsOf(measure, table.function);
  const held = await holdLedger(client, ledgerFamily(measure, period));
  const sets = components.length === 0 ? [] : await openSets(client, release, components);
  const added = components.flatMap((component) =>
    sets.map((figures): NewEntry => ({
      measure: component.name,
      period: formatPeriod(period),
      figures,
      answer: null,
      releaseId: release.id,
      askedBy: null,
      organisationNo: null,
      purpose: null,
      initiativeId: null,
      lawHash,
    })),
  );
  await append(client, held, added);
}

/** The figures behind each open cell of a release, in the order of the cells: its place in the frozen inputs tells them. */
async function openSets(
  client: PoolClient,
  { id, snapshotId, definition }: HeldRelease,
  components: readonly Component[],
): Promise<readonly (readonly string[])[]> {
  const { rows } = await client.query<{ figures: string[] }>(
    `with region as (select * from unnest($3::text[], $4::text[]) as r(country, region)),
     placed as (
       select i.figure, m.code as mineral, s.code as stage, p.code as place
       from trustee.input i left join region r on r.country = i.country, unnest(array[i.mineral, $5]) m(code), unnest(array[i.stage, $6]) s(code),
         unnest(array[i.country, r.region, $7]) p(code)
       where i.snapshot_id = $2 and (i.weight is not null or not $8))
     select array_agg(p.figure order by p.figure collate "C") as figures from trustee.cell c
     join placed p on p.mineral = coalesce(c.coordinates ->> 'mineral', $5) and p.stage = coalesce(c.coordinates ->> 'stage', $6)
       and p.place = coalesce(c.coordinates ->> 'place', $7)
     where c.release_id = $1 and not c.suppressed group by c.position order by c.position`,
    [
      id,
      snapshotId,
      Object.keys(definition.regions),
      Object.values(definition.regions),
      ROOTS.mineral,
      ROOTS.stage,
      ROOTS.place,
      components.some(({ isWeighed }) => isWeighed),
    ],
  );
  return rows.map(({ figures }) => figures);
}

async function copyToReaders(
  client: PoolClient,
  release: HeldRelease,
  { table, measure }: Definition['entries'][number],
  publicFrom: string | null,
): Promise<void> {
  await client.query(
    `insert into released.release (id, table_id, title, measure, indicator_id, standard_id, level, function, dimensions, unit, period_start, period_end, vintage,
       audience, public_from, public_sources, inputs_as_of, member_set_hash, rule_version, synthetic)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $8 = 'SHARE' then '%' when $8 = 'COUNT' then 'groups' else s.unit end, s.period_start, s.period_end, s.vintage,
       $10, $11, s.public_sources, s.inputs_as_of, s.member_set_hash, $12, s.synthetic
     from trustee.snapshot s where s.id = $13`,
    [
      release.id,
      table.id,
      table.title,
      measure.id,
      measure.indicator,
      measure.standard,
      measure.atLeast,
      table.function,
      table.dimensions,
      table.audience,
      publicFrom,
      release.ruleVersion,
      release.snapshotId,
    ],
  );
  // SDMX: Q is a missing value that was suppressed, C a confidential one; why it was is not said.
  await client.query(
    `insert into released.cell (release_id, position, coordinates, value, contributors, suppressed, obs_status, conf_status)
     select release_id, position, coordinates, value, contributors, suppressed, case when suppressed then 'Q' else 'A' end, case when suppressed then 'C' else 'F' end
     from trustee.cell where release_id = $1`,
    [release.id],
  );
}

function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
