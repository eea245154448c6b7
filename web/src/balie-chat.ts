// <balie-chat server language topic token inline can-sign-in>: the chat on any page.

import { html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { Announcer } from "./announcer";
import type { Choice, Message } from "./api";
import { Conversation } from "./conversation";
import { keepClear } from "./keep-clear";
import { Keeper } from "./kept";
import * as icons from "./icons";
import { mask, type Kind } from "./masking";
import chatCss from "./styles/chat.css?inline";
import messageCss from "./styles/message.css?inline";
import { guessLanguage, isLanguage, speaker, type Language, type Say } from "./texts";
import { composer, details, reach } from "./views/foot";
import { head, standing } from "./views/head";
import { log } from "./views/log";

/** Where the window is this small the chat takes all of it, and is modal. */
const SMALL = "(max-width: 30rem), (max-height: 30rem)";
const NEAR_END = 80;

export class BalieChat extends LitElement {
  static override styles = [unsafeCSS(chatCss), unsafeCSS(messageCss)];
  static override properties = {
    server: {},
    topic: {},
    token: {},
    pageLanguage: { attribute: "language" },
    inline: { type: Boolean, reflect: true },
    canSignIn: { type: Boolean, attribute: "can-sign-in" },
    opened: { state: true },
    menuOpen: { state: true },
    erasing: { state: true },
    detailing: { state: true },
    emailWrong: { state: true },
    draft: { state: true },
    behind: { state: true },
    unread: { state: true },
  };

  /** The desk's address; the page's own where it is empty. */
  declare server: string | null;
  declare topic: string | null;
  declare token: string | null;
  declare pageLanguage: string | null;
  declare inline: boolean;
  declare canSignIn: boolean;
  declare opened: boolean;
  declare menuOpen: boolean;
  declare erasing: boolean;
  declare detailing: boolean;
  declare emailWrong: boolean;
  declare draft: string;
  declare behind: boolean;
  declare unread: number;

  conversation!: Conversation;
  email = "";
  note = "";
  #keeper!: Keeper;
  #begun = false;
  #follow = true;
  #release: (() => void) | null = null;
  readonly #small = window.matchMedia(SMALL);
  readonly #announcer = new Announcer(() => this.requestUpdate());

  constructor() {
    super();
    this.server = this.topic = this.token = this.pageLanguage = null;
    this.inline = this.canSignIn = this.opened = this.menuOpen = false;
    this.erasing = this.detailing = this.emailWrong = this.behind = false;
    this.draft = "";
    this.unread = 0;
  }

  // --- what the page may call ------------------------------------------------------------------

  /** Opens the chat and puts the focus into its field. */
  async open(): Promise<void> {
    if (!this.inline && !this.opened) {
      this.opened = true;
      this.unread = 0;
      this.#keeper.keep({ open: true });
      this.#begin();
      await this.updateComplete;
      this.#showDialog();
      this.#toNewest();
    }
    this.#input?.focus();
  }

  /** Closes the chat to its button, which gets the focus. */
  async close(): Promise<void> {
    if (this.inline || !this.opened) return;
    this.#hide();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".opener")?.focus();
  }

  /** Leaves the conversation and begins another; call it when a customer signs out. */
  async startAgain(): Promise<void> {
    await this.conversation.startAgain();
  }

  // --- life ------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback();
    this.#keeper ??= new Keeper(this.#server);
    const { draft = "", email = "", note = "", open, id, messages } = this.#keeper.value;
    Object.assign(this, { draft, email, note });
    this.conversation ??= this.#newConversation();
    // Where the chat covers the whole window it never opens by itself.
    this.opened = Boolean(open) && !this.inline && !this.#small.matches;
    this.#small.addEventListener("change", this.#onResize);
    document.addEventListener("visibilitychange", this.#onVisible);
    if (this.inline || this.opened || id || messages?.length) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#small.removeEventListener("change", this.#onResize);
    document.removeEventListener("visibilitychange", this.#onVisible);
    this.#release?.();
    this.conversation.close();
    this.#begun = false;
  }

  override firstUpdated(): void {
    if (this.opened) this.#showDialog();
    this.#toNewest();
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("token")) void this.conversation.signIn(this.token);
    if (changed.has("pageLanguage")) this.#followPage();
    if (this.#follow) this.#toNewest();
  }

  #newConversation(): Conversation {
    const language = isLanguage(this.pageLanguage) ? this.pageLanguage : guessLanguage(this);
    return new Conversation(
      this.#server,
      this.#keeper,
      { language, topic: this.topic, token: this.token },
      {
        changed: () => this.requestUpdate(),
        arrived: (message) => this.#onArrived(message),
        told: (key) => this.#announcer.say(this.say(key), this.language),
        returned: (text) => {
          if (!this.draft) this.#keepDraft(text);
        },
      },
    );
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.conversation.open().then(() => this.#followPage());
  }

  /** The visitor has gone to a page in the other language, and the conversation goes along. */
  #followPage(): void {
    const wanted = this.pageLanguage;
    if (!isLanguage(wanted) || !this.conversation.ready) return;
    const before = this.#keeper.value.pageLanguage;
    this.#keeper.keep({ pageLanguage: wanted });
    if (before && before !== wanted && wanted !== this.language) void this.conversation.speak(wanted);
  }

  get #server(): string {
    return (this.server ?? "").replace(/\/+$/, "");
  }

  get language(): Language {
    return this.conversation.language;
  }

  get say(): Say {
    return speaker(this.language);
  }

  get masked(): Record<number, Kind[]> {
    return this.#keeper.value.masked ?? {};
  }

  get feedbackAt(): number {
    return this.#keeper.value.feedbackAt ?? 0;
  }

  get offersSignIn(): boolean {
    return this.canSignIn && !this.conversation.isSignedIn;
  }

  get #input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("#input");
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector(".log");
  }

  // --- opening and closing ---------------------------------------------------------------------

  #showDialog(): void {
    const dialog = this.#dialog;
    if (!dialog || dialog.open) return;
    if (this.#small.matches) dialog.showModal();
    else {
      // show() would move the focus, also when a page is merely loaded again.
      dialog.open = true;
      this.#release = keepClear(dialog, () => this.#hide());
    }
  }

  #hide(): void {
    this.#dialog?.close();
    this.#release?.();
    this.#release = null;
    this.opened = false;
    this.showMenu(false);
    this.#keeper.keep({ open: false });
  }

  readonly #onResize = (): void => {
    if (!this.opened || this.inline) return;
    this.#dialog?.close();
    this.#release?.();
    this.#release = null;
    this.#showDialog();
  };

  readonly #onVisible = (): void => {
    if (document.visibilityState === "visible") this.conversation.outbox.hurry();
  };

  // --- news ------------------------------------------------------------------------------------

  #onArrived(message: Message): void {
    if (message.author === "customer") return;
    this.#announcer.message(message);
    if (!this.inline && !this.opened) this.unread += 1;
  }

  readonly onScroll = (): void => {
    const log = this.#log!;
    this.#follow = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END || this.#showsNewest(log);
    this.behind = !this.#follow;
  };

  readonly onNewest = (): void => {
    this.#follow = true;
    this.behind = false;
    this.#toNewest();
    this.#input?.focus();
  };

  /** A long answer is read from its start. */
  #showsNewest(log: HTMLElement): boolean {
    const newest = [...log.querySelectorAll(".message")].at(-1);
    return !newest || newest.getBoundingClientRect().top < log.getBoundingClientRect().bottom - NEAR_END;
  }

  #toNewest(): void {
    const log = this.#log;
    if (!log) return;
    const messages = [...log.querySelectorAll<HTMLElement>(".message")];
    // What this is stands above the greeting and is read first.
    const start = messages.length > 1 ? messages.at(-1)!.offsetTop - log.offsetTop - 8 : 0;
    log.scrollTop = Math.min(start, log.scrollHeight - log.clientHeight);
  }

  // --- what the customer does ------------------------------------------------------------------

  readonly onInput = (event: Event): void => {
    const before = mask(this.draft).kinds.length;
    this.#keepDraft((event.target as HTMLTextAreaElement).value);
    if (!before && mask(this.draft).kinds.length) this.#announcer.say(this.say("will_mask"), this.language);
  };

  readonly onInputKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  };

  readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    this.#send();
    this.#input?.focus();
  };

  readonly onChoose = (choice: Choice): void => {
    this.#follow = true;
    this.conversation.choose(choice);
    this.#input?.focus();
  };

  readonly onNotMeant = (): void => {
    this.conversation.say(this.say("not_meant"));
    this.#input?.focus();
  };

  readonly onFeedback = async (solved: boolean): Promise<void> => {
    this.#input?.focus();
    await this.conversation.feedback(solved);
  };

  readonly onPerson = (): void => {
    const { status } = this.conversation;
    // Passed on at once; what the person may know besides can follow.
    if (status !== "waiting" && status !== "agent") this.conversation.askPerson();
    this.showDetails(true);
  };

  readonly onDetailsInput = (event: Event): void => {
    const { name, value } = event.target as HTMLInputElement;
    if (name === "email") this.email = value;
    else this.note = value;
    this.#keeper.keep({ email: this.email, note: mask(this.note).text });
  };

  readonly onDetails = (event: Event): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>("#email")!;
    this.emailWrong = !field.validity.valid;
    if (this.emailWrong) return field.focus();
    if (this.email || this.note) this.conversation.askPerson({ email: this.email, note: this.note });
    // What was typed as a message and is now passed on as a note is not typed twice.
    if (this.note && this.note === this.draft) this.#keepDraft("");
    this.note = "";
    this.#keeper.keep({ note: "" });
    this.showDetails(false);
  };

  readonly onSignIn = (): void => {
    this.showMenu(false);
    this.#tellPage("balie-sign-in");
  };

  readonly onLanguage = (language: Language): void => {
    void this.conversation.speak(language);
    this.#tellPage("balie-language", { language });
  };

  readonly onCopy = async (): Promise<void> => {
    await this.#withTranscript(async (text) => {
      await navigator.clipboard.writeText(text);
      this.#tell("copied");
    });
  };

  readonly onDownload = async (): Promise<void> => {
    await this.#withTranscript((text) => {
      const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      const link = document.createElement("a");
      Object.assign(link, { href: address, download: this.say("file") }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    });
  };

  readonly onStartAgain = (): void => {
    this.#leaveMenu();
    void this.conversation.startAgain();
  };

  readonly onEraseAsked = async (): Promise<void> => {
    this.erasing = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".menu .danger")?.focus();
  };

  readonly onErase = async (): Promise<void> => {
    this.#leaveMenu();
    this.#keepDraft("");
    if (await this.conversation.erase()) this.#tell("erased");
  };

  showMenu(shown: boolean): void {
    this.menuOpen = shown;
    this.erasing = false;
  }

  showDetails(shown: boolean): void {
    this.detailing = shown;
    this.emailWrong = false;
    if (shown) this.note ||= this.draft;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(shown ? "#note" : "#input")?.focus(),
    );
  }

  /** Escape leads back to the field, and from there out of the chat. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const atInput = this.shadowRoot!.activeElement === this.#input && !this.menuOpen;
    this.showMenu(false);
    if (this.detailing) this.showDetails(false);
    else if (atInput) void this.close();
    else this.#input?.focus();
  };

  #send(): void {
    if (!this.draft.trim()) return;
    this.#follow = true;
    this.conversation.say(this.draft);
    this.#keepDraft("");
  }

  #keepDraft(draft: string): void {
    this.draft = draft;
    this.#keeper.keep({ draft: mask(draft).text });
  }

  #leaveMenu(): void {
    this.showMenu(false);
    this.#input?.focus();
  }

  async #withTranscript(use: (text: string) => void | Promise<void>): Promise<void> {
    this.#leaveMenu();
    try {
      await use(await this.conversation.transcript());
    } catch {
      this.#tell("failed");
    }
  }

  /** Shows and says something of the widget's own. */
  #tell(key: string): void {
    this.conversation.notice = key;
    this.#announcer.say(this.say(key), this.language);
  }

  #tellPage(name: string, detail: object = {}): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  // --- what it looks like ----------------------------------------------------------------------

  override render(): TemplateResult {
    const hears = this.inline || this.opened;
    if (this.inline) {
      return html`<section class="panel" lang=${this.language} aria-label=${this.say("panel")} @keydown=${this.#onKey}>
        ${this.#panel(true)}
      </section>`;
    }
    return html`${this.#opener()}
      <div lang=${this.language}>${this.#announcer.region(!hears)}</div>
      <dialog class="panel" lang=${this.language} aria-label=${this.say("panel")} @keydown=${this.#onKey}>
        ${this.#panel(hears)}
      </dialog>`;
  }

  #opener(): TemplateResult {
    const { say, unread } = this;
    const news = unread === 1 ? say("unread_one") : say("unread", { count: unread });
    return html`<button
      type="button"
      class="opener"
      lang=${this.language}
      aria-expanded=${String(this.opened)}
      ?hidden=${this.opened}
      @click=${() => this.open()}
    >
      ${icons.chat}<span>${say("open")}</span>
      ${unread
        ? html`<span class="badge" aria-hidden="true">${unread}</span><span class="unseen">, ${news}</span>`
        : nothing}
    </button>`;
  }

  #panel(hears: boolean): TemplateResult {
    const { conversation, say } = this;
    return html`${head(this)} ${standing(this)} ${log(this)} ${this.#announcer.region(hears)}
      <div class="foot">
        ${conversation.offline ? html`<p class="notice">${say("offline")}</p>` : nothing}
        ${conversation.notice ? html`<p class="notice">${say(conversation.notice)}</p>` : nothing}
        <p class="error" role="alert" ?hidden=${!conversation.error}>${conversation.error}</p>
        ${this.detailing ? details(this) : html`${composer(this)} ${reach(this)}`}
      </div>`;
  }
}
