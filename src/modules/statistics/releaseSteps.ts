import type { Pool, PoolClient } from 'pg';
import { DomainError } from '../../kernel/errors';
import { formatPeriod } from '../../kernel/period';
import type { ReleaseContext } from './buildReleases';
import { componentsOf } from './components';
import type { Definition } from './definition';
import { countedSum, isFinest } from './certificates';
import { ROOTS, type Coordinates } from './dimensions';
import { holdLedger, ledgerFamily } from './ledgerStore';
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
  const family = ledgerFamily(measure, period);
  await holdLedger(client, family);
  const told = await toldCells(client, release, entry);
  if (told.length === 0) return;
  const isWeighed = componentsOf(measure, table.function).some((component) => component.isWeighed);
  await client.query('select trustee.enter_release($1, $2, $3, $4, $5, $6, $7, $8)', [
    release.id,
    family,
    formatPeriod(period),
    JSON.stringify(told.map((cell, place) => ({ place, ...cell }))),
    isWeighed,
    JSON.stringify(ROOTS),
    JSON.stringify(release.definition.regions),
    lawHash,
  ]);
}

/** An open cell and the sum that it gives away. */
interface ToldCell {
  readonly position: number;
  readonly sum: string;
}

async function toldCells(
  client: PoolClient,
  { id, definition }: HeldRelease,
  { measure, table }: Definition['entries'][number],
): Promise<readonly ToldCell[]> {
  const { rows } = await client.query<{ position: number; coordinates: Coordinates }>(
    'select position, coordinates from trustee.cell where release_id = $1 and not suppressed order by position',
    [id],
  );
  if (measure.standard === null) {
    const components = componentsOf(measure, table.function);
    return components.flatMap(({ name }) => rows.map(({ position }) => ({ position, sum: name })));
  }
  const regions = Object.values(definition.regions);
  return rows
    .filter(({ coordinates }) => isFinest(coordinates, table, regions))
    .map(({ position, coordinates: { level } }) => ({
      position,
      sum: countedSum(measure, level === ROOTS.level ? null : (level ?? table.atLeast ?? null)),
    }));
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
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $8 = 'SHARE' then '%' when $8 = 'COUNT' and $6::text is null then 'groups' else s.unit end, s.period_start, s.period_end, s.vintage,
       $10, $11, s.public_sources, s.inputs_as_of, s.member_set_hash, $12, s.synthetic
     from trustee.snapshot s where s.id = $13`,
    [
      release.id,
      table.id,
      table.title,
      measure.id,
      measure.indicator,
      measure.standard,
      table.atLeast ?? null,
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
