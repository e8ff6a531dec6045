import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds that a process has run so far, exact to the scheduler's nanoseconds; null where the system does not tell. */
export function processorMilliseconds(pid: number): number | null {
  const file = `/proc/${pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : null;
}
