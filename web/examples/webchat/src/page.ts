// The example page: Web Chat, a way to a person, and a conversation that goes on after a reload.

import * as WebChat from "../node_modules/botframework-webchat/dist/webchat.js";
import type { Kept, Language } from "./desk";
import { DeskLine, renderText } from "./desk-line";
import words from "./words.json";

const LOCALES: Record<Language, string> = { nl: "nl-NL", en: "en-US" };
const KEPT = "balie-webchat";

const parameters = new URLSearchParams(location.search);
const server = parameters.get("server") ?? "http://127.0.0.1:8000";
let language: Language = parameters.get("lang") === "en" ? "en" : "nl";

const line = new DeskLine({
  server,
  language,
  topic: parameters.get("topic") ?? undefined,
  kept: kept(),
  // In the tab only: it ends with the tab, so nobody finds it on a shared computer.
  onBegun: (begun) => sessionStorage.setItem(KEPT, JSON.stringify(begun)),
  onLanguage: (spoken) => {
    language = spoken;
    show();
  },
});

function kept(): Kept | undefined {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? undefined;
}

function show(): void {
  document.documentElement.lang = language;
  person.textContent = words[language].person;
  again.textContent = words[language].again;
  WebChat.renderWebChat(
    {
      directLine: line,
      locale: LOCALES[language],
      renderMarkdown: renderText,
      styleOptions: {
        hideUploadButton: true,
        suggestedActionLayout: "stacked",
        // The line itself tries until the desk has the message, for the five minutes of Web Chat.
        sendTimeout: 300_000,
      },
    },
    document.querySelector("#chat")!,
  );
}

const person = document.querySelector<HTMLButtonElement>("#person")!;
const again = document.querySelector<HTMLButtonElement>("#again")!;
person.addEventListener("click", () => void line.handOff());
again.addEventListener("click", () => {
  sessionStorage.removeItem(KEPT);
  location.reload();
});
show();
