// A post that is deleted or hidden leaves the feeds that are open.
document.addEventListener("rse:live", ({ detail: { type, ids } }) => {
  if (type !== "post.gone") return;
  const card = document.getElementById(`post-${ids.post}`);
  if (!card) return;
  const follows = card.nextElementSibling ?? card.previousElementSibling;
  const had = card.contains(document.activeElement);
  card.remove();
  // Who stood in it by keyboard goes on from its neighbour.
  if (had) follows?.focus({ preventScroll: true });
});
