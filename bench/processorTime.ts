import { existsSync, readFileSync } from 'node:fs';

/** Ticks of 10 ms that a process has used so far; null where the system does not tell. */
export function processorTicks(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Milliseconds that a process has run so far, exact to the scheduler's nanoseconds; null where the system does not tell. */
export function processorMilliseconds(pid: number): number | null {
  const file = `/proc/${pid}/schedstat`;
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : null;
}
