// An open thread: what others answer, change or accept comes into it by itself, at its place.
import { fetchPart, isInUse, leave, place } from "./live.js";
import { whenLoaded } from "./page.js";

whenLoaded("[data-rse-thread]", (thread) => {
  const post = thread.dataset.rseThread;
  const group = thread.dataset.rseWatch;
  let since = thread.dataset.rseNow;
  let queue = Promise.resolve();
  const wanted = new Map();

  // One after the other, and each thing once however often it was said meanwhile.
  const ask = (name, act) => {
    if (wanted.has(name)) return;
    wanted.set(name, true);
    queue = queue.then(() => {
      wanted.delete(name);
      return thread.isConnected ? act() : null;
    });
  };

  const showHead = async () => {
    const html = await fetchPart(thread.dataset.rseHead);
    const head = document.getElementById(`post-head-${post}`);
    // Not awaited: a menu that stays open in the head must not hold back the answers.
    if (html && head) place(head, html);
  };

  const showComment = async (id) => {
    const html = await fetchPart(`/comments/${id}/`);
    const known = document.getElementById(`comment-${id}`);
    if (html === null) return;
    if (html === "") return known?.remove();
    if (known) {
      await place(known, html);
      return settle(id);
    }
    const parent = /data-rse-parent="(\d*)"/.exec(html)?.[1];
    const list = document.getElementById(parent ? `replies-${parent}` : "comments");
    if (!list) return;
    // Where answers follow that are not loaded yet, a new one waits behind them.
    const more = parent ? null : list.querySelector(".more");
    window.htmx.swap(more ?? list, html, { swapStyle: more ? "none" : "beforeend", swapDelay: 0, settleDelay: 0 });
    const fresh = document.getElementById(`comment-${id}`);
    fresh?.classList.add(parent ? "bubble--new" : "card--unread");
  };

  // As on a page read afresh: the accepted answer stands first, one that is no longer accepted at its place among the others.
  const settle = (id) => {
    const card = document.getElementById(`comment-${id}`);
    const first = document.getElementById("accepted");
    const list = document.getElementById("comments");
    if (!card || card.dataset.rseParent || !first || !list) return;
    const number = (other) => Number(other.id.replace("comment-", ""));
    if (card.classList.contains("card--accepted")) {
      if (card.parentElement === first) return;
      for (const other of first.children) ask(`comment-${number(other)}`, () => showComment(number(other)));
      first.prepend(card);
    } else if (card.parentElement === first) {
      const others = [...list.querySelectorAll(":scope > article")];
      list.insertBefore(card, others.find((other) => number(other) > id) ?? list.querySelector(":scope > .more"));
    }
  };

  const show = ({ type, ids }) => {
    if (type.startsWith("comment.")) ask(`comment-${ids.comment}`, () => showComment(ids.comment));
    else if (type.startsWith("post.")) ask("head", showHead);
  };

  const onLive = (event) => {
    if (!thread.isConnected) stop();
    else if (event.detail.group === group) show(event.detail);
  };

  // The reader may see it no more: what was shown goes, what they were writing stays before their eyes.
  const onGone = (event) => {
    if (!thread.isConnected) return stop();
    if (event.detail.group !== group) return;
    document.getElementById(`post-head-${post}`)?.remove();
    for (const id of ["accepted", "comments"]) document.getElementById(id)?.replaceChildren();
  };

  const onCatchUp = async (event) => {
    if (!thread.isConnected) return stop();
    if (event.detail.groups && !event.detail.groups.includes(group)) return;
    try {
      const answer = await fetch(`${thread.dataset.rseChanges}?since=${encodeURIComponent(since)}`);
      if (answer.status === 404 || answer.status === 403) return leave(group);
      if (!answer.ok) return;
      const missed = await answer.json();
      since = missed.now;
      if (!missed.reload) missed.changes.forEach(show);
      else if (!isInUse(thread)) location.reload();
    } catch {
      // The next connection asks again, from the same moment.
    }
  };

  const stop = () => {
    document.removeEventListener("rse:live", onLive);
    document.removeEventListener("rse:catch-up", onCatchUp);
    document.removeEventListener("rse:gone", onGone);
  };
  document.addEventListener("rse:live", onLive);
  document.addEventListener("rse:catch-up", onCatchUp);
  document.addEventListener("rse:gone", onGone);
});
