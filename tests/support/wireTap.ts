import { connect, createServer, type Server, type Socket } from 'node:net';

const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);

/** Stands between the hub and PostgreSQL and writes down every statement, as its text with the signed viewer left out. */
export class WireTap {
  private heard: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async inFrontOf(host: string, port: number): Promise<WireTap> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const tap = new WireTap(server, typeof address === 'object' && address ? address.port : 0);
    server.on('connection', (client) => tap.join(client, connect(port, host)));
    return tap;
  }

  /** The statements since the last call, sorted: which of two that run side by side comes first is chance. */
  take(): string[] {
    const statements = this.heard.sort();
    this.heard = [];
    return statements;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, upstream: Socket): void {
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    upstream.pipe(client);
    // the first message of a connection has no type byte
    let started = false;
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (data) => {
      upstream.write(data);
      rest = Buffer.concat([rest, data]);
      if (!started && rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        rest = rest.subarray(rest.readUInt32BE(0));
        started = true;
      }
      if (started) rest = this.listen(rest);
    });
  }

  /** Messages are a type byte, a length of four bytes that counts itself, and the content. */
  private listen(bytes: Buffer): Buffer {
    let at = 0;
    while (at + 5 <= bytes.length && at + 1 + bytes.readUInt32BE(at + 1) <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (bytes[at] === QUERY) this.note(bytes.subarray(at + 5, end));
      if (bytes[at] === PARSE) this.note(bytes.subarray(bytes.indexOf(0, at + 5) + 1, end));
      at = end;
    }
    return bytes.subarray(at);
  }

  private note(text: Buffer): void {
    const statement = text.subarray(0, text.indexOf(0)).toString('utf8');
    this.heard.push(statement.replace(/v1\|[^']*/g, 'v1'));
  }
}
