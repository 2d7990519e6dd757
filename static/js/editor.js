// Writing with a plain toolbar; the textarea stays the form's field and is all there is without this script.
import { csrfToken, icon, words } from "./page.js";
import { toast } from "./toasts.js";

const prose = () => import(document.body.dataset.prose);
const made = new WeakSet();

/** Turns a textarea into an editor. Its field goes on being the textarea, kept in step. */
export async function enhance(area) {
  if (made.has(area)) return;
  made.add(area);
  const hadFocus = document.activeElement === area;
  const kit = await prose();
  if (!area.isConnected) return;
  const box = document.createElement("div");
  box.className = "editor";
  const text = document.createElement("div");
  const tools = document.createElement("div");
  tools.className = "editor__tools";
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", words("editor-words", "tools"));
  const state = document.createElement("div");
  state.className = "editor__state";
  state.setAttribute("role", "status");
  box.append(tools, text, state);
  area.after(box);
  area.hidden = true;

  const editor = new kit.Editor({
    element: text,
    injectCSS: false,
    content: area.value.includes("<") ? area.value : paragraphs(area.value),
    extensions: [
      kit.Document, kit.Paragraph, kit.Text, kit.HardBreak, kit.History, kit.Bold, kit.Italic, kit.Code, kit.CodeBlock, kit.Blockquote,
      kit.BulletList, kit.OrderedList, kit.ListItem, kit.Gapcursor, kit.Dropcursor.configure({ color: false, class: "editor__drop" }),
      Link(kit), kit.Image.configure({ inline: false, allowBase64: false }), kit.Placeholder.configure({ placeholder: area.placeholder }),
    ],
    editorProps: {
      attributes: { class: "editor__text rich-text", role: "textbox", "aria-multiline": "true", ...named(area) },
      handlePaste: (_view, event) => takePictures(event.clipboardData, event),
      handleDrop: (_view, event) => takePictures(event.dataTransfer, event),
      handleKeyDown: (_view, event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return false;
        area.form?.requestSubmit(area.form.querySelector("[type=submit]:not([formaction]), button:not([type])"));
        return true;
      },
    },
    onUpdate: () => {
      area.value = editor.isEmpty ? "" : editor.getHTML();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => refresh(),
  });

  // A required field that is hidden cannot be pointed at by the browser: the form would refuse to leave without a word.
  if (area.required) {
    area.required = false;
    text.firstElementChild?.setAttribute("aria-required", "true");
  }
  area.addEventListener("rse:restored", () => editor.commands.setContent(area.value, { emitUpdate: false }));
  area.form?.addEventListener("reset", () => editor.commands.clearContent());
  for (const label of area.labels ?? []) label.addEventListener("click", () => editor.commands.focus());

  const takePictures = (data, event) => {
    const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length || !area.dataset.rseImageUrl) return false;
    event.preventDefault();
    files.forEach(upload);
    return true;
  };

  async function upload(file) {
    state.textContent = words("editor-words", "sending");
    const body = new FormData();
    body.append("file", file);
    try {
      const answer = await fetch(area.dataset.rseImageUrl, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" }, redirect: "manual" });
      const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (!answer.ok) throw new Error(said.error);
      const alt = window.prompt(words("editor-words", "alt"), file.name.replace(/\.\w+$/, "")) ?? "";
      const image = { type: "image", attrs: { src: said.url, alt, width: said.width, height: said.height } };
      // Behind what is selected: a picture just put there is, and the next one would take its place.
      editor.chain().focus().insertContentAt(editor.state.selection.to, image).run();
    } catch (error) {
      toast({ text: error.message || words("editor-words", "refused"), level: "error" });
    } finally {
      state.textContent = "";
    }
  }

  const buttons = [
    ["bold", "bold", () => editor.chain().focus().toggleBold().run(), "Ctrl+B"],
    ["italic", "italic", () => editor.chain().focus().toggleItalic().run(), "Ctrl+I"],
    ["link", "link", () => link(), "Ctrl+K"],
    ["list", "bulletList", () => editor.chain().focus().toggleBulletList().run()],
    ["list-ordered", "orderedList", () => editor.chain().focus().toggleOrderedList().run()],
    ["quote", "blockquote", () => editor.chain().focus().toggleBlockquote().run()],
    ["code", "codeBlock", () => editor.chain().focus().toggleCodeBlock().run()],
  ];
  for (const [name, mark, act, keys] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.mark = mark;
    const label = words("editor-words", mark);
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-pressed", "false");
    button.title = keys ? `${label} (${keys})` : label;
    button.append(icon(name));
    button.addEventListener("click", act);
    tools.append(button);
  }
  if (area.dataset.rseImageUrl) {
    const picker = document.createElement("input");
    picker.type = "file";
    picker.accept = "image/png,image/jpeg,image/gif,image/webp";
    picker.hidden = true;
    picker.addEventListener("change", () => {
      [...picker.files].forEach(upload);
      picker.value = "";
    });
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", words("editor-words", "image"));
    button.title = words("editor-words", "image");
    button.append(icon("image"));
    button.addEventListener("click", () => picker.click());
    tools.append(button, picker);
  }
  // One stop for Tab, arrows inside: the way of toolbars.
  const all = () => [...tools.querySelectorAll("button")];
  all().forEach((button, at) => (button.tabIndex = at ? -1 : 0));
  tools.addEventListener("keydown", (event) => {
    const found = all();
    const at = found.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: found.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = found[(to + found.length) % found.length];
    found.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  });

  function refresh() {
    for (const button of tools.querySelectorAll("[data-mark]")) button.setAttribute("aria-pressed", String(editor.isActive(button.dataset.mark)));
  }

  function link() {
    box.querySelector(".editor__link")?.remove();
    const line = document.createElement("div");
    line.className = "editor__link";
    const label = document.createElement("label");
    label.textContent = words("editor-words", "address");
    const field = document.createElement("input");
    field.type = "url";
    field.placeholder = "https://";
    field.value = editor.getAttributes("link").href ?? "";
    label.htmlFor = field.id = `link-${Math.random().toString(36).slice(2)}`;
    const done = document.createElement("button");
    done.type = "button";
    done.className = "fr-btn fr-btn--sm";
    done.textContent = words("editor-words", "ok");
    line.append(label, field, done);
    tools.after(line);
    field.focus();
    const leave = () => {
      line.remove();
      editor.commands.focus();
    };
    const apply = () => {
      const href = address(field.value);
      line.remove();
      const chain = editor.chain().focus();
      if (!href) chain.extendMarkRange("link").unsetMark("link").run();
      else if (editor.state.selection.empty && !editor.isActive("link")) {
        chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
      } else chain.extendMarkRange("link").setMark("link", { href }).run();
    };
    done.addEventListener("click", apply);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      else if (event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
        apply();
      }
    });
  }
  text.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    link();
  });

  if (hadFocus || area.closest("[data-rse-eager]")) editor.commands.focus("end");
  area.dispatchEvent(new CustomEvent("rse:editor", { bubbles: true, detail: { editor } }));
}

