import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { invariant } from '../../../kernel/errors';

/** Rows between two collections: one takes some 50 ms, and what 10,000 rows leave behind is about 20 MB. */
const ROWS_BETWEEN = 10_000;

/**
 * Keeps the memory of a long import flat. Nothing of a row is held, but what a portion leaves behind has grown old by then,
 * and the engine lets old garbage pile up to a multiple of what is alive before it looks: 225 MB after 100,000 rows where 36
 * are alive. Within a process that does nothing else, collecting now and then costs less than the memory.
 */
export class GarbageCollection {
  private rows = 0;
  private collect: (() => void) | null = null;

  afterRows(count: number): void {
    this.rows += count;
    if (this.rows < ROWS_BETWEEN) return;
    this.rows = 0;
    this.collect ??= collector();
    this.collect();
  }
}

/** The engine's own collector, which it shows only when asked to. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  invariant(typeof collect === 'function', 'the engine shows its collector');
  return () => {
    collect();
  };
}
