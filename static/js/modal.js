// A dialog that htmx brings opens at once and goes when it is closed; without a script its link leads to a page.
import { whenLoaded } from "./page.js";

let opener = null;

whenLoaded("dialog[data-rse-modal]", (dialog) => {
  // Drawn anew with what is missing, it still goes back to where it was first opened.
  if (document.activeElement !== document.body) opener = document.activeElement;
  // The menu that it was asked from would lie over it; closed, what was pressed in it takes no focus any more.
  const menu = opener?.closest("details.menu");
  document.querySelectorAll("details.menu[open]").forEach((open) => open.removeAttribute("open"));
  dialog.addEventListener("close", () => {
    dialog.remove();
    (menu?.querySelector("summary") ?? opener)?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-rse-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.showModal();
  (dialog.querySelector(".errors") ?? dialog.querySelector("input:not([type=hidden]), textarea"))?.focus();
});
