// What moves while the page is open. One socket says that something moved, never what: the page fetches it itself.
//
// data-rse-watch="feed.post.12"   this part hears of these (several, or "user": news to the reader, or "*": of all)
// data-rse-on="post.added"        and only of these types; without it, of all
// data-rse-fetch="/…"             and then fetches itself anew: the answer is the same part, under the same id
// data-rse-gone="…"               what is said when the reader may see it no more
import { words } from "./page.js";

const PAUSES = [0.3, 1, 2, 4, 8, 15, 30]; // seconds before each new attempt, made uneven: a thousand pages come back at once
const SILENCE = 60; // seconds: the server says something every 25
const JOIN = 150; // milliseconds in which a burst becomes one fetch
const TRY_LATER = 1000;
const ENDED = 4401;
const REFUSED = 4403;

const status = document.getElementById("live-status");
let socket = null;
let attempts = 0;
let timer = 0;
let heardAt = 0;
let wasOpen = false;
let isOver = false;
let isLate = false;
let watched = "";

const parts = () => [...document.querySelectorAll("[data-rse-watch]")];
const listOf = (element, name) => (element.dataset[name] ?? "").split(/\s+/).filter(Boolean);

// --- The connection

function connect() {
  clearTimeout(timer);
  if (isOver || socket) return;
  const address = new URL("/ws/", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  watched = "";
  socket = new WebSocket(address);
  socket.addEventListener("message", (event) => {
    heardAt = Date.now();
    hear(JSON.parse(event.data));
  });
  socket.addEventListener("close", (event) => lost(event.code), { once: true });
  heardAt = Date.now();
}

function lost(code) {
  socket = null;
  if (code === ENDED) return end();
  const pause = code === REFUSED ? PAUSES[0] : PAUSES[Math.min(attempts, PAUSES.length - 1)];
  attempts += 1;
  if (attempts > 2) say("lost");
  clearTimeout(timer);
  timer = setTimeout(connect, pause * 1000 * (0.5 + Math.random()));
}

function end() {
  isOver = true;
  say("ended");
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = words("live-status", "signIn");
  status?.append(" ", link);
}

function say(what) {
  if (!status) return;
  status.textContent = what ? words("live-status", what) : "";
  status.hidden = !what;
}

function sayWhetherLate() {
  say(isLate ? "late" : "");
}

// A browser does not notice by itself that a connection is dead; a machine that slept finds it so.
setInterval(() => {
  if (socket && Date.now() - heardAt > SILENCE * 1000) socket.close();
}, 5000);
for (const [target, name] of [
  [window, "online"],
  [document, "visibilitychange"],
]) {
  target.addEventListener(name, () => document.hidden || connect());
}
addEventListener("pagehide", () => {
  clearTimeout(timer);
  socket?.close();
});
addEventListener("pageshow", (event) => event.persisted && connect());

// --- What the server says

function hear(message) {
  if (message.type === "hello") {
    const isBack = attempts > 2;
    attempts = 0;
    isLate = message.late;
    if (isBack && !isLate) {
      say("back");
      setTimeout(sayWhetherLate, 3000);
    } else sayWhetherLate();
    watch();
    if (!watched) askAgain({ groups: [], gone: [], recent: [] });
  } else if (message.type === "watching") askAgain(message);
  else if (message.type === "catch_up") catchUp();
  else if (message.type === "late") {
    isLate = message.late;
    sayWhetherLate();
  } else if (message.type === "gone") leave(message.group);
  else if (message.type !== "beat") tell(message);
}

/** Says to the server what the page shows now. */
function watch() {
  const groups = [...new Set(parts().flatMap((part) => listOf(part, "rseWatch")))].filter((name) => name.includes("."));
  const asked = groups.sort().join(" ");
  if (asked === watched || socket?.readyState !== WebSocket.OPEN) return;
  watched = asked;
  socket.send(JSON.stringify({ watch: groups }));
}

/** Fetches what was missed: all of it after a cut, else what moved while the page was being loaded. */
function askAgain({ gone, recent }) {
  gone.forEach(leave);
  if (wasOpen) catchUp();
  else for (const group of recent) for (const part of parts()) if (isFor(part, group)) refresh(part);
  if (!wasOpen && recent.length) document.dispatchEvent(new CustomEvent("rse:catch-up", { detail: { groups: recent } }));
  wasOpen = true;
}

function catchUp() {
  parts().forEach(refresh);
  document.dispatchEvent(new CustomEvent("rse:catch-up", { detail: { groups: null } }));
}

function tell(message) {
  for (const part of parts()) {
    const types = listOf(part, "rseOn");
    if (isFor(part, message.group) && (!types.length || types.includes(message.type))) refresh(part);
  }
  document.dispatchEvent(new CustomEvent("rse:live", { detail: message }));
}

function isFor(part, group) {
  const groups = listOf(part, "rseWatch");
  return groups.includes(group) || groups.includes("*");
}

/** The reader may see it no more: the page says so, and hears no more of it. */
export function leave(group) {
  document.dispatchEvent(new CustomEvent("rse:gone", { detail: { group } }));
  for (const part of parts()) {
    if (!listOf(part, "rseWatch").includes(group)) continue;
    part.dataset.rseWatch = listOf(part, "rseWatch")
      .filter((name) => name !== group)
      .join(" ");
    if (part.hasAttribute("data-rse-fetch") || part.hidden) continue;
    const notice = document.createElement("div");
    notice.className = "notice notice--amber";
    notice.setAttribute("role", "status");
    notice.textContent = part.dataset.rseGone || words("live-status", "gone");
    part.before(notice);
  }
}

// --- Fetching, under the reader's own rights

const running = new Map();

/** Fetches a part anew: bursts are joined, and one fetch at a time asks for a part. */
function refresh(part) {
  const name = part.dataset.rseFetch && part.id;
  if (!name) return;
  const state = running.get(name) ?? { timer: 0, isBusy: false, isAsked: false };
  running.set(name, state);
  if (state.isBusy) {
    state.isAsked = true;
    return;
  }
  clearTimeout(state.timer);
  state.timer = setTimeout(async () => {
    const now = document.getElementById(name);
    if (!now?.dataset.rseFetch) return;
    state.isBusy = true;
    state.isAsked = false;
    const html = await fetchPart(now.dataset.rseFetch);
    if (html) await place(document.getElementById(name), html);
    state.isBusy = false;
    if (state.isAsked) refresh(document.getElementById(name) ?? now);
  }, JOIN);
}

/** A fragment of ours; empty where there is none or it may not be seen, null where the server does not answer. */
export async function fetchPart(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    if (answer.headers.has("HX-Redirect")) end();
    if (answer.status === 403 || answer.status === 404) return "";
    return answer.status === 200 ? await answer.text() : null;
  } catch {
    return null; // What was missed is fetched when the connection is back.
  }
}

