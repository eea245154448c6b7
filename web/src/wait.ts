// Waiting that an event can cut short.

/** Waits so many milliseconds, or until the connection comes back or the signal says stop. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      resume();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
}

/** How long to wait before each further try: doubling, up to ten seconds. */
export function* backoff(): Generator<number, never> {
  for (let wait = 500; ; wait = Math.min(2 * wait, 10_000)) yield wait * (0.8 + Math.random() / 5);
}
