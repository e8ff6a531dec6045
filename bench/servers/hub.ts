import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHub } from '../../src/server/hub';
import { createLogger } from '../../src/server/logger';
import { packageRoot } from '../../src/modules/reference';
import { readServerLimits } from '../../src/server/limits/thresholds';

/** The hub as it is served, with identity, limits, shield, boundary and record; only the rate limit is lifted for the load. */
async function main(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL ?? '';
  const secret = Buffer.from(process.env.SLUICE_SECRET ?? '', 'hex');
  const hub = await openHub({
    config: {
      host: '127.0.0.1',
      port: Number(process.env.PORT),
      databaseUrl,
      dataFolder: mkdtempSync(join(tmpdir(), 'sluice-bench-hub-')),
      secret,
      oidc: null,
      demo: true,
      explorer: false,
      logLevel: 'silent',
      today: null,
    },
    adminUrl: databaseUrl,
    logger: createLogger('silent'),
    limits: { ...readServerLimits(packageRoot()), organisationRequestsPerMinute: 10_000_000 },
  });
  await new Promise<void>((resolve) => hub.app.httpServer.listen(Number(process.env.PORT), '127.0.0.1', resolve));
  const viewers = Number(process.env.VIEWERS);
  const subjects = Array.from({ length: viewers }, (_none, index) => `demo-reader${index}`);
  const tokens = await Promise.all(
    subjects.map((subject) => hub.issuer?.issueToken({ subject, ttlSeconds: 3600 }) ?? Promise.resolve('')),
  );
  process.send?.({ tokens });
}

void main();
