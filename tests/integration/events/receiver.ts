import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly event: { id: string; type: string; sequence: number; subjectId: string; subjectType: string };
  readonly at: number;
}

export type Behaviour = (response: ServerResponse, received: Received) => void;

/** A webhook's receiver on a real port; what it does with the next request is the test's to say. */
export class Receiver {
  readonly received: Received[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private behaviour: Behaviour,
  ) {}

  static async start(behaviour: Behaviour = (response) => response.writeHead(204).end()): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new Receiver(server, `http://127.0.0.1:${port}/hook`, behaviour);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const received = { headers: request.headers, body, event: JSON.parse(body), at: Date.now() };
        receiver.received.push(received);
        receiver.behaviour(response, received);
      });
    });
    return receiver;
  }

  does(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  async until(count: number, milliseconds = 30_000): Promise<Received[]> {
    const ends = Date.now() + milliseconds;
    while (this.received.length < count) {
      if (Date.now() > ends) throw new Error(`${this.received.length} of ${count} came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.received;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** As a receiver checks it, from the specification alone. */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
