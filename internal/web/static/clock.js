// Lets the clocks of the page run on. Without it they stand at the moment of loading, and the
// moment at which each ends stands beside it.
"use strict";

const clocks = [...document.querySelectorAll("[data-until][data-late]")];
// The server's clock and the browser's need not agree: what is left when the page is loaded is the server's word.
const loaded = performance.now();
for (const clock of clocks) {
  const m = /^(−?)(\d+):(\d\d):(\d\d)$/.exec(clock.textContent.trim());
  clock.leftAtLoad = m ? (m[1] ? -1 : 1) * (m[2] * 3600 + m[3] * 60 + +m[4]) : NaN;
}

function run() {
  for (const clock of clocks) {
    const left = Math.round(clock.leftAtLoad - (performance.now() - loaded) / 1000);
    if (Number.isNaN(left)) continue;
    const s = Math.abs(left), two = (n) => String(n).padStart(2, "0");
    clock.textContent = (left < 0 ? "−" : "") + two(Math.floor(s / 3600)) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
    if (left < 0) clock.closest(".hour, .hour-box")?.classList.add("late");
  }
}
setInterval(run, 1000);
