// The widget's own texts; they stand in data/conversation/widget.yml.

import texts from "balie:texts";

export type Language = keyof typeof texts;

/** A text of the widget in one language, with {name} filled in. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

export const isLanguage = (code: string | null | undefined): code is Language =>
  code === "nl" || code === "en";

export const otherLanguage = (language: Language): Language => (language === "nl" ? "en" : "nl");

/** Looks texts up in this language. */
export const speaker =
  (language: Language): Say =>
  (key, values = {}) =>
    texts[language][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** The page's language where it is ours, else the browser's, else English. */
export function guessLanguage(near: Element): Language {
  const page = near.closest("[lang]")?.getAttribute("lang") ?? "";
  const wanted = [page, ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}
