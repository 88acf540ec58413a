// The worklist by keys. Each key is printed on what it does; in a text field keys are
// letters. What is typed is kept in this tab until the server has recorded it.
"use strict";

const form = document.getElementById("decide");
const recorded = document.getElementById("recorded");
if (recorded) sessionStorage.removeItem("argine:" + recorded.dataset.item);

if (form) {
  const store = "argine:" + form.dataset.item;
  const toggle = document.getElementById("keys");
  const fields = () => [...form.elements].filter((f) => f.name && f.type !== "hidden" && f.type !== "submit");

  const kept = JSON.parse(sessionStorage.getItem(store) || "null");
  if (kept) {
    for (const f of fields()) {
      if (f.type === "radio" || f.type === "checkbox") f.checked = kept.chosen.includes(f.name + "=" + f.value);
      else if (kept.texts[f.name]) f.value = kept.texts[f.name];
    }
  }
  const keep = () => {
    const state = { chosen: [], texts: {} };
    for (const f of fields()) {
      if (f.type === "radio" || f.type === "checkbox") { if (f.checked) state.chosen.push(f.name + "=" + f.value); }
      else state.texts[f.name] = f.value;
    }
    sessionStorage.setItem(store, JSON.stringify(state));
  };
  form.addEventListener("input", keep);

  let on = localStorage.getItem("argine:keys") !== "off";
  const showKeys = () => {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(on));
    toggle.textContent = on ? toggle.dataset.wordOn : toggle.dataset.wordOff;
  };
  showKeys();
  toggle.addEventListener("click", () => {
    on = !on;
    localStorage.setItem("argine:keys", on ? "on" : "off");
    showKeys();
  });

  const inText = (el) => el && (el.tagName === "TEXTAREA" || el.tagName === "SELECT" || (el.tagName === "INPUT" && !["radio", "checkbox"].includes(el.type)));

  function press(el) {
    const folded = el.closest("details:not([open])");
    if (folded) folded.open = true;
    if (el.tagName === "TEXTAREA" || el.tagName === "SELECT") { el.focus(); return; }
    if (el.tagName === "A") { el.click(); return; }
    el.checked = el.type === "checkbox" ? !el.checked : true;
    el.focus({ focusVisible: true });
    keep();
  }

  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.ctrlKey || e.altKey || e.metaKey || document.querySelector("dialog[open]")) return;
    const at = document.activeElement;
    if (inText(at)) {
      if (e.key === "Escape") { at.blur(); }
      if (e.key === "Enter" && !e.shiftKey && at.form === form) {
        e.preventDefault();
        if (at.name === "purpose_reasons") form.elements.reasons.focus(); else form.requestSubmit();
      }
      return;
    }
    if (!on) return;
    if (e.key === "Enter") {
      if (at && ["A", "BUTTON", "SUMMARY"].includes(at.tagName)) return; // Enter presses what has the focus
      e.preventDefault();
      form.requestSubmit();
      return;
    }
    const target = form.querySelector('[data-key="' + CSS.escape(e.key.toLowerCase()) + '"]');
    if (target) { e.preventDefault(); press(target); }
  });
}
