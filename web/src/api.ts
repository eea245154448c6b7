// The desk's API as the widget uses it.

import type { Language } from "./texts";

export interface Choice {
  id: string;
  title: string;
}

export interface Link {
  title: string;
  url: string;
}

export interface Step {
  topic: string;
  id: string;
  number: number;
  of: number;
}

export interface Message {
  seq: number;
  author: "customer" | "assistant" | "agent" | "system";
  language: Language;
  text: string;
  buttons: Choice[];
  links: Link[];
  step: Step | null;
  at: string;
}

export type Status = "bot" | "waiting" | "agent" | "closed";

export interface Messages {
  messages: Message[];
  status: Status;
}

export interface Started {
  id: string;
  token: string;
  language: Language;
  messages: Message[];
}

export interface Ticket {
  reference: string;
  state: "open" | "closed";
  email: string | null;
}

const GONE = ["no-token", "bad-token", "other-conversation", "not-found"];

/** The desk has answered, with an error. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    title: string,
    readonly retryAfter: number,
  ) {
    super(title);
  }

  /** The conversation is over: erased, or its token no longer holds. */
  get isGone(): boolean {
    return GONE.includes(this.kind);
  }

  /** The same call may succeed later. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500 || this.kind === "in-flight";
  }
}

interface Call {
  method?: string;
  body?: unknown;
  token?: string;
  language: Language;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls the desk; throws `Refusal` for its errors and TypeError where it cannot be reached. */
export async function call(server: string, path: string, options: Call): Promise<Response> {
  const { method = "GET", body, token, language, headers = {}, signal } = options;
  const response = await fetch(`${server}/api/v1${path}`, {
    method,
    signal,
    headers: {
      "Accept-Language": language,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const kind = String(problem.type ?? "").replace(/^.*:/, "");
  const wait = Number(response.headers.get("Retry-After")) || 1;
  throw new Refusal(response.status, kind, String(problem.title ?? ""), wait);
}
