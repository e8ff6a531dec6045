import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

interface Answer {
  id: number;
  base?: string;
  token?: string;
  count?: number;
}

/** The parent's end of `issuerProcess.mjs`. */
export class RealIssuer {
  private nextId = 1;
  private constructor(
    private readonly child: ChildProcess,
    private readonly base: string,
  ) {}

  static async start(): Promise<RealIssuer> {
    const child = fork(join(__dirname, 'issuerProcess.mjs'), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const { base } = await answerOf(child, 0);
    return new RealIssuer(child, base ?? '');
  }

  issuer(tenant = 'tenant-a'): string {
    return `${this.base}/${tenant}`;
  }

  /** New keys; the old ones are gone from the key set at once. */
  async rotate(): Promise<void> {
    await this.ask({ do: 'rotate' });
  }

  /** What the issuer never does by itself: signs any claims with its own current key. */
  async sign(header: object, payload: object): Promise<string> {
    return (await this.ask({ do: 'sign', header, payload })).token ?? '';
  }

  /** How often anybody asked for a key set so far. */
  async keySetRequests(): Promise<number> {
    return (await this.ask({ do: 'count' })).count ?? 0;
  }

  /** A client-credentials grant for the resource (RFC 8707), over HTTP. */
  async token({ tenant = 'tenant-a', resource = 'https://hub.test/', scope = 'sluice:read' } = {}): Promise<string> {
    const response = await fetch(`${this.issuer(tenant)}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('machine:only-for-this-test').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
    });
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'access_token' in body) return String(body.access_token);
    throw new Error(`the issuer gave no token: ${JSON.stringify(body)}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.disconnect();
    await ended;
  }

  private async ask(message: object): Promise<Answer> {
    const id = this.nextId++;
    const answer = answerOf(this.child, id);
    this.child.send({ id, ...message });
    return answer;
  }
}

function answerOf(child: ChildProcess, id: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the issuer ended with code ${code}`));
    const onMessage = (answer: Answer): void => {
      if (answer.id !== id) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
