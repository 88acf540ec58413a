// Keeps the board up to date: asks for its changing part and changes only what differs, so
// that focus, selection and scroll stay where they are.
"use strict";

const live = document.getElementById("live");
const pause = document.getElementById("live-pause");

// morph makes one node equal to another, keeping it in place.
function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  children(from, to);
}

function children(from, to) {
  const old = [...from.childNodes], made = [...to.childNodes];
  made.forEach((node, i) => { if (i < old.length) morph(old[i], node); else from.append(node); });
  old.slice(made.length).forEach((node) => node.remove());
}

let paused = false;
pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? pause.dataset.wordOff : pause.dataset.wordOn;
});

async function refresh() {
  if (!paused && !document.hidden) {
    try {
      const answer = await fetch(live.dataset.from);
      if (answer.redirected) { location.reload(); return; } // the session has ended
      // In a box of its own: the parser drops white space at the beginning of a page.
      if (answer.ok) children(live, new DOMParser().parseFromString("<div>" + await answer.text() + "</div>", "text/html").body.firstChild);
    } catch { /* the server is away: the next round asks again */ }
  }
  setTimeout(refresh, live.dataset.seconds * 1000);
}
setTimeout(refresh, live.dataset.seconds * 1000);
