// The bar on top: what this is, its language, what can be done with the conversation.

import { html, nothing, type TemplateResult } from "lit";
import type { BalieChat } from "../balie-chat";
import * as icons from "../icons";
import { otherLanguage } from "../texts";

export function head(chat: BalieChat): TemplateResult {
  const { say, language } = chat;
  const other = otherLanguage(language);
  return html`<div class="head">
    <div class="who">
      <h2>${say("name")}</h2>
      <p>${say("program")}</p>
    </div>
    <button type="button" class="bare language" lang=${other} @click=${() => chat.onLanguage(other)}>
      ${say("other_language")}
    </button>
    <button
      type="button"
      class="bare square"
      id="menu-button"
      aria-label=${say("menu")}
      aria-expanded=${String(chat.menuOpen)}
      @click=${() => chat.showMenu(!chat.menuOpen)}
    >
      ${icons.more}
    </button>
    ${chat.inline
      ? nothing
      : html`<button type="button" class="bare square minimize" aria-label=${say("minimize")} @click=${() => chat.close()}>
          ${icons.close}
        </button>`}
    ${chat.menuOpen ? menu(chat) : nothing}
  </div>`;
}

function menu(chat: BalieChat): TemplateResult {
  const { say } = chat;
  if (chat.erasing) {
    return html`<div class="menu" role="group" aria-labelledby="sure">
      <p id="sure">${say("erase_sure")}</p>
      <button type="button" class="danger" @click=${chat.onErase}>${say("erase_yes")}</button>
      <button type="button" class="quiet" @click=${() => chat.showMenu(false)}>${say("cancel")}</button>
    </div>`;
  }
  const item = (key: string, action: () => void, kind = "") =>
    html`<li><button type="button" class="bare ${kind}" @click=${action}>${say(key)}</button></li>`;
  return html`<ul class="menu" aria-label=${say("menu")}>
    ${chat.offersSignIn ? item("sign_in", chat.onSignIn) : nothing}
    ${item("copy", chat.onCopy)} ${item("download", chat.onDownload)}
    ${item("start_again", chat.onStartAgain)} ${item("erase", chat.onEraseAsked, "danger")}
  </ul>`;
}

/** Who deals with the conversation, where that is a person. */
export function standing(chat: BalieChat): TemplateResult | typeof nothing {
  const { say, conversation } = chat;
  const { status, ticket } = conversation;
  const key =
    status === "closed"
      ? "conversation_closed"
      : status !== "bot"
        ? `ticket_${status}`
        : ticket?.state === "closed"
          ? "ticket_closed"
          : "";
  if (!key) return nothing;
  return html`<div class="standing">
    <p>
      <strong>${say(key)}</strong>
      ${ticket ? html`<span class="reference">${say("ticket_reference", { reference: ticket.reference })}</span>` : nothing}
    </p>
    ${ticket?.email ? html`<p>${say("ticket_mail", { email: ticket.email })}</p>` : nothing}
  </div>`;
}
