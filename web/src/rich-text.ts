// **bold** is the only markup; everything else is shown as it was written, as text nodes.

import { html, type TemplateResult } from "lit";

export function richText(text: string): (string | TemplateResult)[] {
  return text
    .split(/\*\*(.+?)\*\*/s)
    .map((part, index) => (index % 2 ? html`<strong>${part}</strong>` : part));
}

export const plainText = (text: string): string => text.replaceAll("**", "");
