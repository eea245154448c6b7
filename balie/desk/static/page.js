// The help page: shows what the desk stores and sends what people say. Text only ever becomes text.

const body = document.body;
const texts = JSON.parse(body.dataset.texts);
const api = `${body.dataset.root}/api/v1`;
const language = document.documentElement.lang;
const KEPT = "balie.conversation";

const element = (id) => document.getElementById(id);
const log = element("log");
const input = element("text");
const desk = document.querySelector(".desk");

let conversation = null; // {id, token, language}
let lastSeq = 0;
let hasAsked = false;
let loading = true;
let stream = null;

// --- talking to the desk -----------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, title) {
    super(title);
    this.status = status;
  }
}

async function call(method, path, content, headers = {}) {
  const response = await fetch(api + path, {
    method,
    headers: {
      "Accept-Language": language,
      ...(content === undefined ? {} : { "Content-Type": "application/json" }),
      ...(conversation ? { Authorization: `Bearer ${conversation.token}` } : {}),
      ...headers,
    },
    body: content === undefined ? undefined : JSON.stringify(content),
    cache: "no-store",
    referrerPolicy: "no-referrer",
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem.title ?? texts.failed);
}

const inConversation = (method, path, content, headers) =>
  call(method, `/conversations/${conversation.id}${path}`, content, headers);

const isGone = (error) => error instanceof Refusal && [401, 403, 404].includes(error.status);

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- beginning and coming back -----------------------------------------------------------------

async function begin() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) {
    conversation = JSON.parse(kept);
    try {
      await catchUp();
      return ready();
    } catch (error) {
      if (!isGone(error)) return fail(error);
      forget();
    }
  }
  return startNew();
}

async function startNew() {
  try {
    const topic = body.dataset.topic || null;
    const started = await (await call("POST", "/conversations", { language, topic })).json();
    conversation = { id: started.id, token: started.token, language: started.language };
    sessionStorage.setItem(KEPT, JSON.stringify(conversation));
    started.messages.forEach(show);
    ready();
  } catch (error) {
    fail(error);
  }
}

function forget() {
  stream?.abort();
  sessionStorage.removeItem(KEPT);
  conversation = null;
  lastSeq = 0;
  hasAsked = false;
  loading = true;
  keys.clear();
  log.replaceChildren();
}

function ready() {
  loading = false;
  if (element("demo")) element("demo").hidden = false;
  listen();
  toEnd();
}

// --- the stream of messages --------------------------------------------------------------------

async function catchUp() {
  const found = await (await inConversation("GET", `/messages?after=${lastSeq}`)).json();
  found.messages.forEach(show);
}

async function listen() {
  const mine = new AbortController();
  stream = mine;
  let pause = 500;
  while (!mine.signal.aborted) {
    try {
      await readStream(mine.signal);
      pause = 500;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (isGone(error)) return fail(error);
      if (pause > 1000) complain(texts.connection_lost);
    }
    await new Promise((resume) => setTimeout(resume, pause));
    pause = Math.min(pause * 2, 10000);
  }
}

async function readStream(signal) {
  const response = await fetch(`${api}/conversations/${conversation.id}/events`, {
    headers: {
      Authorization: `Bearer ${conversation.token}`,
      "Accept-Language": language,
      "Last-Event-ID": String(lastSeq),
    },
    cache: "no-store",
    signal,
  });
  if (!response.ok) throw new Refusal(response.status, texts.failed);
  if (element("error").textContent === texts.connection_lost) complain("");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value.replaceAll("\r", "");
    const events = waiting.split("\n\n");
    waiting = events.pop();
    events.forEach(receive);
  }
}

function receive(event) {
  const lines = event.split("\n");
  const field = (name) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
      .join("\n");
  if (field("event") === "message") show(JSON.parse(field("data")));
}

