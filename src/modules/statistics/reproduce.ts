import type { PoolClient } from 'pg';
import { DomainError } from '../../kernel/errors';
import type { ReleaseContext } from './buildReleases';
import { buildTables, type BuildRules, type MeasureInputs } from './buildTables';
import type { Definition } from './definition';
import { TABLE_DIMENSIONS } from './dimensions';
import { loadFrozen } from './frozenParts';
import { holdRelease } from './releaseSteps';
import { inTrusteeTransaction } from '../../database/trusteeTransaction';

/**
 * Computes a release anew from its stored inputs and its stored rules.
 * @returns whether every cell comes out the same
 */
export async function reproduce(
  context: Pick<ReleaseContext, 'pool' | 'solver'>,
  id: string,
): Promise<{ same: boolean; cells: number }> {
  return inTrusteeTransaction(context.pool, async (client) => {
    const release = await holdRelease(client, id);
    const { inputs, rules } = await replayDefinition(client, release.definition);
    const draft = buildTables(inputs, rules, context.solver).find(({ table }) => table.id === release.tableId);
    const { rows } = await client.query(
      'select coordinates, value, contributors from trustee.cell where release_id = $1 order by position',
      [id],
    );
    const written = (cells: readonly object[]): string =>
      JSON.stringify(cells, ['coordinates', 'value', 'contributors', ...TABLE_DIMENSIONS]);
    const same = draft !== undefined && written(draft.cells) === written(rows);
    return { same: same && (await hasItsMembers(client, release.snapshotId)), cells: rows.length };
  });
}

/** Whether the frozen figures are those of the published hash. */
async function hasItsMembers(client: PoolClient, snapshotId: string): Promise<boolean> {
  const { rows } = await client.query<{ same: boolean }>(
    'select member_set_hash = trustee.member_set_hash(id) as same from trustee.snapshot where id = $1',
    [snapshotId],
  );
  return rows[0]?.same === true;
}

async function replayDefinition(
  client: PoolClient,
  definition: Definition,
): Promise<{ inputs: MeasureInputs[]; rules: BuildRules }> {
  const inputs: MeasureInputs[] = [];
  const measures = new Map(definition.entries.map((entry) => [entry.measure.id, entry]));
  for (const [id, entry] of measures) {
    const snapshot = await loadFrozen(client, id, entry.period, entry.snapshotId);
    if (snapshot === undefined) throw new DomainError('STATE', 'the inputs of the release are gone');
    inputs.push({ measure: entry.measure, snapshot, tables: tablesOf(definition, id) });
  }
  return { inputs, rules: { thresholds: definition.thresholds, regions: regionsFrom(definition) } };
}

function tablesOf(definition: Definition, measure: string): MeasureInputs['tables'] {
  return definition.entries.filter((entry) => entry.measure.id === measure).map(({ table }) => table);
}

function regionsFrom({ regions }: Definition): BuildRules['regions'] {
  const byCountry = new Map(Object.entries(regions));
  return {
    codes: [...new Set(byCountry.values())],
    regionOf: (country) => byCountry.get(country) ?? 'UNALLOCATED',
    has: (country) => byCountry.has(country),
  };
}
