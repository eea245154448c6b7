// Says each new message once, in plain text and in order, through a live region that is there from
// the start. Nothing that was there before a reload is said again.

import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Message } from "./api";
import { plainText } from "./rich-text";
import { speaker, type Language } from "./texts";

interface Line {
  id: number;
  language: Language;
  text: string;
}

const SECONDS_KEPT = 10;

export class Announcer {
  #lines: Line[] = [];
  #next = 0;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  say(text: string, language: Language): void {
    const line = { id: (this.#next += 1), language, text };
    this.#lines = [...this.#lines, line];
    this.#changed();
    setTimeout(() => {
      this.#lines = this.#lines.filter((each) => each !== line);
      this.#changed();
    }, 1000 * SECONDS_KEPT);
  }

  message(message: Message): void {
    const say = speaker(message.language);
    const parts = [
      say(`author_${message.author}`),
      message.step && say("step", { number: message.step.number, of: message.step.of }),
      plainText(message.text),
      ...message.links.map((link) => link.title),
      ...message.buttons.map((button) => button.title),
    ];
    this.say(parts.filter(Boolean).join(". "), message.language);
  }

  /** The live region; `active` where this is the one that can be heard now. */
  region(active: boolean): TemplateResult {
    const lines = active ? this.#lines : [];
    return html`<div class="unseen" aria-live="polite" data-announcer>
      ${repeat(
        lines,
        (line) => line.id,
        (line) => html`<p lang=${line.language}>${line.text}</p>`,
      )}
    </div>`;
  }
}