const isWriting = (part) =>
  [...part.querySelectorAll("textarea, [contenteditable=true], input[type=text]")].some(
    (field) => field === document.activeElement || (field.value ?? field.textContent).trim(),
  );

/** Whether replacing this part would take away what somebody is doing in it. */
export const isInUse = (part) => Boolean(part.querySelector("details[open], dialog[open]")) || isWriting(part);

/** Puts a fragment in the place of a part, once nobody is busy in it; who stood in it by keyboard stands there still. */
export async function place(part, html) {
  while (part?.isConnected && isInUse(part)) await new Promise((next) => setTimeout(next, TRY_LATER));
  if (!part?.isConnected) return;
  const stops = (root) => [...root.querySelectorAll("a[href], button, input, select, summary")];
  const at = stops(part).indexOf(document.activeElement);
  const id = part.id;
  window.htmx.swap(part, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  const fresh = document.getElementById(id);
  if (at >= 0 && fresh) stops(fresh)[at]?.focus({ preventScroll: true });
}

// What a form of this page added may have come by the socket first: it stands once.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { fragment, target } = event.detail;
  for (const child of [...(fragment?.children ?? [])]) {
    const twin = child.id ? document.getElementById(child.id) : null;
    if (twin && twin !== target && target.contains(twin)) twin.remove();
  }
});

// --- The title of the window carries the number of the bell

const ownTitle = document.title;
function retitle() {
  const count = document.getElementById("bell-count")?.textContent.trim();
  const title = count ? `(${count}) ${ownTitle}` : ownTitle;
  if (document.title !== title) document.title = title;
}

if (document.body.dataset.person) {
  connect();
  retitle();
  document.addEventListener("htmx:afterSettle", () => {
    watch();
    retitle();
  });
}
