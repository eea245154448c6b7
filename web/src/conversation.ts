// One conversation with the desk: what was said, what is on its way, and how the connection stands.
// It knows nothing of how it looks.

import { call, Refusal, type Message, type Messages, type Started, type Status, type Ticket } from "./api";
import { listen } from "./event-stream";
import type { Keeper } from "./kept";
import { mask } from "./masking";
import { newKey, Outbox, type Outgoing } from "./outbox";
import type { Language } from "./texts";
import { backoff, pause } from "./wait";

/** A sign-in that ends within so many seconds is renewed, where the page has brought a new token. */
const RENEW_BEFORE = 300;

export interface Watcher {
  changed: () => void;
  /** A message that was not there before; never one that is shown again after a reload. */
  arrived: (message: Message) => void;
  /** Something of the widget's own to be told: the key of a text. */
  told: (key: string) => void;
  /** The desk did not want this text: it belongs back into the field. */
  returned: (text: string) => void;
}

export class Conversation {
  messages: Message[] = [];
  status: Status = "bot";
  ticket: Ticket | null = null;
  hours = "";
  offline = false;
  /** What went wrong last, in the desk's words; empty where all is well. */
  error = "";
  /** Something worth knowing: the key of a text; gone with the next thing the customer does. */
  notice = "";
  ready = false;
  language: Language;
  readonly outbox: Outbox;
  readonly handoffs: Outbox;
  readonly #server: string;
  readonly #topic: string | null;
  readonly #keeper: Keeper;
  readonly #watcher: Watcher;
  #customerToken: string | null;
  #stop = new AbortController();
  #beginning: Promise<void> | null = null;
  #lastSeq = 0;

