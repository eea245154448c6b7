// The conversation itself.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Choice, Message } from "../api";
import type { BalieChat } from "../balie-chat";
import * as icons from "../icons";
import { richText } from "../rich-text";
import { messageView, outgoingView, type Look } from "./message";

export function log(chat: BalieChat): TemplateResult {
  const { say, conversation } = chat;
  const { messages, outbox } = conversation;
  const look: Look = {
    say,
    language: chat.language,
    masked: chat.masked,
    stateOf: (message, choice) => stateOf(chat, message, choice),
    choose: chat.onChoose,
  };
  const waiting = outbox.items.filter((item) => !item.stored);
  const working = outbox.items.some((item) => item.stored);
  return html`<div class="log" id="log" role="log" aria-live="off" aria-label=${say("log")} tabindex="0" @scroll=${chat.onScroll}>
      <div class="about">
        <p>${richText(say("introduction"))}</p>
        ${conversation.hours ? html`<p>${conversation.hours}</p>` : nothing}
        ${chat.offersSignIn
          ? html`<button type="button" class="small sign-in" @click=${chat.onSignIn}>${say("sign_in")}</button>`
          : nothing}
      </div>
      ${conversation.ready || conversation.offline ? nothing : html`<p class="working">${say("loading")}</p>`}
      ${repeat(
        messages,
        (message) => message.seq,
        (message) => messageView(message, look),
      )}
      ${repeat(
        waiting,
        (item) => item.key,
        (item) => outgoingView(item, look),
      )}
      ${working ? html`<p class="working">${say("working")}</p>` : aftermath(chat)}
    </div>
    ${chat.behind
      ? html`<button type="button" class="newest" @click=${chat.onNewest}>${icons.down}${say("newest")}</button>`
      : nothing}`;
}

/** Below the newest answer: whether it helped, and whether it was what was asked. */
function aftermath(chat: BalieChat): TemplateResult | typeof nothing {
  const { say, conversation } = chat;
  const newest = conversation.messages.at(-1);
  const hasAsked = conversation.messages.some((message) => message.author === "customer");
  const answered = newest?.author === "assistant" && !newest.step && hasAsked;
  if (!answered || conversation.status !== "bot" || conversation.outbox.items.length) return nothing;
  if (newest.seq <= chat.feedbackAt + 1) return nothing;
  return html`<div class="aftermath" role="group" aria-label=${say("solved_question")}>
    <span>${say("solved_question")}</span>
    <button type="button" class="small" @click=${() => chat.onFeedback(true)}>${say("solved_yes")}</button>
    <button type="button" class="small" @click=${() => chat.onFeedback(false)}>${say("solved_no")}</button>
    <button type="button" class="small" @click=${chat.onNotMeant}>${say("not_meant")}</button>
  </div>`;
}

/** The newest assistant message's buttons can be used, once; what was chosen stays readable. */
function stateOf({ conversation }: BalieChat, message: Message, choice: Choice): "open" | "chosen" | "closed" {
  const { messages, outbox } = conversation;
  const after = messages.slice(messages.indexOf(message) + 1);
  const superseded = after.some((later) => later.author === "assistant");
  const titles = message.buttons.map((button) => button.title);
  const pending = outbox.items.find((item) => titles.includes(item.text) && item.after >= message.seq);
  const said = after.find((later) => later.author === "customer" || later.author === "assistant");
  const picked = said?.author === "customer" && titles.includes(said.text) ? said.text : null;
  const pressed = message.buttons.find((button) => conversation.hasChosen(button))?.title;
  const chosen = picked ?? pressed ?? (superseded ? null : (pending?.text ?? null));
  if (chosen === choice.title) return "chosen";
  return chosen !== null || superseded || conversation.status === "closed" ? "closed" : "open";
}
