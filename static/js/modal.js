// A dialog that htmx brings opens at once and goes when it is closed; without a script its link leads to a page.
import { whenLoaded } from "./page.js";

whenLoaded("dialog[data-rse-modal]", (dialog) => {
  // The menu that it was asked from would lie over it.
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-rse-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.showModal();
});
