import { connect, createServer, type Server, type Socket } from 'node:net';

const readyForQuery = 'Z'.charCodeAt(0);

/** Stands between a client and PostgreSQL and counts the answers: each `ReadyForQuery` ends one round trip. */
export class WireCounter {
  private answers = 0;
  private readonly sockets: Socket[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async inFrontOf(host: string, port: number): Promise<WireCounter> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const counter = new WireCounter(server, typeof address === 'object' && address ? address.port : 0);
    server.on('connection', (client) => counter.join(client, connect(port, host)));
    return counter;
  }

  /** Round trips since the last call. */
  take(): number {
    const count = this.answers;
    this.answers = 0;
    return count;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, upstream: Socket): void {
    this.sockets.push(client, upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    client.pipe(upstream);
    let rest: Buffer = Buffer.alloc(0);
    upstream.on('data', (data) => {
      rest = this.count(Buffer.concat([rest, data]));
      client.write(data);
    });
  }

  /** Messages are a type byte, a length of four bytes that counts itself, and the content. */
  private count(bytes: Buffer): Buffer {
    let at = 0;
    while (at + 5 <= bytes.length && at + 1 + bytes.readUInt32BE(at + 1) <= bytes.length) {
      if (bytes[at] === readyForQuery) this.answers++;
      at += 1 + bytes.readUInt32BE(at + 1);
    }
    return bytes.subarray(at);
  }
}
