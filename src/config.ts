import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { StartupError } from './database/startupError';

export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Identity providers whose tokens are accepted. */
export interface OidcConfig {
  issuer: string;
  audience: string;
  /** null: found by the issuer's discovery document */
  jwksUrl: string | null;
}

export interface Config {
  host: string;
  port: number;
  /** null: the embedded PostgreSQL in `dataFolder` */
  databaseUrl: string | null;
  /** absolute */
  dataFolder: string;
  /** at least 32 bytes: passwords of the login roles, the viewer's signature, scoped ids and tokens are derived from it */
  secret: Buffer;
  oidc: OidcConfig | null;
  /** the synthetic alliance with its local issuer */
  demo: boolean;
  explorer: boolean;
  /** webhooks may lead to this very machine, by http too: in the demo and in tests only; left out: they may not */
  webhookLoopback?: boolean;
  logLevel: LogLevel;
  /** ISO date that stands for today, in the demo and in tests only; null: the clock */
  today: string | null;
}

type Environment = Record<string, string | undefined>;

const secretBytesMin = 32;

/** The folder of package.json, from the source as from the compiled file. */
export const packageRoot = findPackageRoot(__dirname);

/**
 * The hub's settings from the environment; every fault is named at once. Makes the secret when there is none.
 * @throws StartupError listing the faults
 */
export function readConfig(env: Environment): Config {
  const reader = new SettingReader(env);
  const databaseUrl = reader.text(
    'DATABASE_URL',
    isPostgresUrl,
    'a connection string, postgres://user:password@host:port/name',
  );
  const oidc = readOidc(reader);
  const demo = reader.flag('SLUICE_DEMO', oidc === null && databaseUrl === null);
  const dataFolder = absolute(env.SLUICE_DATA || '.sluice');
  const config = {
    host: reader.text('HOST', (text) => /^[\w.:-]+$/.test(text), 'a host name or address') ?? '127.0.0.1',
    port: Number(reader.text('PORT', isPort, 'a number from 0 to 65535') ?? 4000),
    databaseUrl,
    dataFolder,
    oidc,
    demo,
    explorer: reader.flag('SLUICE_EXPLORER', demo),
    webhookLoopback: readWebhookLoopback(reader, demo, env.NODE_ENV === 'test'),
    logLevel: reader.oneOf('SLUICE_LOG_LEVEL', logLevels, 'info'),
    today: readToday(reader, demo || env.NODE_ENV === 'test'),
  };
  if (demo && oidc !== null)
    reader.fault('SLUICE_DEMO', 'off, or SLUICE_OIDC_ISSUER unset: the demo has its own issuer');
  const secretText = reader.text('SLUICE_SECRET', isLongEnough, `at least ${secretBytesMin} characters`);
  reader.throwIfAny();
  return { ...config, secret: secretText === null ? storedSecret(dataFolder) : Buffer.from(secretText, 'utf8') };
}

class SettingReader {
  private readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  /** null when unset, empty or faulty */
  text(name: string, isValid: (text: string) => boolean, expected: string): string | null {
    const text = this.env[name];
    if (text === undefined || text === '') return null;
    if (isValid(text)) return text;
    this.fault(name, expected);
    return null;
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.text(name, (value) => /^(on|off|true|false|1|0)$/i.test(value), '`on` or `off`');
    return text === null ? fallback : /^(on|true|1)$/i.test(text);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name, (value) => allowed.some((each) => each === value), `one of ${allowed.join(', ')}`);
    return allowed.find((each) => each === text) ?? fallback;
  }

  /** Never repeats the value: it may be a secret. */
  fault(name: string, expected: string): void {
    this.faults.push(`${name} must be ${expected}`);
  }

  throwIfAny(): void {
    if (this.faults.length > 0) throw new StartupError(`the settings are not valid: ${this.faults.join('; ')}`);
  }
}

function readOidc(reader: SettingReader): OidcConfig | null {
  const anyText = () => true;
  const issuer = reader.text('SLUICE_OIDC_ISSUER', isWebUrl, 'an https URL, or http on this machine');
  const audience = reader.text('SLUICE_OIDC_AUDIENCE', anyText, '');
  const jwksUrl = reader.text('SLUICE_OIDC_JWKS_URL', isWebUrl, 'an https URL, or http on this machine');
  if (issuer !== null && audience !== null) return { issuer, audience, jwksUrl };
  if (issuer !== null) reader.fault('SLUICE_OIDC_AUDIENCE', 'set together with SLUICE_OIDC_ISSUER');
  else if (audience !== null || jwksUrl !== null) reader.fault('SLUICE_OIDC_ISSUER', 'set together with its audience');
  return null;
}

function readToday(reader: SettingReader, allowed: boolean): string | null {
  const today = reader.text('SLUICE_TODAY', isIsoDate, 'an ISO date such as 2026-01-31');
  if (today !== null && !allowed)
    reader.fault('SLUICE_TODAY', 'unset outside the demo: the age of data is counted from it');
  return today;
}

function readWebhookLoopback(reader: SettingReader, demo: boolean, test: boolean): boolean {
  const allowed = reader.flag('SLUICE_WEBHOOK_LOOPBACK', demo);
  if (allowed && !demo && !test)
    reader.fault('SLUICE_WEBHOOK_LOOPBACK', 'off outside the demo: a webhook could ask what listens on this machine');
  return allowed;
}

/** Written once; a link makes two first starts at the same moment agree on one secret. */
function storedSecret(dataFolder: string): Buffer {
  const file = join(dataFolder, 'secret');
  try {
    if (!existsSync(file)) {
      mkdirSync(dataFolder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
      writeSecretOnce(file);
    }
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new StartupError(`others can read \`${file}\`: take their rights away (chmod 600) or set SLUICE_SECRET`);
    }
    const secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
    if (secret.length < secretBytesMin)
      throw new StartupError(`\`${file}\` does not hold the secret that was written to it`);
    return secret;
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    throw new StartupError(`the data folder \`${dataFolder}\` cannot be read and written by this user`, { cause });
  }
}

function writeSecretOnce(file: string): void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${randomBytes(secretBytesMin).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function findPackageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findPackageRoot(dirname(from));
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(packageRoot, path);
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text);
}

function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isIsoDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isLongEnough(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') >= secretBytesMin;
}
