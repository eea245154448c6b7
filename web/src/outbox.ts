// What has been said but not yet taken in by the desk: sent in order, again after every failure,
// under the same Idempotency-Key, so that nothing is lost and nothing is stored twice.

import { Refusal } from "./api";
import type { Kind } from "./masking";
import type { Language } from "./texts";
import { backoff, pause } from "./wait";

export interface Outgoing {
  key: string;
  body: Record<string, string | null>;
  /** What the customer sees of it until the desk has stored it. */
  text: string;
  language: Language;
  kinds: Kind[];
  /** The newest message when this was said; its own stored form comes after. */
  after: number;
  /** Whether the desk has stored it, so that only its answer is missing. */
  stored?: boolean;
  /** Whether the desk could not be reached with it. */
  held?: boolean;
}

interface Post {
  send: (item: Outgoing) => Promise<void>;
  /** The desk does not want it: the item is out of the box. */
  refused: (item: Outgoing, refusal: Refusal) => void;
  /** The conversation is gone; true once there is another that it can go to. */
  gone: (item: Outgoing) => Promise<boolean>;
  changed: () => void;
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  items: Outgoing[];
  readonly #post: Post;
  #running = false;
  #wake = new AbortController();

  constructor(items: Outgoing[], post: Post) {
    this.items = items;
    this.#post = post;
  }

  add(item: Outgoing): void {
    this.items = [...this.items, item];
    this.#post.changed();
    void this.run();
  }

  /** The desk has stored a customer's message: the oldest one said before it. */
  stored(seq: number): Outgoing | undefined {
    const item = this.items.find((each) => !each.stored && each.after < seq);
    if (item) item.stored = true;
    return item;
  }

  /** Tries at once what waits for its next try. */
  hurry(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** Sends everything in order; returns when the box is empty. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let waits = backoff();
    while (this.items.length) {
      const [item] = this.items;
      try {
        await this.#post.send(item);
        this.#drop(item);
        waits = backoff();
      } catch (error) {
        await this.#failed(item, error, waits);
      }
    }
    this.#running = false;
  }

  async #failed(item: Outgoing, error: unknown, waits: Generator<number, never>): Promise<void> {
    if (error instanceof Refusal && !error.isPassing) {
      if (error.isGone && (await this.#post.gone(item))) return;
      this.#drop(item);
      this.#post.refused(item, error);
      return;
    }
    const busy = error instanceof Refusal && error.status < 500;
    item.held = !busy;
    this.#post.changed();
    await pause(busy ? 1000 * error.retryAfter : waits.next().value, this.#wake.signal);
    item.held = false;
  }

  #drop(item: Outgoing): void {
    this.items = this.items.filter((each) => each !== item);
    this.#post.changed();
  }
}
