// Lets Bot Framework Web Chat talk to Balie's desk: an object with the four members of DirectLineJS
// that Web Chat uses, over the desk's HTTP calls and its stream of events.

import { Desk, Problem, type Kept, type Language, type Message } from "./desk";
import { fromPromise, Replayed, type Observable } from "./observable";
import words from "./words.json";

// DirectLineJS's numbers.
const CONNECTING = 1;
const ONLINE = 2;
const ENDED = 5;

const HERO_CARD = "application/vnd.microsoft.card.hero";
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** An activity of the Bot Framework, as far as the desk has something to put into it. */
export interface Activity {
  type: string;
  id?: string;
  timestamp?: string;
  locale?: string;
  from?: { id: string; name?: string; role: "bot" | "user" };
  text?: string;
  textFormat?: "markdown" | "plain";
  value?: unknown;
  attachments?: unknown[];
  suggestedActions?: { actions: unknown[]; to: string[] };
  channelData?: Record<string, unknown>;
}

export interface Options {
  /** The desk's address, such as https://help.example.com. */
  server: string;
  language: Language;
  /** The topic of the page, offered first. */
  topic?: string;
  /** Proves a signed-in customer. */
  customerToken?: string;
  /** A conversation of before, to go on with. */
  kept?: Kept;
  /** A conversation has begun: keep it for `kept`. */
  onBegun?: (kept: Kept) => void;
  /** The assistant has changed to this language. */
  onLanguage?: (language: Language) => void;
}

export class DeskLine {
  readonly connectionStatus$ = new Replayed<number>(1);
  // Like DirectLineJS, it connects when somebody listens.
  readonly activity$ = new Replayed<Activity>(Infinity, () => this.#start());
  readonly #options: Options;
  readonly #desk: Desk;
  readonly #ended = new AbortController();
  #kept: Kept | undefined;
  #customerToken: string | undefined;
  #language: Language;
  #started = false;
  #lastSeq = 0;
  /** One message after the other, so that they arrive in the order in which they were said. */
  #sending: Promise<unknown> = Promise.resolve();
  /** Web Chat's ids of what was sent and has not come back yet. */
  #unechoed: string[] = [];

  constructor(options: Options) {
    this.#options = options;
    this.#kept = options.kept;
    this.#customerToken = options.customerToken;
    this.#language = options.language;
    this.#desk = new Desk(options.server, options.language);
    this.connectionStatus$.next(0);
  }

  /** Sends what the customer typed, or the button that was pressed; the id comes when it is sent. */
  postActivity(activity: Activity): Observable<string> {
    const key = String(activity.channelData?.clientActivityID ?? crypto.randomUUID());
    const sent = this.#sending.then(() => this.#send(activity, key));
    this.#sending = sent.catch(() => undefined);
    return fromPromise(sent);
  }

  /** Passes the conversation on to a person. */
  async handOff(): Promise<void> {
    const key = crypto.randomUUID();
    await this.#untilItPasses((kept) => this.#desk.handOff(kept, key));
    await this.#catchUp();
  }

  /** Ends the connection; the conversation stays with the desk. */
  end(): void {
    this.#ended.abort();
    this.connectionStatus$.next(ENDED);
  }

  // --- sending -----------------------------------------------------------------------------------

  async #send(activity: Activity, key: string): Promise<string> {
    if (activity.type !== "message") throw new Error(`the desk takes no ${activity.type}`);
    const { choice } = (activity.value ?? {}) as { choice?: string };
    const body = choice ? { choice } : { text: activity.text ?? "" };
    this.#unechoed.push(key);
    try {
      await this.#untilItPasses((kept) => this.#desk.post(kept, body, key));
    } catch (error) {
      this.#unechoed = this.#unechoed.filter((each) => each !== key);
      if (error instanceof Problem) this.#tell(error.message);
      throw error;
    }
    await this.#catchUp();
    // Pressing "try again" sends the old message anew, and so brings no message of its own.
    if (this.#unechoed.includes(key)) this.#echo({ ...activity, id: key });
    return key;
  }

  /** Tries again where the desk cannot be reached or is busy: the key keeps that from doing harm. */
  async #untilItPasses(send: (kept: Kept) => Promise<void>): Promise<void> {
    for (let wait = SHORTEST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      try {
        if (this.#kept) return await send(this.#kept);
      } catch (error) {
        if (error instanceof Problem && !error.passes) throw error;
        if (error instanceof Problem) wait = Math.max(wait, 1000 * error.retryAfter);
      }
      await this.#pause(wait);
      if (this.#ended.signal.aborted) throw new Error("the connection was ended");
    }
  }

  /** Fetches what the stream has not brought yet, where that can be done. */
  async #catchUp(): Promise<void> {
    try {
      const news = await this.#desk.messages(this.#kept!, this.#lastSeq);
      for (const message of news) this.#take(message);
    } catch {
      // The stream brings it when it is back.
    }
  }

  // --- receiving ---------------------------------------------------------------------------------

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#listen();
  }

