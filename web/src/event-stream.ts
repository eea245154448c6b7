// Server-sent events over fetch: EventSource cannot send the Authorization header.

import { Refusal } from "./api";
import { backoff, pause } from "./wait";

// The desk sends a comment every 15 seconds; silence means that the connection is dead.
const SILENCE = 40_000;

interface Listener {
  /** Opens the stream from where the listener stands. */
  open: (signal: AbortSignal) => Promise<Response>;
  event: (kind: string, data: unknown) => void;
  connected: () => void;
  lost: () => void;
  gone: () => void;
}

/** Keeps a stream open, for ever, until the signal says stop or the conversation is gone. */
export async function listen(listener: Listener, stop: AbortSignal): Promise<void> {
  let waits = backoff();
  while (!stop.aborted) {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    stop.addEventListener("abort", end);
    window.addEventListener("offline", end);
    try {
      const response = await listener.open(attempt.signal);
      listener.connected();
      waits = backoff();
      await read(response, listener, attempt);
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof Refusal && error.isGone) return listener.gone();
      listener.lost();
    } finally {
      stop.removeEventListener("abort", end);
      window.removeEventListener("offline", end);
      attempt.abort();
    }
    await pause(waits.next().value, stop);
  }
}

async function read(response: Response, listener: Listener, attempt: AbortController) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const silence = setTimeout(() => attempt.abort(), SILENCE);
    const { value, done } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    waiting += value.replaceAll("\r", "");
    const events = waiting.split("\n\n");
    waiting = events.pop()!;
    for (const event of events) receive(event, listener);
  }
}

function receive(event: string, listener: Listener) {
  const field = (name: string) =>
    event
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
      .join("\n");
  const data = field("data");
  if (data) listener.event(field("event"), JSON.parse(data));
}
