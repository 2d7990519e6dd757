// Single-key shortcuts, never while writing, switchable off and remembered on this device.
import { focus } from "./htmx-setup.js";
import { memory, whenLoaded } from "./page.js";

const isOn = () => memory.get("keys") !== "off";
const keys = document.getElementById("keys");
let last = "";

function isWriting(target) {
  return target.closest?.("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable=true]");
}

function openKeys() {
  if (keys && !keys.open) keys.showModal();
}

function move(step) {
  const items = [...document.querySelectorAll("[data-rse-item], .feed > article")];
  if (!items.length) return;
  const at = items.findIndex((item) => item === document.activeElement || item.contains(document.activeElement));
  const next = items[Math.min(items.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step))];
  focus(next);
  next.scrollIntoView({ block: "nearest" });
}

const go = { h: ".brand", n: "#bell" };
const acts = {
  "/": () => {
    const field = document.getElementById("find");
    if (field?.offsetParent) field.focus();
    else document.querySelector(".tool--find")?.click();
  },
  n: () => {
    const place = document.querySelector("[data-rse-compose]");
    if (place?.offsetParent) place.click();
    else {
      const menu = document.querySelector(".top__publish");
      if (menu?.offsetParent) {
        menu.open = true;
        menu.querySelector(".menu__item")?.focus();
      } else document.querySelector(".bar a[href*=publish]")?.click();
    }
  },
  j: () => move(1),
  k: () => move(-1),
  "?": openKeys,
};

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (last === "g" && go[event.key]) {
    document.querySelector(go[event.key])?.click();
    event.preventDefault();
    last = "";
    return;
  }
  last = event.key;
  if (last === "g") setTimeout(() => (last = ""), 1500);
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Ctrl+Enter sends the form one writes in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form || !isWriting(event.target)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[type=submit]:not([formaction]), button:not([type])"));
});

whenLoaded("[data-rse-keys]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("details")?.removeAttribute("open");
    openKeys();
  });
});
whenLoaded("[data-rse-keys-on]", (box) => {
  box.checked = isOn();
  box.addEventListener("change", () => memory.set("keys", box.checked ? "on" : "off"));
});
