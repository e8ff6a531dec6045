import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMasks, type Masks } from '../policy/masks';
import { MASKS_PATH } from './masksPath';

/** Reads the committed build below `root`. @throws when it is missing, unreadable or inconsistent. */
export function readMasks(root: string): Masks {
  const document: unknown = JSON.parse(readFileSync(join(root, MASKS_PATH), 'utf8'));
  return parseMasks(document);
}