/** The package's own link mark asks for its address by a window of its own style; ours is a line under the toolbar. */
function Link(kit) {
  return kit.Mark.create({
    name: "link",
    inclusive: false,
    addAttributes: () => ({ href: { default: null } }),
    parseHTML: () => [{ tag: "a[href]", getAttrs: (node) => (address(node.getAttribute("href")) ? null : false) }],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  });
}

function address(typed) {
  const text = typed.trim();
  if (!text) return "";
  if (/^(https?:\/\/|mailto:|\/(?!\/))/i.test(text)) return text;
  if (/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(text)) return `mailto:${text}`;
  return /^[\w-]+(\.[\w-]+)+/.test(text) ? `https://${text}` : "";
}

/** Text typed before the editor came, as paragraphs. */
function paragraphs(text) {
  return text.split(/\n{2,}/).filter(Boolean).map((part) => {
    const p = document.createElement("p");
    part.split("\n").forEach((line, at) => p.append(...(at ? [document.createElement("br"), line] : [line])));
    return p.outerHTML;
  }).join("");
}

/** The name and description of the field, handed on to what stands for it. */
function named(area) {
  const attributes = {};
  const label = area.labels?.[0]?.textContent.trim() || area.getAttribute("aria-label") || area.placeholder;
  if (label) attributes["aria-label"] = label;
  for (const name of ["aria-describedby", "aria-invalid"]) if (area.hasAttribute(name)) attributes[name] = area.getAttribute(name);
  return attributes;
}
