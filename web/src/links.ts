// Which addresses people may be sent to. The desk has checked the host already.

const SCHEMES = ["https:", "mailto:", "tel:"];

/** The address where it is one of ours to show, else null. */
export function safeUrl(written: string): URL | null {
  const url = URL.parse(written);
  return url && SCHEMES.includes(url.protocol) ? url : null;
}
