import type { Pool, PoolClient } from 'pg';
import type { LinearProgramSolver } from '../src/disclosureControl';

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

/** Seconds inside the solver and inside the statements of a build, by what they do. */
export class Meter {
  solver = 0;
  freeze = 0;
  aggregate = 0;
  store = 0;

  around(solver: LinearProgramSolver): LinearProgramSolver {
    return {
      open: (program) =>
        this.measured(
          () => solver.open(program),
          (opened) => this.solving(opened),
        ),
    };
  }

  private solving<T extends object>(opened: T): T {
    return new Proxy(opened, {
      get: (target, name, receiver): unknown => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown =>
          this.measured(
            () => Reflect.apply(member, target, given) as unknown,
            (result) => result,
          );
      },
    });
  }

  private measured<T>(work: () => T, then: (result: T) => T): T {
    const start = performance.now();
    try {
      return then(work());
    } finally {
      this.solver += (performance.now() - start) / 1000;
    }
  }

  pool(pool: Pool): Pool {
    const client = (real: PoolClient): PoolClient =>
      new Proxy(real, {
        get: (target, name, receiver): unknown => {
          if (name !== 'query') return Reflect.get(target, name, receiver) as unknown;
          return async (sql: string, parameters?: unknown[]) => {
            const { result, seconds } = await timed(() => target.query(sql, parameters));
            if (sql.includes('trustee.freeze')) this.freeze += seconds;
            else if (sql.includes('own.value')) this.aggregate += seconds;
            else this.store += seconds;
            return result;
          };
        },
      });
    return new Proxy(pool, {
      get: (target, name, receiver): unknown =>
        name === 'connect'
          ? async () => client(await target.connect())
          : (Reflect.get(target, name, receiver) as unknown),
    });
  }
}
