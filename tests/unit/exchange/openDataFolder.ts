import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder of the real open data: SLUICE_OPEN_DATA, else in CI the one beside the repository, where it is required.
 * Null on a clone without it: the tests then say by name that they were not run.
 */
export function openDataFolder(): string | null {
  const named = process.env['SLUICE_OPEN_DATA'];
  if (named !== undefined && named !== '') return named;
  const beside = resolve(__dirname, '../../../../shared/data');
  return process.env['CI'] === 'true' && existsSync(beside) ? beside : null;
}
