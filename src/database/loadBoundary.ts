import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { bindingKey, bindingPads } from './boundTransaction';

/** What `npm run policy:build` wrote: the compiled law and the SQL of the boundary. */
export interface PolicyBuild {
  lawHash: string;
  /** the script of src/policy/boundary.ts */
  boundarySql: string;
}

/** SHA-256 of the script, hex. */
export function boundaryHash(build: PolicyBuild): string {
  return createHash('sha256').update(build.boundarySql).digest('hex');
}

/**
 * Rebuilds the disclosed views, the row law and the phase gate, by hash, in the caller's transaction, and sets the key
 * that signs bound viewers.
 */
export async function loadBoundary(client: ClientBase, build: PolicyBuild, secret: Buffer): Promise<void> {
  const { inner, outer } = bindingPads(bindingKey(secret));
  await client.query('delete from policy.key');
  await client.query('insert into policy.key (inner_pad, outer_pad) values ($1, $2)', [inner, outer]);
  await client.query(build.boundarySql);
  await client.query('delete from policy.law');
  await client.query('insert into policy.law (law_hash, boundary_hash) values ($1, $2)', [
    build.lawHash,
    boundaryHash(build),
  ]);
}

/** Whether the database was loaded from another build than this one: the hub then refuses to start (`design.md` 2). */
export async function isBoundaryStale(client: ClientBase, build: PolicyBuild): Promise<boolean> {
  const { rows } = await client.query<{ law_hash: string; boundary_hash: string }>(
    'select law_hash, boundary_hash from policy.law',
  );
  return rows[0]?.law_hash !== build.lawHash || rows[0].boundary_hash !== boundaryHash(build);
}