  constructor(
    server: string,
    keeper: Keeper,
    start: { language: Language; topic: string | null; token: string | null },
    watcher: Watcher,
  ) {
    this.#server = server;
    this.#keeper = keeper;
    this.#watcher = watcher;
    this.#topic = start.topic;
    this.#customerToken = start.token;
    this.language = start.language;
    const post = {
      gone: async (item: Outgoing) => {
        await this.#beginAgain();
        // Buttons belong to the old conversation; the rest can be said again.
        return !("choice" in item.body);
      },
      refused: (item: Outgoing, refusal: Refusal) => this.#refused(item, refusal),
      changed: () => {
        keeper.keep({ messages: this.outbox.items, handoffs: this.handoffs.items });
        watcher.changed();
      },
    };
    const { messages = [], handoffs = [] } = keeper.value;
    this.outbox = new Outbox(messages, { ...post, send: (item) => this.#sendMessage(item) });
    this.handoffs = new Outbox(handoffs, { ...post, send: (item) => this.#sendHandoff(item) });
  }

  /** Comes back to the conversation that was kept, or begins one; tries until it works. */
  async open(): Promise<void> {
    const waits = backoff();
    const stop = this.#stop.signal;
    while (!this.ready && !stop.aborted) {
      try {
        if (this.#keeper.value.id) await this.#resume();
        else await this.#create();
        this.ready = true;
      } catch (error) {
        if (error instanceof Refusal && error.isGone) this.#forget();
        else {
          this.#connection(error instanceof Refusal);
          if (error instanceof Refusal) this.error = error.message;
          this.#watcher.changed();
          await pause(waits.next().value, stop);
        }
      }
    }
    if (stop.aborted) return;
    this.error = "";
    this.#connection(true);
    void this.#listen();
    void this.outbox.run();
    void this.handoffs.run();
    void this.#readHours();
    this.#watcher.changed();
  }

  /** Ends all connections; the conversation itself stays with the desk. */
  close(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.ready = false;
  }

  // --- what the customer does ------------------------------------------------------------------

  /** Says a text; numbers that nobody should read are hidden first. */
  say(text: string): void {
    const { text: safe, kinds } = mask(text.trim());
    this.#clear();
    this.outbox.add(this.#outgoing({ text: safe }, safe, kinds));
  }

  /** Chooses one of the newest message's buttons. */
  choose(choice: { id: string; title: string }): void {
    this.#clear();
    this.#keeper.keep({ chosen: [...this.#chosen, choice.id] });
    this.outbox.add(this.#outgoing({ choice: choice.id }, choice.title));
  }

  /** Passes the conversation on to a person; works without the assistant too. */
  askPerson(details: { email?: string; note?: string } = {}): void {
    this.#clear();
    const note = details.note ? mask(details.note).text : null;
    this.handoffs.add(this.#outgoing({ email: details.email || null, note }, ""));
  }

  /** Tells whether the question was solved. */
  async feedback(solved: boolean): Promise<void> {
    this.#keeper.keep({ feedbackAt: this.#lastSeq });
    await this.#tell("POST", "/feedback", { solved });
  }

  /** Goes on in another language; a conversation in which nothing was said begins anew. */
  async speak(language: Language): Promise<void> {
    this.language = language;
    void this.#readHours();
    this.#watcher.changed();
    if (!this.ready) return;
    if (this.messages.some((message) => message.author === "customer")) {
      await this.#tell("PUT", "/language", { language });
    } else await this.erase();
  }

  /** Signs the customer in with a token of the page; a token that was used is left alone. */
  async signIn(token: string | null): Promise<void> {
    this.#customerToken = token;
    if (!this.#freshToken || !this.ready) return;
    try {
      this.#take(await this.#bind(this.#freshToken));
    } catch (error) {
      // Another customer's conversation must not stay on the screen.
      if (error instanceof Refusal && error.kind === "other-customer") await this.startAgain();
      else if (error instanceof Refusal) this.#complain(error);
      else this.#connection(false); // tried again when the connection is back
    }
  }

  /** Whether this button was pressed, also where nothing was said with it ("Try again"). */
  hasChosen(choice: { id: string }): boolean {
    return this.#chosen.includes(choice.id);
  }

  get isSignedIn(): boolean {
    return (this.#keeper.value.signedInUntil ?? 0) > Date.now() / 1000;
  }

  /** The conversation as plain text; throws where the desk cannot be reached. */
  async transcript(): Promise<string> {
    return (await this.#call("GET", "/transcript")).text();
  }

  /** Leaves this conversation and begins another. */
  async startAgain(): Promise<void> {
    this.close();
    this.outbox.items = [];
    this.#keeper.keep({ messages: [] });
    this.#forget();
    await this.open();
  }

  /** Erases this conversation at the desk and begins another; false where that failed. */
  async erase(): Promise<boolean> {
    try {
      await this.#call("DELETE", "");
    } catch (error) {
      if (!(error instanceof Refusal && error.isGone)) {
        this.#complain(error);
        return false;
      }
    }
    await this.startAgain();
    return true;
  }

  // --- opening ---------------------------------------------------------------------------------

  async #create(): Promise<void> {
    const fresh = this.#freshToken;
    const body = { language: this.language, topic: this.#topic, customer_token: fresh };
    const options = { method: "POST", body, language: this.language };
    let started: Started;
    try {
      started = await (await call(this.#server, "/conversations", options)).json();
    } catch (error) {
      if (!fresh || !(error instanceof Refusal) || error.kind !== "customer-token") throw error;
      // Not being signed in is no reason to have no conversation.
      this.#markUsed(fresh);
      return this.#create();
    }
    this.#keeper.keep({ id: started.id, token: started.token });
    if (fresh) this.#signedIn(fresh);
    this.#take({ messages: started.messages, status: "bot" });
  }

  async #resume(): Promise<void> {
    try {
      // Before anything is shown: the page may be another customer's by now.
      if (this.#freshToken) await this.#bind(this.#freshToken);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.kind === "other-customer") {
        this.#forget();
        return this.#create();
      }
      if (error.kind !== "customer-token") throw error;
    }
    this.#take(await this.#ask<Messages>("GET", `/messages?after=${this.#lastSeq}`), false);
  }

  /** Where the conversation is gone: another one. Stream and outbox may both find out. */
  #beginAgain(): Promise<void> {
    this.#beginning ??= (async () => {
      this.close();
      this.#forget();
      await this.open();
      this.notice = "gone";
      this.#watcher.told("gone");
      this.#watcher.changed();
    })().finally(() => (this.#beginning = null));
    return this.#beginning;
  }

  #forget(): void {
    this.#keeper.forget();
    for (const item of this.outbox.items) Object.assign(item, { after: 0, stored: false });
    this.handoffs.items = [];
    this.messages = [];
    this.status = "bot";
    this.ticket = null;
    this.#lastSeq = 0;
  }

  // --- what the desk says ----------------------------------------------------------------------

  #listen(): Promise<void> {
    return listen(
      {
        open: (signal) =>
          this.#call("GET", "/events", undefined, {
            headers: { "Last-Event-ID": String(this.#lastSeq) },
            signal,
          }),
        event: (kind, data) => {
          if (kind === "message") this.#take({ messages: [data as Message], status: this.status });
          if (kind === "status") this.#take({ messages: [], status: (data as Messages).status });
        },
        connected: () => {
          this.#connection(true);
          this.outbox.hurry();
          this.handoffs.hurry();
          void this.signIn(this.#customerToken);
        },
        lost: () => this.#connection(false),
        gone: () => void this.#beginAgain(),
      },
      this.#stop.signal,
    );
  }

  #take({ messages, status }: Messages, isNews = true): void {
    for (const message of messages) {
      if (message.seq <= this.#lastSeq) continue;
      this.#lastSeq = message.seq;
      this.messages = [...this.messages, message];
      if (message.author === "customer") this.#wasStored(message);
      else this.language = message.language;
      if (isNews) this.#watcher.arrived(message);
    }
    const changed = status !== this.status;
    this.status = status;
    if (changed || (!isNews && status !== "bot")) void this.#readTicket();
    this.#watcher.changed();
  }

  #wasStored(message: Message): void {
    const item = this.outbox.stored(message.seq);
    if (item?.kinds.length) {
      this.#keeper.keep({ masked: { ...this.#keeper.value.masked, [message.seq]: item.kinds } });
    }
  }

  async #readTicket(): Promise<void> {
    try {
      this.ticket = await this.#ask<Ticket>("GET", "/ticket");
      this.#watcher.changed();
    } catch {
      // Where the ticket stands is shown when it is known.
    }
  }

  async #readHours(): Promise<void> {
    try {
      const response = await call(this.#server, "/hours", { language: this.language });
      this.hours = (await response.json()).text;
      this.#watcher.changed();
    } catch {
      // The desk says the hours again when a person is asked for.
    }
  }

  // --- sending ---------------------------------------------------------------------------------

  #outgoing(body: Outgoing["body"], text: string, kinds: Outgoing["kinds"] = []): Outgoing {
    return { key: newKey(), body, text, kinds, language: this.language, after: this.#lastSeq };
  }

  async #sendMessage(item: Outgoing): Promise<void> {
    await this.#opened();
    await this.signIn(this.#customerToken);
    const answer = await this.#post("/messages", item);
    // The stream mostly brings everything first; where it has not, the rest is fetched in order.
    if (!item.stored || answer.messages.some((message) => message.seq > this.#lastSeq)) {
      this.#take(await this.#ask<Messages>("GET", `/messages?after=${this.#lastSeq}`));
    }
  }

  async #sendHandoff(item: Outgoing): Promise<void> {
    await this.#opened();
    const { status } = await this.#post("/handoff", item);
    this.#take(await this.#ask<Messages>("GET", `/messages?after=${this.#lastSeq}`));
    this.#take({ messages: [], status });
    await this.#readTicket();
  }

  async #post(path: string, item: Outgoing): Promise<Messages> {
    try {
      const headers = { "Idempotency-Key": item.key };
      const response = await this.#call("POST", path, item.body, { headers });
      this.#connection(true);
      return await response.json();
    } catch (error) {
      if (!(error instanceof Refusal)) this.#connection(false);
      else if (error.status === 429) this.error = error.message;
      throw error;
    }
  }

  async #opened(): Promise<void> {
    if (!this.ready) throw new TypeError("not open yet");
  }

  #refused(item: Outgoing, refusal: Refusal): void {
    const { text, choice } = item.body;
    if (choice) this.#keeper.keep({ chosen: this.#chosen.filter((id) => id !== choice) });
    this.#complain(refusal);
    if (text) this.#watcher.returned(text);
  }

  async #tell(method: string, path: string, body: unknown): Promise<void> {
    try {
      this.#take(await this.#ask<Messages>(method, path, body));
    } catch (error) {
      this.#complain(error);
    }
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return (await this.#call(method, path, body)).json();
  }

  #call(method: string, path: string, body?: unknown, rest: object = {}): Promise<Response> {
    const { id, token } = this.#keeper.value;
    const options = { method, body, token, language: this.language, ...rest };
    return call(this.#server, `/conversations/${id}${path}`, options);
  }

  // --- how things stand ------------------------------------------------------------------------

  #clear(): void {
    this.error = this.notice = "";
  }

  #connection(up: boolean): void {
    if (this.offline === !up) return;
    this.offline = !up;
    this.#watcher.told(up ? "back_online" : "offline");
    this.#watcher.changed();
  }

  #complain(error: unknown): void {
    if (error instanceof Refusal) this.error = error.message;
    else {
      this.notice = "failed";
      this.#watcher.told("failed");
    }
    this.#watcher.changed();
  }

  get #chosen(): string[] {
    return this.#keeper.value.chosen ?? [];
  }

  /** The page's token where it would change anything: a page may bring a new one every time. */
  get #freshToken(): string | null {
    const token = this.#customerToken;
    if (!token || this.#isUsed(token)) return null;
    const { customer, signedInUntil = 0 } = this.#keeper.value;
    const lasts = signedInUntil - Date.now() / 1000 > RENEW_BEFORE;
    return lasts && customer === claims(token).sub ? null : token;
  }

  async #bind(token: string): Promise<Messages> {
    try {
      const answer = await this.#ask<Messages>("PUT", "/customer", { customer_token: token });
      this.#signedIn(token);
      return answer;
    } catch (error) {
      if (error instanceof Refusal && error.kind === "customer-token") this.#markUsed(token);
      throw error;
    }
  }

  #signedIn(token: string): void {
    this.#markUsed(token);
    const { sub, exp } = claims(token);
    this.#keeper.keep({ customer: sub, signedInUntil: exp });
    this.#watcher.changed();
  }

  #markUsed(token: string): void {
    this.#keeper.keep({ usedToken: token.slice(-12) });
  }

  #isUsed(token: string): boolean {
    return this.#keeper.value.usedToken === token.slice(-12);
  }
}

/** What a JWT says of the customer; the desk is the one that checks it. */
function claims(token: string): { sub?: string; exp?: number } {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}
