import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './publicAddress';

/** How a receiver took a body. UNREACHABLE says not why: whether a name leads into the hub's own network is not told. */
export type PostOutcome =
  | { readonly kind: 'ANSWERED'; readonly status: number; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'UNREACHABLE' | 'TIMEOUT' };

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutSeconds: number;
  /** Whether receivers on this very machine are allowed. */
  readonly loopback: boolean;
}

const MILLISECONDS_PER_SECOND = 1000;

/**
 * One attempt. The name is looked up once, every address it leads to must be public, and the connection goes to the address that
 * was checked. Redirects are not followed, and of the answer only its head is read.
 */
export async function postWebhook(post: Post): Promise<PostOutcome> {
  const signal = AbortSignal.timeout(post.timeoutSeconds * MILLISECONDS_PER_SECOND);
  try {
    const url = new URL(post.url);
    const address = await checkedAddress(url, post.loopback);
    return address === null ? { kind: 'UNREACHABLE' } : await send(url, address, post, signal);
  } catch {
    return { kind: signal.aborted ? 'TIMEOUT' : 'UNREACHABLE' };
  }
}

interface Address {
  readonly address: string;
  readonly family: number;
}

async function checkedAddress(url: URL, loopback: boolean): Promise<Address | null> {
  const found = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true });
  const isHere = found.every(({ address }) => isLoopbackAddress(address));
  const isAllowed =
    loopback && isHere ? true : url.protocol === 'https:' && found.every((each) => isPublicAddress(each.address));
  return isAllowed ? (found[0] ?? null) : null;
}

function send(url: URL, pinned: Address, post: Post, signal: AbortSignal): Promise<PostOutcome> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const body = Buffer.from(post.body, 'utf8');
  const headers = { ...post.headers, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal, lookup: pinnedLookup(pinned) });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const retryAfterSeconds = secondsOf(response.headers['retry-after']);
      resolve({ kind: 'ANSWERED', status: response.statusCode ?? 0, retryAfterSeconds });
      response.destroy();
    });
    sent.end(body);
  });
}

/** Whatever name is asked for: the address that was checked. */
function pinnedLookup({ address, family }: Address): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

/** RFC 9110 10.2.3: seconds, or a date. */
function secondsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(0, Math.ceil((moment - Date.now()) / MILLISECONDS_PER_SECOND));
}
