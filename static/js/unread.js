// The number of unread posts beside each community moves with what is published; opening the community takes it away.
const seen = new Set();

document.addEventListener("rse:live", ({ detail: { type, ids } }) => {
  if (type !== "post.added" || seen.has(ids.entry)) return;
  seen.add(ids.entry);
  // What one has just published oneself stands on the page already.
  if (document.getElementById(`post-${ids.post}`)) return;
  for (const pill of document.querySelectorAll(`[data-rse-unread="${ids.community}"]`)) {
    const count = pill.hidden ? 0 : Number(pill.textContent.trim());
    // "99+" is no number, and stays.
    if (Number.isNaN(count)) continue;
    pill.textContent = count < 99 ? String(count + 1) : "99+";
    pill.hidden = false;
  }
});