// --- showing messages --------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function show(message) {
  if (message.seq <= lastSeq) return;
  lastSeq = message.seq;
  if (message.author === "assistant" || message.author === "customer") retireChoices(message);
  if (message.author === "customer") hasAsked = true;
  const bubble = make("div", { class: "bubble" });
  if (message.step) bubble.append(make("h2", { class: "step", lang: language }, stepName(message.step)));
  for (const paragraph of message.text.split(/\n{2,}/)) bubble.append(make("p", {}, ...formatted(paragraph)));
  const links = message.links.map(safeLink).filter(Boolean);
  if (links.length) bubble.append(make("ul", { class: "links" }, ...links));
  if (message.buttons.length) bubble.append(choices(message.buttons));
  log.append(
    make(
      "article",
      { class: `message ${message.author}${message.step ? " guide" : ""}`, lang: message.language },
      make("p", { class: "author", lang: language }, texts[`author_${message.author}`]),
      bubble,
    ),
  );
  if (!loading) {
    if (message.author !== "customer") announce(message);
    toEnd();
  }
}

// **bold** is the only markup; everything else is shown as it was written.
function formatted(text) {
  return text
    .split(/\*\*(.+?)\*\*/s)
    .map((part, index) => (index % 2 ? make("strong", {}, part) : document.createTextNode(part)));
}

