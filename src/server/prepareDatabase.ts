import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { parse } from 'yaml';
import { loadBoundary, type PolicyBuild } from '../database/loadBoundary';
import { readMasks } from '../lawCompiler/read';
import { BOUNDARY_PATH } from '../policy/boundary';
import { parseClassification, type Classification } from '../policy/classification';
import type { Masks } from '../policy/masks';
import { loadCatalogue, loadCatalogueIntoDatabase, packageRoot, readCatalogueLaw } from '../modules/reference';

/** The law as this version of the hub has it: compiled masks, classification, and the SQL that goes with them. */
export interface LawOfThisVersion {
  readonly masks: Masks;
  readonly classification: Classification;
  readonly build: PolicyBuild;
}

/** Reads policies/; @throws where a column lacks a class or the build is missing, so that the hub does not start. */
export function readLaw(root: string = packageRoot()): LawOfThisVersion {
  const masks = readMasks(root);
  const classification = parseClassification(parse(readFileSync(join(root, 'policies/classification.yaml'), 'utf8')));
  const boundarySql = readFileSync(join(root, BOUNDARY_PATH), 'utf8');
  return { masks, classification, build: { lawHash: masks.lawHash, boundarySql } };
}

/** Loads catalogue and law into a migrated database, in the transaction of the migrations. */
export async function applyPolicyBuild(client: ClientBase, secret: Buffer): Promise<void> {
  const catalogue = loadCatalogue();
  await loadCatalogueIntoDatabase(client, catalogue, readCatalogueLaw(catalogue));
  await loadBoundary(client, readLaw().build, secret);
}
