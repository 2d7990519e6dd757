// What one types in a form marked `data-rse-draft="<place>"` is saved as one types and given back; leaving is guarded meanwhile.
import { csrfToken, whenLoaded } from "./page.js";

const DELAY = 1500;
const SAVE = "/drafts/save/";
const SHOW = "/drafts/show/";
// Forms whose last save failed: only these ask before one leaves, since `pagehide` saves the others.
const pending = new Set();

const isTyped = (field) => field.matches("textarea, input:not([type]), input[type=text], input[type=url], input[type=search]");

/** What the form holds; a form where nothing is typed any more has an empty draft, which the server forgets. */
function read(form) {
  const fields = [...form.elements].filter((field) => field.name && !field.disabled && field.type !== "hidden" && !["file", "password", "submit", "button"].includes(field.type));
  // A page of a form in several keeps what was chosen too: nothing typed here does not mean that nothing was typed.
  if (!form.hasAttribute("data-rse-draft-part") && !fields.some((field) => isTyped(field) && field.value.trim())) return {};
  const data = {};
  for (const field of fields) {
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) data[field.name] = field.name in data ? [].concat(data[field.name], field.value) : field.value;
    } else if (field.multiple) data[field.name] = [...field.selectedOptions].map((option) => option.value);
    else data[field.name] = field.value;
  }
  return data;
}

function fill(form, data) {
  for (const [name, value] of Object.entries(data)) {
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

// What the server could not take, because the session was over or the line cut, waits in this tab until one is signed in again.
const KEPT = "rse.draft.";
const person = document.body.dataset.person;
const shelf = {
  put(place, data, reason) {
    try {
      sessionStorage.setItem(KEPT + place, JSON.stringify({ person, data, reason }));
    } catch {
      // No storage: the server's last draft is what remains.
    }
  },
  drop(place) {
    try {
      sessionStorage.removeItem(KEPT + place);
    } catch {
      // Nothing was kept.
    }
  },
  take(place) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT + place) ?? "null");
      this.drop(place);
      return kept?.person === person ? kept.data : null;
    } catch {
      return null;
    }
  },
  /** A text that was sent and did not lead to the sign-in page has arrived; any other waits for its form. */
  sort() {
    try {
      const places = Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));
      if (!person) {
        if (places.length) sessionStorage.setItem("rse.door", "1");
        return;
      }
      const passedTheDoor = sessionStorage.getItem("rse.door");
      sessionStorage.removeItem("rse.door");
      if (passedTheDoor) return;
      for (const key of places) if (JSON.parse(sessionStorage.getItem(key)).reason === "sent") sessionStorage.removeItem(key);
    } catch {
      // No storage.
    }
  },
};
shelf.sort();

// Without a script one edits the words alone; with one, the text as it is stored, from before anything is compared.
whenLoaded("textarea[data-rse-rich]", (area) => {
  area.value = area.dataset.rseRich;
});

whenLoaded("form[data-rse-draft]", async (form) => {
  const place = form.dataset.rseDraft;
  const state = form.querySelector("[data-rse-draft-state]");
  let timer;
  let saved = JSON.stringify(read(form));
  let sent = false;
  let touched = false;

  const say = (text) => {
    if (state && text) state.textContent = text;
  };
  const save = async (leaving = false) => {
    clearTimeout(timer);
    const data = JSON.stringify(read(form));
    if (sent || data === saved) return;
    const address = form.dataset.rseDraftAddress || location.pathname + location.search;
    const body = new URLSearchParams({ place, address: address === "/" ? "/?" : address, data });
    try {
      // A body larger than what `keepalive` takes is refused by browsers: it then goes as an ordinary request.
      const answer = await fetch(SAVE, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, keepalive: leaving && data.length < 60000, redirect: "manual" });
      const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      say(said.saved || said.error);
      if (!answer.ok) {
        pending.add(form);
        shelf.put(place, JSON.parse(data), "failed");
        return;
      }
      shelf.drop(place);
      saved = data;
      pending.delete(form);
    } catch {
      // Kept on screen; the next key tries again, and leaving asks first.
      pending.add(form);
      shelf.put(place, JSON.parse(data), "failed");
    }
  };

  form.addEventListener("input", () => {
    touched = true;
    clearTimeout(timer);
    timer = setTimeout(save, DELAY);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    pending.delete(form);
    shelf.put(place, read(form), "sent");
  });
  // The form that takes its place must find the text gone: it arrived.
  form.addEventListener("htmx:beforeOnLoad", ({ detail: { elt, xhr } }) => {
    if (elt === form && xhr.status === 200 && !xhr.getResponseHeader("HX-Redirect")) shelf.drop(place);
  });
  // A form that is still there after its request goes on being saved: emptied by a success, or refused on the way.
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form || !form.isConnected) return;
    // One leaves: what was sent is not a draft again, and the sign-in page finds it on the shelf.
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    sent = false;
    if (!event.detail.successful) return;
    saved = JSON.stringify(read(form));
    shelf.drop(place);
  });
  addEventListener("pagehide", () => form.isConnected && save(true));
  document.addEventListener("visibilitychange", () => document.hidden && form.isConnected && save(true));

  const kept = shelf.take(place);
  if (kept && Object.keys(kept).length) {
    fill(form, kept);
    say(state?.dataset.rseDraftState);
    timer = setTimeout(save, DELAY);
    return;
  }
  // The server's own values win over a draft: it came back with errors, or an edit begins.
  if (form.hasAttribute("data-rse-draft-fresh")) return;
  try {
    const answer = await fetch(`${SHOW}?${new URLSearchParams({ place })}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!answer.ok || answer.status === 204 || touched) return;
    const draft = await answer.json();
    if (!draft?.data || !Object.keys(draft.data).length) return;
    fill(form, draft.data);
    saved = JSON.stringify(read(form));
    say(state?.dataset.rseDraftState);
    form.dispatchEvent(new CustomEvent("rse:draft", { bubbles: true }));
  } catch {
    // Without its draft the form is simply empty.
  }
});

addEventListener("beforeunload", (event) => {
  for (const form of pending) if (!form.isConnected) pending.delete(form);
  if (pending.size) event.preventDefault();
});
