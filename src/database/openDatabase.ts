import { type EmbeddedOptions, startEmbedded } from './embedded';

export interface DatabasePlace {
  /** DATABASE_URL, or null for the embedded server */
  databaseUrl: string | null;
  /** SLUICE_DATA */
  dataFolder: string;
  secret: Buffer;
}

export interface OpenedDatabase {
  /** connection string of the migrating user */
  adminUrl: string;
  /** stops the embedded server when this process started it, and does nothing otherwise */
  stop(): Promise<void>;
}

/**
 * The database of the settings: that of DATABASE_URL, else the embedded one. A command passes `attach`, so that it works
 * beside a running hub; the hub itself does not, so that two never serve one folder.
 * @throws StartupError with one sentence, as `startEmbedded`
 */
export async function openDatabase(
  place: DatabasePlace,
  options: Pick<EmbeddedOptions, 'attach' | 'fast' | 'onStep'> = {},
): Promise<OpenedDatabase> {
  if (place.databaseUrl !== null) return { adminUrl: place.databaseUrl, stop: () => Promise.resolve() };
  return startEmbedded({ folder: place.dataFolder, secret: place.secret, ...options });
}
