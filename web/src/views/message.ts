// How a message looks, whether the desk has it already or not yet.

import { html, nothing, type TemplateResult } from "lit";
import type { Choice, Link, Message, Step } from "../api";
import * as icons from "../icons";
import { safeUrl } from "../links";
import type { Kind } from "../masking";
import type { Outgoing } from "../outbox";
import { richText } from "../rich-text";
import type { Language, Say } from "../texts";

export interface Look {
  say: Say;
  language: Language;
  masked: Record<number, Kind[]>;
  /** Whether this button of the message can be used, was chosen, or neither. */
  stateOf: (message: Message, choice: Choice) => "open" | "chosen" | "closed";
  choose: (choice: Choice) => void;
}

export function messageView(message: Message, look: Look): TemplateResult {
  const { author, language, step } = message;
  return html`<article class="message ${author} ${step ? "guide" : ""}" lang=${language} data-seq=${message.seq}>
    <p class="author" lang=${look.language}>
      ${look.say(`author_${author}`)} <time datetime=${message.at}>${clock(message.at, look.language)}</time>
    </p>
    <div class="bubble">
      ${step ? progress(step, look) : nothing}
      ${paragraphs(message.text, author !== "customer")}
      ${linkList(message.links, look)} ${choiceList(message, look)}
    </div>
    ${maskedNotes(look.masked[message.seq], look)}
  </article>`;
}

/** What the customer has said and the desk has not stored yet. */
export function outgoingView(item: Outgoing, look: Look): TemplateResult {
  return html`<article class="message customer outgoing" lang=${item.language}>
    <p class="author" lang=${look.language}>${look.say("author_customer")}</p>
    <div class="bubble">${paragraphs(item.text, false)}</div>
    ${maskedNotes(item.kinds, look)}
    <p class="fate" lang=${look.language}>${look.say(item.held ? "kept_for_later" : "sending")}</p>
  </article>`;
}

function paragraphs(text: string, rich: boolean): TemplateResult[] {
  return text
    .split(/\n{2,}/)
    .map((part) => html`<p class="text" dir="auto">${rich ? richText(part) : part}</p>`);
}

function progress({ number, of }: Step, { say, language }: Look): TemplateResult {
  const marks = Array.from({ length: Math.min(of, 20) }, (_, index) => index < number);
  return html`<h3 class="step" lang=${language}>${say("step", { number, of })}</h3>
    <div class="track" aria-hidden="true">
      ${marks.map((done) => html`<span class=${done ? "done" : ""}></span>`)}
    </div>`;
}

function linkList(links: Link[], look: Look): TemplateResult | typeof nothing {
  const shown = links.flatMap(({ title, url }) => {
    const safe = safeUrl(url);
    return safe ? [{ title, url: safe }] : [];
  });
  if (!shown.length) return nothing;
  return html`<ul class="links" aria-label=${look.say("links")}>
    ${shown.map(({ title, url }) => html`<li>${linkView(title, url, look)}</li>`)}
  </ul>`;
}

function linkView(title: string, url: URL, { say, language }: Look): TemplateResult {
  if (url.protocol !== "https:") {
    return html`<a href=${url.href} rel="noopener noreferrer">${title}</a>`;
  }
  return html`<a href=${url.href} rel="noopener noreferrer" target="_blank"
    >${title}${icons.out}<span class="unseen" lang=${language}> (${say("new_window")})</span></a
  >`;
}

function choiceList(message: Message, look: Look): TemplateResult | typeof nothing {
  if (!message.buttons.length) return nothing;
  return html`<ul class="choices" aria-label=${look.say("choices")}>
    ${message.buttons.map((choice) => html`<li>${choiceView(message, choice, look)}</li>`)}
  </ul>`;
}

function choiceView(message: Message, choice: Choice, look: Look): TemplateResult {
  const state = look.stateOf(message, choice);
  return html`<button
    type="button"
    class="choice ${state}"
    aria-disabled=${state === "open" ? nothing : "true"}
    @click=${() => state === "open" && look.choose(choice)}
  >
    ${state === "chosen" ? icons.check : nothing}<span dir="auto">${choice.title}</span>${state === "chosen"
      ? html`<span class="unseen" lang=${look.language}> (${look.say("chosen")})</span>`
      : nothing}
  </button>`;
}

function maskedNotes(kinds: Kind[] | undefined, { say, language }: Look): TemplateResult[] {
  return (kinds ?? []).map((kind) => html`<p class="masked" lang=${language}>${say(`masked_${kind}`)}</p>`);
}

function clock(at: string, language: Language): string {
  return new Date(at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}
