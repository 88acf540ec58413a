// Pictures under their cover. The first step fetches one and draws its first frame, blurred
// and grey; the second, a click of its own, takes both away. It is drawn and never put into
// the page as a picture: nothing moves, and nothing is kept once it is covered again.
"use strict";

for (const veil of document.querySelectorAll('.veil[data-shows="true"]')) {
  const box = veil.parentElement;
  const [first, second, cover] = box.querySelectorAll("[data-veil]");
  const word = veil.firstElementChild;
  const fault = box.querySelector(".veil-fault");
  const able = (one, two, three) => { first.disabled = !one; second.disabled = !two; cover.disabled = !three; };
  for (const b of [first, second, cover]) b.hidden = false;

  first.addEventListener("click", async () => {
    able(false, false, false);
    fault.textContent = "";
    try {
      const answer = await fetch("/media/" + veil.dataset.sha256, { cache: "no-store" });
      if (answer.redirected) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const picture = await createImageBitmap(await answer.blob());
      const canvas = document.createElement("canvas");
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.className = "step1";
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", veil.dataset.label);
      canvas.getContext("2d").drawImage(picture, 0, 0);
      picture.close();
      veil.replaceChildren(canvas);
      able(false, true, true);
      second.focus();
    } catch {
      fault.textContent = fault.dataset.words;
      able(true, false, false);
    }
  });
  second.addEventListener("click", () => {
    veil.firstElementChild.className = "step2";
    able(false, false, true);
    cover.focus();
  });
  cover.addEventListener("click", () => {
    veil.replaceChildren(word);
    able(true, false, false);
    first.focus();
  });
}
