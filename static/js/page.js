// What the other modules share.

/** Calls `act` once for each element of `selector`, in the page as loaded and in every fragment that htmx brings. */
export function whenLoaded(selector, act) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      act(element);
    }
  };
  look(document);
  document.addEventListener("htmx:load", (event) => look(event.detail.elt));
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

/** The words that templates left for scripts, in the reader's language. */
export function words(id, key) {
  return document.getElementById(id)?.dataset[key] ?? "";
}

/** An icon of the sprite. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/** Remembers a choice on this device; a browser that refuses storage forgets it, and nothing else breaks. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(`rse.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`rse.${key}`, value);
    } catch {
      // Private browsing.
    }
  },
};
