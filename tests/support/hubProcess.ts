import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

/** A process that holds a data folder as the hub does, so that it can be killed without harm to the test. */
export class HubProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** connection string of the server it started; empty when it did not start */
    readonly adminUrl: string,
    /** the sentence it ended with, where it did not start */
    readonly fault: string | undefined,
  ) {}

  static async start(folder: string, secret: Buffer): Promise<HubProcess> {
    const script = join(__dirname, 'startHub.cjs');
    const child = spawn(process.execPath, [script, folder, secret.toString('hex')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the hub process ended with ${code}`)));
    });
    const said: { adminUrl?: string; fault?: string } = JSON.parse(line);
    return new HubProcess(child, said.adminUrl ?? '', said.fault);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The exit code; null when it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return ended;
  }
}
