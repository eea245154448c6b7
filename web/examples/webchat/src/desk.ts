// The calls of the desk's API that a chat window needs, and nothing else. See docs/api.md.

export type Language = "nl" | "en";

export interface Message {
  seq: number;
  author: "customer" | "assistant" | "agent" | "system";
  language: Language;
  text: string;
  buttons: { id: string; title: string }[];
  links: { title: string; url: string }[];
  step: { topic: string; id: string; number: number; of: number } | null;
  at: string;
}

/** What opens a conversation again. The token is its only key: keep it like a password. */
export interface Kept {
  id: string;
  token: string;
}

/** The desk has answered, with a problem (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    title: string,
    /** After so many seconds it may be tried again. */
    readonly retryAfter: number,
  ) {
    super(title);
  }

  /** The same call may succeed later. */
  get passes(): boolean {
    return this.status >= 500 || this.status === 429 || this.type.endsWith(":in-flight");
  }

  /** The conversation was erased, or the token is no longer good. */
  get conversationIsGone(): boolean {
    return [401, 403, 404].includes(this.status);
  }
}

type Headers = Record<string, string>;

// The desk sends a comment every 15 seconds; after so many milliseconds the stream is dead.
const SILENCE = 40_000;

export class Desk {
  /** `server` is the desk's address, such as https://help.example.com. */
  constructor(
    readonly server: string,
    public language: Language,
  ) {}

  async begin(body: { topic?: string; customer_token?: string }): Promise<Kept> {
    const { id, token } = await this.#json("POST", "", { ...body, language: this.language });
    return { id, token };
  }

  /** Says something or presses a button; the same `key` never does so twice. */
  async post(kept: Kept, body: { text: string } | { choice: string }, key: string): Promise<void> {
    await this.#json("POST", "/messages", body, kept, { "Idempotency-Key": key });
  }

  async handOff(kept: Kept, key: string): Promise<void> {
    await this.#json("POST", "/handoff", {}, kept, { "Idempotency-Key": key });
  }

  async messages(kept: Kept, after: number): Promise<Message[]> {
    return (await this.#json("GET", `/messages?after=${after}`, undefined, kept)).messages;
  }

  /** Calls `connected` once, then `message` for each, until the stream ends. */
  async follow(
    kept: Kept,
    after: number,
    signal: AbortSignal,
    connected: () => void,
    message: (message: Message) => void,
  ): Promise<void> {
    const dead = new AbortController();
    const headers = { "Last-Event-ID": String(after) };
    const either = AbortSignal.any([signal, dead.signal]);
    const response = await this.#call("GET", "/events", undefined, kept, headers, either);
    connected();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let waiting = ""; ; ) {
      const silence = setTimeout(() => dead.abort(), SILENCE);
      const { value, done } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      const events = (waiting + value.replaceAll("\r", "")).split("\n\n");
      waiting = events.pop()!;
      for (const event of events) {
        const fields = new Map(event.split("\n").map((line) => line.split(/: ?(.*)/s) as [string, string]));
        if (fields.get("event") === "message") message(JSON.parse(fields.get("data")!));
      }
    }
  }

  async #json(method: string, path: string, body?: object, kept?: Kept, headers?: Headers) {
    return (await this.#call(method, path, body, kept, headers)).json();
  }

  /** Throws `Problem`, or TypeError where the desk cannot be reached. */
  async #call(
    method: string,
    path: string,
    body?: object,
    kept?: Kept,
    headers: Headers = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const address = `${this.server}/api/v1/conversations${kept ? `/${kept.id}` : ""}${path}`;
    const response = await fetch(address, {
      method,
      signal,
      body: body && JSON.stringify(body),
      headers: {
        "Accept-Language": this.language,
        ...(body && { "Content-Type": "application/json" }),
        ...(kept && { Authorization: `Bearer ${kept.token}` }),
        ...headers,
      },
    });
    if (response.ok) return response;
    const { type = "", title = "" } = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("Retry-After")) || 1;
    throw new Problem(response.status, type, title, wait);
  }
}
