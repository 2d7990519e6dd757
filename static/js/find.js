// The header's field: suggestions below it, walked by arrows, closed by Escape.
import { whenLoaded } from "./page.js";

whenLoaded("[data-rse-find]", (form) => {
  const field = form.querySelector("input[type=search]");
  const box = form.querySelector(".find__results");
  const links = () => [...box.querySelectorAll("a[href]")];
  const close = () => box.replaceChildren();
  field.addEventListener("htmx:configRequest", (event) => {
    if (field.value.trim().length < 2) {
      event.preventDefault();
      close();
    }
  });
  form.addEventListener("keydown", (event) => {
    const found = links();
    if (event.key === "Escape") {
      if (!found.length) field.value = "";
      close();
      field.focus();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      const at = found.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (at < 0) field.focus();
      else found[Math.min(at, found.length - 1)].focus();
      event.preventDefault();
    }
  });
  document.addEventListener("focusin", (event) => {
    if (!form.contains(event.target)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
});
