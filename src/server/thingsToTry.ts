import type { Config } from '../config';
import { findDemoIdentity, type LocalIssuer } from '../identity';
import { exampleOperations, type ExampleOperation } from './explorer/routes';

const TOKEN_SECONDS = 12 * 3600;
const THINGS = 5;

/** Five commands that work as they are printed, each an example operation with the token of whom to try it as. */
export async function thingsToTry(url: string, config: Config, issuer: LocalIssuer): Promise<string> {
  const chosen = exampleOperations().slice(0, THINGS);
  const lines = ['', 'Five things to try:', ''];
  for (const example of chosen) lines.push(`# ${example.about}`, await commandFor(url, example, issuer), '');
  if (config.explorer) lines.push(`Or open ${url}/ and pick who to read as.`, '');
  return lines.join('\n');
}

async function commandFor(url: string, { as, query }: ExampleOperation, issuer: LocalIssuer): Promise<string> {
  const identity = as === null ? null : findDemoIdentity(as);
  const token = identity && (await issuer.issueToken({ subject: identity.subject, ttlSeconds: TOKEN_SECONDS }));
  const body = JSON.stringify({ query: withoutLayout(query) }).replaceAll("'", String.raw`'\''`);
  const headers = ['Content-Type: application/json', ...(token ? [`Authorization: Bearer ${token}`] : [])];
  return `curl -s ${url}/graphql ${headers.map((header) => `-H '${header}'`).join(' ')} -d '${body}'`;
}

/** One line without comments; the operations hold no text with a hash in it. */
function withoutLayout(query: string): string {
  return query.replace(/#.*$/gm, '').replace(/\s+/g, ' ').trim();
}
