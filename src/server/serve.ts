import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Config } from '../config';
import { codeOf, StartupError } from '../database/startupError';
import { loadDemoIntoEmpty, releaseDemo } from './demo';
import { openHub, type Hub } from './hub';
import { prepareDatabase, StartProgress, type PreparedDatabase } from './startUp';
import { thingsToTry } from './thingsToTry';

const START_STEPS = 9;

export interface ServingHub {
  readonly url: string;
  readonly hub: Hub;
  stop(): Promise<void>;
}

/**
 * From settings to answers: database, law, demo, port.
 * @throws StartupError with one sentence for what the operator can mend
 */
export async function startServing(config: Config, output: NodeJS.WriteStream = process.stdout): Promise<ServingHub> {
  const progress = new StartProgress(START_STEPS, output);
  try {
    // Before the work on the database: whoever has a hub running already hears it at once.
    await close(await listen(createServer(), config));
    const database = await prepareDatabase(config, progress);
    return await serveFrom(database, config, progress, output);
  } finally {
    progress.end();
  }
}

async function serveFrom(
  database: PreparedDatabase,
  config: Config,
  progress: StartProgress,
  output: NodeJS.WriteStream,
): Promise<ServingHub> {
  try {
    progress.step('opening the hub');
    const hub = await openHub({ config, adminUrl: database.adminUrl });
    const { services } = hub;
    const onProgress = (done: number, total: number) => progress.within('loading the demo alliance', done, total);
    await loadDemoIntoEmpty({ config, adminUrl: database.adminUrl, services, onProgress });
    progress.step('releasing the statistics of the demo');
    await releaseDemo({ config, adminUrl: database.adminUrl, services });
    const url = await listenFor(hub, config);
    void hub.startSystemSteps();
    hub.startWebhooks();
    progress.end();
    output.write(`sluice serves ${url}/graphql\n`);
    if (hub.issuer !== null) output.write(await thingsToTry(url, config, hub.issuer));
    const stop = async (): Promise<void> => {
      await hub.stop();
      await database.stop();
    };
    return { url, hub, stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function listenFor(hub: Hub, config: Config): Promise<string> {
  try {
    await listen(hub.app.httpServer, config);
  } catch (error) {
    await hub.stop();
    throw error;
  }
  // A TCP server has an address of this form; only pipes have a string.
  const { port } = hub.app.httpServer.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `http://${host}:${port}`;
}

async function listen(server: Server, config: Config): Promise<Server> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
    return server;
  } catch (cause) {
    const place = `\`${config.host}:${config.port}\``;
    if (codeOf(cause) === 'EADDRINUSE') throw new StartupError(`${place} is taken: set PORT to another one`, { cause });
    throw new StartupError(`the hub cannot listen at ${place} (${codeOf(cause) ?? 'unknown'})`, { cause });
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/**
 * Serves until told to stop: SIGTERM or SIGINT drains and ends with 0, a second one ends at once.
 * @returns never in the ordinary course: the process ends
 */
export async function serveUntilStopped(config: Config): Promise<void> {
  let serving: ServingHub | null = null;
  let stopping = false;
  const stop = (): void => {
    if (stopping || serving === null) process.exit(stopping ? 1 : 0);
    stopping = true;
    console.log('finishing what is under way');
    serving.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  serving = await startServing(config);
}
