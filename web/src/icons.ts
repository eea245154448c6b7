import { svg, html, type SVGTemplateResult, type TemplateResult } from "lit";

const icon = (path: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const chat = icon(svg`<path d="M4 5h16v11H9l-5 4z" />`);
export const close = icon(svg`<path d="M6 6l12 12M18 6L6 18" />`);
export const more = icon(svg`<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3.5" />`);
export const person = icon(svg`<circle cx="12" cy="8" r="4" /><path d="M4 21a8 8 0 0 1 16 0" />`);
export const send = icon(svg`<path d="M12 20V4M5 11l7-7 7 7" />`);
export const down = icon(svg`<path d="M12 4v16M5 13l7 7 7-7" />`);
export const out = icon(svg`<path d="M9 5H5v14h14v-4M13 4h7v7M20 4l-9 9" />`);
export const check = icon(svg`<path d="M5 13l5 5 9-11" />`);
