// Defines <balie-chat>, and puts one into the page where the script tag asks for it:
// <script src="https://help.example.com/static/balie-chat.js" data-chat data-language="nl"></script>

import { BalieChat } from "./balie-chat";

const script = document.currentScript as HTMLScriptElement | null;

if (!customElements.get("balie-chat")) customElements.define("balie-chat", BalieChat);

function embed(options: DOMStringMap, source: string): void {
  const chat = document.createElement("balie-chat");
  chat.setAttribute("server", options.server ?? source.replace(/\/static\/[^/]*$/, ""));
  for (const name of ["language", "topic", "token"]) {
    const value = options[name];
    if (value) chat.setAttribute(name, value);
  }
  if ("canSignIn" in options) chat.setAttribute("can-sign-in", "");
  document.body.append(chat);
}

if (script && "chat" in script.dataset) {
  const { dataset, src } = script;
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => embed(dataset, src));
  } else embed(dataset, src);
}
