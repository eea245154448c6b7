// The open chat floats above the page and must not hide what has the focus there.

/** Watches the page's focus until the returned function is called: scrolls what the panel covers
 *  out from under it, and gives the panel up (`yieldPlace`) where that is not possible. */
export function keepClear(panel: HTMLElement, yieldPlace: () => void): () => void {
  const onFocus = (event: FocusEvent): void => {
    const focused = event.target;
    if (!(focused instanceof Element) || focused === host(panel) || !covers(panel, focused)) return;
    // Into the part of the window that the panel leaves free, if there is one above it.
    focused.scrollIntoView({ block: "start", behavior: "instant" });
    if (covers(panel, focused)) focused.scrollIntoView({ block: "end", behavior: "instant" });
    if (covers(panel, focused)) yieldPlace();
  };
  document.addEventListener("focusin", onFocus);
  return () => document.removeEventListener("focusin", onFocus);
}

const host = (panel: HTMLElement): Element => (panel.getRootNode() as ShadowRoot).host;

function covers(panel: HTMLElement, other: Element): boolean {
  const [one, two] = [panel.getBoundingClientRect(), other.getBoundingClientRect()];
  return one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom;
}
