// The theme changes at once; the form that would reload the page saves it behind.
import { csrfToken } from "./page.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-rse-theme]") || !event.submitter?.value) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const root = document.documentElement;
  root.dataset.frScheme = theme;
  if (theme === "system") delete root.dataset.frTheme;
  else root.dataset.frTheme = theme;
  document.querySelector('meta[name="color-scheme"]').content = theme === "system" ? "light dark" : theme;
  for (const button of document.querySelectorAll("[data-rse-theme] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const data = new FormData(form);
  data.set("theme", theme);
  fetch(form.action, { method: "POST", body: data, headers: { "X-CSRFToken": csrfToken() }, redirect: "manual", keepalive: true });
});
