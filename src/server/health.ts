import type { Express } from 'express';
import type { Pool } from 'pg';
import { isBoundaryStale, type PolicyBuild } from '../database/loadBoundary';

/** Whether the hub should get requests. */
export class Health {
  private draining = false;

  constructor(
    private readonly reader: Pick<Pool, 'connect'>,
    private readonly build: PolicyBuild,
  ) {}

  /** From now on not ready, so that a load balancer sends its requests elsewhere. */
  drain(): void {
    this.draining = true;
  }

  /** The database answers, and was loaded from the law that this node has. */
  async isReady(): Promise<boolean> {
    if (this.draining) return false;
    try {
      const client = await this.reader.connect();
      try {
        return !(await isBoundaryStale(client, this.build));
      } finally {
        client.release();
      }
    } catch {
      return false;
    }
  }
}

/** `/healthz`: the process answers. `/readyz`: it can serve. Neither says why not: the log does. */
export function healthRoutes(app: Express, health: Health): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/readyz', async (_request, response) => {
    const ready = await health.isReady();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
}
