// What all pages have: copy buttons and the palette (Ctrl-K).
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const word = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = word; }, 1500);
  });
}

const palette = document.getElementById("palette");
if (palette) {
  const input = document.getElementById("palette-q");
  const found = document.getElementById("palette-found");
  const go = document.getElementById("palette-go");
  let asked = 0, timer = 0;

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    input.select();
  };
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k") {
      e.preventDefault();
      open();
    }
  });
  for (const opener of document.querySelectorAll("[data-palette]")) {
    opener.addEventListener("click", (e) => { e.preventDefault(); open(); });
  }
  palette.addEventListener("click", (e) => { if (e.target === palette) palette.close(); });

  const ask = async () => {
    const text = input.value.trim(), mine = ++asked;
    for (const li of go.children) li.hidden = text !== "" && !li.textContent.toLowerCase().includes(text.toLowerCase());
    if (text.length < 3) { found.replaceChildren(); return; }
    const answer = await fetch("/search?piece&q=" + encodeURIComponent(text));
    if (mine !== asked) return; // a later question is under way
    if (answer.redirected) { location.reload(); return; }
    if (!answer.ok) { found.replaceChildren(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) found.replaceChildren(...page.body.childNodes);
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });

  palette.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const stops = [input, ...palette.querySelectorAll("#palette-found a, #palette-go li:not([hidden]) a")];
    const at = stops.indexOf(document.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
    stops[(at + stops.length) % stops.length].focus();
    e.preventDefault();
  });
}
