import autocannon from 'autocannon';

export interface LoadRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export interface LoadResult {
  requestsPerSecond: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** answers that were not 200 */
  refused: number;
}

const CONNECTIONS = 8;

/** A bounded closed-loop load on loopback, each connection taking the requests in turn. */
export async function load(requests: readonly LoadRequest[], seconds: number): Promise<LoadResult> {
  const [first] = requests;
  if (first === undefined) throw new Error('no request to send');
  const { origin } = new URL(first.url);
  const result = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    requests: requests.map((request) => ({
      path: new URL(request.url).pathname,
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
    })),
  });
  return {
    requestsPerSecond: result.requests.average,
    p50Milliseconds: result.latency.p50,
    p99Milliseconds: result.latency.p99,
    refused: result.non2xx + result.errors + result.timeouts,
  };
}

/** One request, for the check that all servers give the same rows. */
export async function ask(request: LoadRequest): Promise<unknown> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return response.json();
}
