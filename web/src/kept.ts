// What survives a reload and goes along to the next page: for this tab only, so that on a shared
// computer nobody finds it later.

import type { Language } from "./texts";
import type { Outgoing } from "./outbox";
import type { Kind } from "./masking";

export interface Kept {
  id?: string;
  token?: string;
  /** The language that the page asked for when it was last seen. */
  pageLanguage?: Language;
  /** The end of the customer token that was used last: each works once. */
  usedToken?: string;
  /** Who the signed-in customer is, and until when, in seconds since 1970. */
  customer?: string;
  signedInUntil?: number;
  /** The kinds of numbers that were hidden in a message, by its number. */
  masked?: Record<number, Kind[]>;
  /** The number of the message at which feedback was given. */
  feedbackAt?: number;
  /** The ids of buttons that were pressed: not every one becomes a message of the customer. */
  chosen?: string[];
  messages?: Outgoing[];
  handoffs?: Outgoing[];
  draft?: string;
  note?: string;
  email?: string;
  open?: boolean;
}

/** A place in the tab's storage; where the browser refuses, in memory. */
export class Keeper {
  readonly #key: string;
  value: Kept;

  constructor(server: string) {
    this.#key = `balie.chat:${server}`;
    this.value = this.#read();
  }

  /** Keeps these besides what is kept already. */
  keep(change: Kept): void {
    this.value = { ...this.value, ...change };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.value));
    } catch {
      // Storage may be full or forbidden; the conversation then lasts as long as the page.
    }
  }

  /** Forgets the conversation, but not what is still being written. */
  forget(): void {
    const { draft, messages, open, pageLanguage } = this.value;
    this.value = {};
    this.keep({ draft, messages, open, pageLanguage });
  }

  #read(): Kept {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "{}");
    } catch {
      return {};
    }
  }
}
