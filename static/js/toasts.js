// Confirmations with an undo. They leave after ten seconds, but never from under a keyboard or a pointer.
import { csrfToken, icon, whenLoaded, words } from "./page.js";

const SECONDS = 10;
const region = document.getElementById("toasts");

/**
 * Shows a confirmation.
 * @param {{text: string, undo?: string, level?: string}} said `undo` is an address of this site that a POST undoes it at.
 */
export function toast({ text, undo = "", level = "success" }) {
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = level === "error" ? "toast toast--error" : "toast";
  box.tabIndex = -1;
  const line = document.createElement("span");
  line.textContent = text;
  box.append(line);
  if (undo.startsWith("/") && !undo.startsWith("//")) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undo;
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "csrfmiddlewaretoken";
    token.value = csrfToken();
    const next = document.createElement("input");
    next.type = "hidden";
    next.name = "next";
    next.value = location.pathname + location.search;
    const button = document.createElement("button");
    button.className = "link-button";
    button.textContent = words("toasts", "undo");
    form.append(token, next, button);
    box.append(form);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast__close";
  close.setAttribute("aria-label", words("toasts", "close"));
  close.append(icon("close"));
  box.append(close);
  region.append(box);
  live(box, close);
}

function live(box, close) {
  let timer;
  const leave = () => {
    if (box.contains(document.activeElement) || box.matches(":hover") || keyboard) wait();
    else box.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, SECONDS * 1000);
  };
  close.hidden = false;
  close.addEventListener("click", () => {
    const had = box.contains(document.activeElement);
    box.remove();
    if (had) document.getElementById("main")?.focus({ preventScroll: true });
  });
  wait();
}

// Someone who moves by keyboard needs the time to reach the undo: their last press was Tab, not a pointer.
let keyboard = false;
document.addEventListener("keydown", (event) => {
  if (event.key === "Tab") keyboard = true;
});
document.addEventListener("pointerdown", () => {
  keyboard = false;
});

whenLoaded("[data-rse-toast]", (box) => live(box, box.querySelector("[data-rse-close]")));
document.addEventListener("toast", (event) => toast(event.detail));
