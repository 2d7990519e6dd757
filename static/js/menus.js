import { whenLoaded } from "./page.js";

// Menus are <details>: one open at a time, closed by Escape (focus returns), by a click beside it, or by leaving it.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches(".menu") || !menu.open) return;
    for (const other of document.querySelectorAll("details.menu[open]")) if (other !== menu && !other.contains(menu)) other.open = false;
  },
  true,
);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu__item:not([hidden])")];
    if (!items.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length).focus();
    event.preventDefault();
  }
});

// « Copier le lien » needs the clipboard, so its line is hidden until a script is there.
whenLoaded("[data-rse-scripted]", (part) => (part.hidden = false));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-rse-copy]");
  if (!button) return;
  const { toast } = await import("./toasts.js");
  try {
    await navigator.clipboard.writeText(new URL(button.dataset.rseCopy, location.href).href);
    toast({ text: button.dataset.rseDone });
  } catch {
    toast({ text: new URL(button.dataset.rseCopy, location.href).href });
  }
  button.closest("details.menu")?.removeAttribute("open");
});
