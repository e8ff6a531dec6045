import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DomainError } from '../kernel/errors';

const OWNER_ONLY_MODE = 0o600;
const OTHERS_BITS = 0o077;

/**
 * The text of a file that only its owner may read; made on first use. Hub and command line may start at the same moment:
 * the file appears whole or not at all, and whoever comes second reads what the first one wrote.
 *
 * @throws DomainError STATE when group or others may read it: such a secret is none, and mending the mode would hide that.
 */
export function readOrCreateSecretFile(path: string, create: () => string): string {
  const known = readSecretFile(path);
  if (known !== null) return known;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(draft, create(), { mode: OWNER_ONLY_MODE, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
  } catch (cause) {
    if (!isFileFault(cause, 'EEXIST')) throw cause;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, 'utf8');
}

function readSecretFile(path: string): string | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (process.platform !== 'win32' && (status.mode & OTHERS_BITS) !== 0) {
    throw new DomainError('STATE', 'a file of secrets can be read by others', {
      rule: 'SECRET_FILE.MODE',
      next: `give it mode 600, or remove it to have a new one made: ${path}`,
    });
  }
  return readFileSync(path, 'utf8');
}

function isFileFault(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
