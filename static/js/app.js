// Loaded by every page; each module adds to a page that already works without it.
import "./htmx-setup.js";
import "./toasts.js";
import "./menus.js";
import "./theme.js";
import "./keyboard.js";
import "./find.js";
import "./draft.js";
import "./live.js";
import "./thread.js";
import "./feed.js";
import "./modal.js";
import "./unread.js";
import { whenLoaded } from "./page.js";

// What writing needs is heavy: it comes only where someone may write.
whenLoaded("textarea[data-rse-editor]", (area) => {
  const start = () => import(document.body.dataset.editor).then((module) => module.enhance(area));
  if (area.closest("[data-rse-eager]") || document.activeElement === area) start();
  else area.addEventListener("focus", start, { once: true });
});
