import { connect, createServer, type Server, type Socket } from 'node:net';

const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);

/**
 * Stands between the hub and PostgreSQL and writes down every statement that is run, as its text with the signed viewer left
 * out. A statement with a name is parsed once on each connection, so what counts is that it is bound.
 */
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
    const prepared = new Map<string, string>();
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (data) => {
      upstream.write(data);
      rest = Buffer.concat([rest, data]);
      if (!started && rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
        rest = rest.subarray(rest.readUInt32BE(0));
        started = true;
      }
      if (started) rest = this.listen(rest, prepared);
    });
  }

  /** Messages are a type byte, a length of four bytes that counts itself, and the content. */
  private listen(bytes: Buffer, prepared: Map<string, string>): Buffer {
    let at = 0;
    while (at + 5 <= bytes.length && at + 1 + bytes.readUInt32BE(at + 1) <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      const [first = '', second = ''] = bytes.toString('utf8', at + 5, end).split('\0', 2);
      if (bytes[at] === QUERY) this.note(first);
      // the name of the statement, and its text
      if (bytes[at] === PARSE) prepared.set(first, second);
      // the name of the portal, and that of the statement
      if (bytes[at] === BIND) this.note(prepared.get(second) ?? `unknown ${second}`);
      at = end;
    }
    return bytes.subarray(at);
  }

  private note(statement: string): void {
    this.heard.push(statement.replace(/(set_config\('sluice\.(?:viewer|proof)', )'[^']*'/g, "$1'...'"));
  }
}