function safeLink(link) {
  let url;
  try {
    url = new URL(link.url);
  } catch {
    return null;
  }
  if (!["https:", "mailto:", "tel:"].includes(url.protocol)) return null;
  const anchor = make("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, link.title);
  return make("li", {}, anchor);
}

const stepName = ({ number, of }) =>
  texts.step.replace("{number}", String(number)).replace("{of}", String(of));

function choices(buttons) {
  const list = make("ul", { class: "choices", "aria-label": texts.choices });
  for (const { id, title } of buttons) {
    const button = make("button", { type: "button", "data-choice": id }, title);
    button.addEventListener("click", () => choose(button));
    list.append(make("li", {}, button));
  }
  return list;
}

const openChoices = () => log.querySelectorAll('button[data-choice]:not([aria-disabled="true"])');

// Used buttons stay readable; the one that was chosen says so.
function retireChoices(message) {
  const open = [...openChoices()];
  const byCustomer = message.author === "customer";
  const chosen = byCustomer ? open.find((button) => button.textContent === message.text) : null;
  if (byCustomer && !chosen) return; // typed: the buttons stay until the answer comes
  for (const button of open) retire(button, button === chosen);
}

function retire(button, chosen) {
  button.setAttribute("aria-disabled", "true");
  if (!chosen) return;
  button.classList.add("chosen");
  button.append(make("span", { class: "hidden" }, ` (${texts.chosen})`));
}

function restore(button) {
  button.removeAttribute("aria-disabled");
  button.classList.remove("chosen");
  button.querySelector("span")?.remove();
}

function announce(message) {
  const spoken = [
    texts[`author_${message.author}`],
    message.step ? stepName(message.step) : "",
    message.text.replaceAll("**", ""),
    ...message.links.map((link) => link.title),
    ...message.buttons.map((button) => button.title),
  ];
  const line = make("p", { lang: message.language }, spoken.filter(Boolean).join(". "));
  element("announcer").append(line);
  setTimeout(() => line.remove(), 10000);
}

function toEnd() {
  const last = log.lastElementChild;
  if (!last) return;
  // The start of a long answer matters more than its end.
  const room = window.innerHeight - desk.offsetHeight;
  last.scrollIntoView({ block: last.offsetHeight > room ? "start" : "end" });
}

// What is scrolled to or focused must not end up below the bar that stays at the bottom.
new ResizeObserver(() => {
  const covered = getComputedStyle(desk).position === "sticky" ? desk.offsetHeight : 0;
  document.documentElement.style.scrollPaddingBlockEnd = `${covered + 16}px`;
}).observe(desk);

// --- saying something --------------------------------------------------------------------------

function complain(text) {
  element("error").textContent = text;
  element("error").hidden = !text;
}

function fail(error) {
  complain(error instanceof Refusal ? error.message : texts.failed);
  if (isGone(error)) forget();
}

// The same words again after a lost connection are the same message: it is never stored twice.
const keys = new Map();

// What became of it: "sent", "refused" by the desk, or "lost" on the way.
async function send(content, whenLost) {
  if (!conversation) await startNew();
  if (!conversation) return "lost";
  const words = JSON.stringify(content);
  if (!keys.has(words)) keys.set(words, newKey());
  complain("");
  busy(true);
  try {
    await inConversation("POST", "/messages", content, { "Idempotency-Key": keys.get(words) });
    keys.delete(words);
    await catchUp();
    return "sent";
  } catch (error) {
    if (!(error instanceof Refusal)) {
      complain(whenLost);
      return "lost";
    }
    keys.delete(words);
    fail(error);
    return "refused";
  } finally {
    busy(false);
  }
}

let working = 0;
function busy(begins) {
  working += begins ? 1 : -1;
  element("waiting").hidden = working === 0;
}

async function sendText() {
  const text = input.value.trim();
  if (!text) return complain("");
  input.value = "";
  if ((await send({ text }, texts.not_sent)) !== "sent" && !input.value) input.value = text;
}

async function choose(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const open = [...openChoices()];
  for (const each of open) retire(each, each === button);
  input.focus();
  if ((await send({ choice: button.dataset.choice }, texts.failed)) === "lost") open.forEach(restore);
}

element("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});

// --- a person ----------------------------------------------------------------------------------

function showHandoff(shown) {
  element("handoff").hidden = !shown;
  element("compose").hidden = shown;
  element("person").setAttribute("aria-expanded", String(shown));
  (shown ? element("email") : element("person")).focus();
}

let handoffKey = null;
element("person").addEventListener("click", () => showHandoff(element("handoff").hidden));
element("handoff-cancel").addEventListener("click", () => showHandoff(false));
element("handoff").addEventListener("submit", async (event) => {
  event.preventDefault();
  const content = { email: element("email").value || null, note: element("note").value || null };
  handoffKey ??= newKey();
  complain("");
  try {
    if (!conversation) await startNew();
    await inConversation("POST", "/handoff", content, { "Idempotency-Key": handoffKey });
    handoffKey = null;
    showHandoff(false);
    input.focus();
    await catchUp();
  } catch (error) {
    if (error instanceof Refusal) handoffKey = null;
    fail(error);
  }
});

// --- the conversation itself -------------------------------------------------------------------

function onClick(id, action) {
  element(id).addEventListener("click", async () => {
    element("more").open = false;
    complain("");
    try {
      await action();
    } catch (error) {
      fail(error);
    }
  });
}

for (const button of document.querySelectorAll("[data-solved]")) {
  button.addEventListener("click", async () => {
    element("more").open = false;
    try {
      await inConversation("POST", "/feedback", { solved: button.dataset.solved === "yes" });
      await catchUp();
    } catch (error) {
      fail(error);
    }
  });
}

onClick("transcript", async () => {
  const text = await (await inConversation("GET", "/transcript")).blob();
  const address = URL.createObjectURL(text);
  make("a", { href: address, download: texts.transcript_file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
});

onClick("restart", async () => {
  forget();
  await startNew();
  input.focus();
});

onClick("erase", async () => {
  if (!window.confirm(texts.erase_sure)) return;
  await inConversation("DELETE", "");
  forget();
  await startNew();
  input.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (element("more").open) {
    element("more").open = false;
    element("more").querySelector("summary").focus();
  } else if (!element("handoff").hidden) showHandoff(false);
  else input.focus();
});

// The conversation goes on in the language that is switched to; an untouched one begins anew.
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", async (event) => {
    if (!conversation) return;
    event.preventDefault();
    try {
      if (hasAsked) await inConversation("PUT", "/language", { language: link.dataset.language });
      else {
        await inConversation("DELETE", "");
        forget();
      }
    } finally {
      window.location.assign(link.href);
    }
  });
}

element("demo")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const customer = element("demo-customer").value;
  complain("");
  try {
    if (!customer) {
      forget();
      return await startNew();
    }
    const { customer_token } = await (await call("POST", "/demo/token", { customer })).json();
    try {
      await inConversation("PUT", "/customer", { customer_token });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 409) throw error;
      // A conversation belongs to one customer for good: another one gets another conversation.
      forget();
      await startNew();
      const again = await (await call("POST", "/demo/token", { customer })).json();
      await inConversation("PUT", "/customer", again);
    }
    await catchUp();
    input.focus();
  } catch (error) {
    fail(error);
  }
});

begin();
