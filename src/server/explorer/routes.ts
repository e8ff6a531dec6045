import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import { DEMO_IDENTITIES, findDemoIdentity, type IdentityThresholds, type LocalIssuer } from '../../identity';
import { packageRoot } from '../../modules/reference';
import { answerError } from '../httpBody';

/** Address in the explorer -> file of a package or of this folder; nothing else of either can be fetched. */
const packageFiles: Readonly<Record<string, string>> = {
  'react.js': join(dirname(require.resolve('react/package.json')), 'umd/react.production.min.js'),
  'react-dom.js': join(dirname(require.resolve('react-dom/package.json')), 'umd/react-dom.production.min.js'),
  'graphiql.js': join(dirname(require.resolve('graphiql/package.json')), 'graphiql.min.js'),
  'graphiql.css': join(dirname(require.resolve('graphiql/package.json')), 'graphiql.min.css'),
};
const ownFiles = ['explorer.js', 'explorer.css'];

const EXPLORER_SECONDS = 12 * 3600;
const BODY_BYTES_MAX = 1000;

/**
 * Scripts and everything they fetch come from this hub alone. The editor of GraphiQL writes style elements and inline
 * fonts, so styles may be inline; scripts may not.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** An operation that users start from; the comment at the top of its file says what it shows and as whom to try it. */
export interface ExampleOperation {
  readonly name: string;
  readonly about: string;
  /** Name of the demo identity to try it as, or null: without a token. */
  readonly as: string | null;
  readonly query: string;
}

/** GraphiQL at `/` with the example operations and, in the demo, a picker of identities (`issuer` null: none). */
export function explorerRoutes(app: Express, issuer: LocalIssuer | null, thresholds: IdentityThresholds): void {
  const folder = join(packageRoot(), 'src/server/explorer');
  const page: RequestHandler = (_request, response) => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    response.type('html').send(readFileSync(join(folder, 'explorer.html'), 'utf8'));
  };
  app.get('/', page);
  for (const [name, file] of Object.entries(packageFiles)) sendFile(app, name, file);
  for (const name of ownFiles) sendFile(app, name, join(folder, name));
  app.get('/explorer/examples', (_request, response) => {
    response.json({ examples: exampleOperations(), identities: issuer === null ? [] : identities() });
  });
  if (issuer !== null)
    app.post('/explorer/token', express.json({ limit: BODY_BYTES_MAX }), giveToken(issuer, thresholds));
}

function sendFile(app: Express, name: string, file: string): void {
  app.get(`/explorer/${name}`, (_request, response) => {
    response.sendFile(file, { etag: false, lastModified: false, cacheControl: false, dotfiles: 'allow' });
  });
}

function identities(): object[] {
  return DEMO_IDENTITIES.map(({ name, displayName, story }) => ({ name, displayName, story }));
}

/** The operations of `schema/operations`, by the order of their file names. */
export function exampleOperations(folder = join(packageRoot(), 'schema/operations')): ExampleOperation[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const comments = text.split('\n').flatMap((line) => /^# ?(.*)$/.exec(line)?.[1] ?? []);
    const query = text.replace(/^#.*\n/gm, '');
    const as = comments.flatMap((line) => /^as: (\w+)$/.exec(line)?.[1] ?? [])[0] ?? null;
    const about = comments.filter((line) => !line.startsWith('as: ')).join(' ');
    return { name: file.replace(/^\d+-|\.graphql$/g, '').replaceAll('-', ' '), about, as, query };
  });
}

/** Only a page of this hub may ask: a JSON body cannot be sent across origins without asking first, and that is refused. */
function giveToken(issuer: LocalIssuer, thresholds: IdentityThresholds): RequestHandler {
  return async (request, response) => {
    const body: unknown = request.body;
    const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : null;
    const identity = typeof name === 'string' ? findDemoIdentity(name) : null;
    if (identity === null) return answerError(response, 404, 'nobody in the demo is called so', 'NOT_FOUND');
    const ttlSeconds = Math.min(EXPLORER_SECONDS, thresholds.localTokenSecondsMax);
    response.json({ token: await issuer.issueToken({ subject: identity.subject, ttlSeconds }) });
  };
}
