/** What a stream sent: results of events, and the comments between them. */
export interface Frame {
  readonly event: string;
  readonly text: string;
}

/** Reads server-sent events as a client does, from a real connection. */
export class EventReader {
  readonly frames: Frame[] = [];
  readonly done: Promise<void>;
  private changed: () => void = () => undefined;

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {
    this.done = this.readAll().catch(() => undefined);
  }

  static async open(url: string, headers: Record<string, string>, query: string): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query }),
      signal: abort.signal,
    });
    return new EventReader(response, abort);
  }

  /** The results so far. */
  get results(): {
    data: Record<string, Record<string, unknown>> | null;
    errors?: { extensions: { code: string } }[];
  }[] {
    return this.frames.flatMap(({ event, text }) => (event === 'next' ? [JSON.parse(text)] : []));
  }

  /** The events so far, without OPENED. */
  get events(): Record<string, unknown>[] {
    return this.results
      .flatMap(({ data }) => (data?.events === undefined ? [] : [data.events]))
      .filter(({ type }) => type !== 'OPENED');
  }

  get codes(): string[] {
    return this.results.flatMap(({ errors }) => (errors ?? []).map(({ extensions }) => extensions.code));
  }

  /** Waits until this many events have come. */
  async until(count: number, milliseconds = 30_000): Promise<Record<string, unknown>[]> {
    const ends = Date.now() + milliseconds;
    while (this.events.length < count) {
      if (Date.now() > ends)
        throw new Error(`${this.events.length} of ${count} events came: ${JSON.stringify(this.frames)}`);
      await Promise.race([
        new Promise<void>((resolve) => (this.changed = resolve)),
        new Promise((resolve) => setTimeout(resolve, 200)),
      ]);
    }
    return this.events;
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.done;
  }

  private async readAll(): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const bytes of this.response.body ?? []) {
      rest += decoder.decode(bytes as Uint8Array, { stream: true });
      const parts = rest.split('\n\n');
      rest = parts.pop() ?? '';
      this.frames.push(...parts.map(frameOf));
      this.changed();
    }
  }
}

function frameOf(text: string): Frame {
  if (text.startsWith(':')) return { event: 'comment', text };
  const event = /^event: (\w+)$/m.exec(text)?.[1] ?? 'none';
  return { event, text: /^data: ?(.*)$/m.exec(text)?.[1] ?? '' };
}
