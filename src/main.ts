import { readConfig } from './config';
import { StartupError } from './database/startupError';
import { serveUntilStopped } from './server/serve';

/** Starts the hub; what its operator can mend is one sentence and a non-zero exit. */
async function main(): Promise<void> {
  try {
    await serveUntilStopped(readConfig(process.env));
  } catch (error) {
    console.error(error instanceof StartupError ? `sluice: ${error.message}` : error);
    process.exit(1);
  }
}

void main();
