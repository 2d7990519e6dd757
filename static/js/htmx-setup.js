// Requests carry the CSRF token; focus and screen readers follow what was swapped; a failure is said.
import { csrfToken, words } from "./page.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

let hadFocus = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  const active = document.activeElement;
  hadFocus = target?.contains(active) || active === event.detail.requestConfig?.elt ? target : null;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const fresh = event.detail.elt;
  const wanted = fresh.querySelector?.("[data-rse-focus], .errors, [aria-invalid='true']") ?? (fresh.matches?.("[data-rse-focus]") ? fresh : null);
  const lost = !document.activeElement || document.activeElement === document.body;
  if (wanted && (hadFocus || lost)) focus(wanted);
  else if (lost && hadFocus) focus(fresh.isConnected ? fresh : document.getElementById("main"));
  hadFocus = null;
});

/** Focuses an element that may not take focus by itself, without moving the page when it is in view. */
export function focus(element) {
  if (!element.matches("a[href],button,input,select,textarea,summary,[tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: isInView(element) });
}

function isInView(element) {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.top < window.innerHeight - 80;
}

document.addEventListener("htmx:responseError", (event) => {
  // An answer that brings its own words has said them already.
  if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
  toast({ text: words("toasts", "failed"), level: "error" });
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast({ text: words("toasts", "offline"), level: "error" }));
}

// A search field asks while one types; asking again as it loses the focus would take away what is being clicked on.
document.addEventListener("change", (event) => event.target.matches?.("input[type=search][name]") && event.stopPropagation(), true);
