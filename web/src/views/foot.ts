// Where the customer writes, and what is always within reach: a person.

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { BalieChat } from "../balie-chat";
import * as icons from "../icons";
import { mask } from "../masking";
import { LONGEST } from "../limits";

const NEARLY_FULL = 200;

export function composer(chat: BalieChat): TemplateResult {
  const { say, draft } = chat;
  return html`<form class="composer" @submit=${chat.onSubmit}>
    <div class="label">
      <label for="input">${say("input")}</label>
      ${hint(chat)}
    </div>
    <div class="line">
      <textarea
        id="input"
        rows="1"
        maxlength=${LONGEST}
        enterkeyhint="send"
        autocomplete="off"
        aria-describedby="hint"
        .value=${live(draft)}
        @input=${chat.onInput}
        @keydown=${chat.onInputKey}
      ></textarea>
      <button type="submit" class="send" aria-label=${say("send")}>${icons.send}</button>
    </div>
  </form>`;
}

function hint({ say, draft }: BalieChat): TemplateResult {
  const hides = mask(draft).kinds.length > 0;
  const left = LONGEST - draft.length;
  return html`<p id="hint" class="hint ${hides ? "warning" : ""}">
    ${hides ? say("will_mask") : say("input_hint")}
    ${left < NEARLY_FULL ? say("characters_left", { count: left }) : nothing}
  </p>`;
}

export function reach(chat: BalieChat): TemplateResult {
  const { say, conversation } = chat;
  const asked = conversation.status === "waiting" || conversation.status === "agent";
  return html`<div class="reach">
    <button type="button" class="quiet person" @click=${chat.onPerson}>
      ${icons.person}${asked ? say("add_details") : say("person")}
    </button>
  </div>`;
}

/** What a person may know besides; prefilled with all that was written before. */
export function details(chat: BalieChat): TemplateResult {
  const { say, email, note, emailWrong } = chat;
  return html`<form class="details" novalidate @submit=${chat.onDetails} @input=${chat.onDetailsInput}>
    <p>${say("details_explained")}</p>
    <label for="note">${say("note")}</label>
    <textarea id="note" name="note" rows="2" maxlength=${LONGEST} .value=${live(note)}></textarea>
    <label for="email">${say("email")}</label>
    <input
      id="email"
      name="email"
      type="email"
      autocomplete="email"
      maxlength="254"
      aria-invalid=${emailWrong ? "true" : nothing}
      aria-describedby=${emailWrong ? "email-wrong" : nothing}
      .value=${live(email)}
    />
    ${emailWrong ? html`<p id="email-wrong" class="error">${say("email_wrong")}</p>` : nothing}
    <div class="pair">
      <button type="submit">${say("details_send")}</button>
      <button type="button" class="quiet" @click=${() => chat.showDetails(false)}>${say("later")}</button>
    </div>
  </form>`;
}
