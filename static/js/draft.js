// What one types in a form marked `data-rse-draft="<place>"` is saved as one types and given back; leaving is guarded meanwhile.
import { csrfToken, whenLoaded } from "./page.js";

const DELAY = 1500;
const SKIPPED = new Set(["csrfmiddlewaretoken", "nonce", "password"]);
const pending = new Set();

function read(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    if (SKIPPED.has(name) || typeof value !== "string") continue;
    if (name in data) data[name] = [].concat(data[name], value);
    else data[name] = value;
  }
  return data;
}

function fill(form, data) {
  for (const [name, value] of Object.entries(data)) {
    if (SKIPPED.has(name)) continue;
    const values = [].concat(value);
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "hidden" || field.type === "file") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
      else field.value = values[0];
      field.dispatchEvent(new Event("rse:restored", { bubbles: true }));
    }
  }
}

whenLoaded("form[data-rse-draft]", async (form) => {
  const place = form.dataset.rseDraft;
  const root = form.dataset.rseDraftUrl || "/drafts/";
  const state = form.querySelector("[data-rse-draft-state]");
  let timer;
  let saved = JSON.stringify(read(form));
  let sent = false;
  let touched = false;

  const say = (moment) => {
    if (!state) return;
    const clock = moment.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    state.textContent = state.dataset.rseDraftState.replace("%s", document.documentElement.lang === "fr" ? clock.replace(":", "\u202fh\u202f") : clock);
  };
  const save = async (leaving = false) => {
    clearTimeout(timer);
    const data = JSON.stringify(read(form));
    if (sent || data === saved) return;
    const body = new URLSearchParams({ place, address: form.dataset.rseDraftAddress || location.pathname + location.search, data });
    try {
      // A body larger than what `keepalive` takes is refused by browsers: it then goes as an ordinary request.
      const answer = await fetch(`${root}save/`, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, keepalive: leaving && data.length < 60000, redirect: "manual" });
      if (!answer.ok) return;
      saved = data;
      pending.delete(form);
      say(new Date());
    } catch {
      // Kept on screen; the next key tries again.
    }
  };

  form.addEventListener("input", () => {
    touched = true;
    pending.add(form);
    clearTimeout(timer);
    timer = setTimeout(save, DELAY);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    pending.delete(form);
  });
  // A refused form (422) comes back as a new form; one that never left is saved again.
  form.addEventListener("htmx:responseError", () => (sent = false));
  form.addEventListener("htmx:sendError", () => (sent = false));
  addEventListener("pagehide", () => form.isConnected && save(true));
  document.addEventListener("visibilitychange", () => document.hidden && form.isConnected && save(true));

  // The server's own values win over a draft: it came back with errors, or an edit begins.
  if (form.hasAttribute("data-rse-draft-fresh")) return;
  try {
    const answer = await fetch(`${root}show/?place=${encodeURIComponent(place)}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!answer.ok || answer.status === 204 || touched) return;
    const draft = await answer.json();
    if (!draft?.data || !Object.keys(draft.data).length) return;
    fill(form, draft.data);
    saved = JSON.stringify(read(form));
    if (draft.updated_at) say(new Date(draft.updated_at));
    form.dispatchEvent(new CustomEvent("rse:draft", { bubbles: true }));
  } catch {
    // Without its draft the form is simply empty.
  }
});

addEventListener("beforeunload", (event) => {
  for (const form of pending) if (!form.isConnected) pending.delete(form);
  if (pending.size) event.preventDefault();
});