  async #listen(): Promise<void> {
    let wait = SHORTEST_PAUSE;
    const connected = () => {
      wait = SHORTEST_PAUSE;
      this.connectionStatus$.next(ONLINE);
    };
    while (!this.#ended.signal.aborted) {
      this.connectionStatus$.next(CONNECTING);
      try {
        const kept = this.#kept ?? (await this.#begin());
        const take = (message: Message) => this.#take(message);
        await this.#desk.follow(kept, this.#lastSeq, this.#ended.signal, connected, take);
      } catch (error) {
        if (error instanceof Problem && error.conversationIsGone) {
          if (this.#lastSeq) return this.end(); // what is on the screen is no more
          this.#kept = undefined;
          // Not being signed in is no reason to have no conversation.
          if (error.type.endsWith(":customer-token")) this.#customerToken = undefined;
        }
      }
      await this.#pause(wait);
      wait = Math.min(2 * wait, LONGEST_PAUSE);
    }
  }

  async #begin(): Promise<Kept> {
    const body = { topic: this.#options.topic, customer_token: this.#customerToken };
    this.#kept = await this.#desk.begin(body);
    this.#options.onBegun?.(this.#kept);
    return this.#kept;
  }

  #take(message: Message): void {
    if (message.seq <= this.#lastSeq) return;
    this.#lastSeq = message.seq;
    if (message.author === "customer") {
      this.#echo(toActivity(message));
      return;
    }
    if (message.language !== this.#language) {
      this.#language = this.#desk.language = message.language;
      this.#options.onLanguage?.(message.language);
    }
    this.activity$.next(toActivity(message));
  }

  /** Shows the customer's message as it is stored in the place of the one that Web Chat shows. */
  #echo(activity: Activity): void {
    const clientActivityID = this.#unechoed.shift();
    this.activity$.next({
      ...activity,
      channelData: { ...activity.channelData, ...(clientActivityID && { clientActivityID }) },
    });
  }

  /** Shows why the desk refused something, in its own words. */
  #tell(text: string): void {
    this.activity$.next({
      type: "message",
      id: crypto.randomUUID(),
      timestamp: new Date().toISOString(),
      locale: this.#language,
      from: { id: "system", name: words[this.#language].system, role: "bot" },
      text,
      textFormat: "plain",
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, milliseconds);
      this.#ended.signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
    });
  }
}

/** One message of the desk as an activity. */
export function toActivity(message: Message): Activity {
  const { author, language, text, step, links, buttons } = message;
  const mine = author === "customer";
  const common: Activity = {
    type: "message",
    id: String(message.seq),
    timestamp: message.at,
    locale: language,
    from: mine
      ? { id: "customer", role: "user" }
      : { id: author, name: words[language][author], role: "bot" },
    channelData: { "webchat:sequence-id": message.seq },
  };
  if (mine) return { ...common, text, textFormat: "plain" };
  const actions = buttons.map(({ id, title }) => ({
    // The id says nothing to anybody but the desk; customers see and hear the title only.
    type: "messageBack",
    title,
    displayText: title,
    value: { choice: id },
  }));
  return {
    ...common,
    ...(step || links.length ? card(message) : { text, textFormat: "markdown" as const }),
    ...(actions.length && { suggestedActions: { actions, to: [] } }),
  };
}

/** A step of a guide, or an answer with pages to open, as a hero card. */
function card({ seq, language, text, step, links }: Message): Partial<Activity> {
  const title = step && fill(words[language].step, { number: step.number, of: step.of });
  const buttons = links.map((link) => ({ type: "openUrl", title: link.title, value: link.url }));
  const read = [title, text.replaceAll("**", ""), ...links.map((link) => link.title)];
  return {
    attachments: [{ contentType: HERO_CARD, content: { ...(title && { title }), text, buttons } }],
    channelData: {
      "webchat:sequence-id": seq,
      // Else screen readers only say that there is an attachment.
      "webchat:fallback-text": read.filter(Boolean).join("\n"),
    },
  };
}

function fill(text: string, values: Record<string, number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** HTML of the desk's texts, for Web Chat's `renderMarkdown`: **bold** and paragraphs, nothing else. */
export function renderText(text: string): string {
  const safe = text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
  return safe
    .split(/\n{2,}/)
    .map((part) => part.replace(/\*\*(.+?)\*\*/gs, "<strong>$1</strong>").replaceAll("\n", "<br />"))
    .map((part) => `<p>${part}</p>`)
    .join("");
}
