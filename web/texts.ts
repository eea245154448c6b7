// Reads the widget's texts from the project's YAML, one object a language, for the build.

import { readFileSync } from "node:fs";
import { parse } from "yaml";

type Texts = Record<string, Record<string, string>>;

/** The module that holds every text: `export default {nl: {...}, en: {...}}`. */
export function textsModule(file: string): string {
  // "failsafe": every value is text as it was typed.
  const written = parse(readFileSync(file, "utf8"), { schema: "failsafe" }) as Texts;
  const byLanguage: Texts = { nl: {}, en: {} };
  for (const [key, text] of Object.entries(written)) {
    for (const language of Object.keys(byLanguage)) {
      if (!text[language]) throw new Error(`${file}: ${key} has no text in ${language}`);
      byLanguage[language][key] = text[language];
    }
  }
  return `export default ${JSON.stringify(byLanguage)};`;
}
