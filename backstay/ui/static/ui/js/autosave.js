// data-autosave="URL" on a form: what is typed is posted there shortly after, and when the page is left.
import { word } from "./words.js";

const PAUSE = 600;
const timers = new WeakMap();
const dirty = new Set();

function fields(form) {
  const data = new FormData(form);
  data.delete("idempotency_key");
  [...data.entries()].forEach(([name, value]) => { if (value instanceof File) data.delete(name); });
  return data;
}

function say(form, text) {
  const state = form.querySelector("[data-autosave-state]");
  if (state) state.textContent = text;
}

async function save(form) {
  dirty.delete(form);
  say(form, word("saving"));
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields(form), redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (!dirty.has(form)) say(form, word("saved", time));
  } catch {
    dirty.add(form);
    say(form, word("unsaved"));
  }
}

function forget(form) {
  clearTimeout(timers.get(form));
  dirty.delete(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  dirty.add(form);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), PAUSE));
});

document.addEventListener("submit", (event) => forget(event.target));

addEventListener("pagehide", () => dirty.forEach((form) => {
  if (form.isConnected) navigator.sendBeacon(form.dataset.autosave, fields(form));
}));
addEventListener("online", () => dirty.forEach(save));

export const typing = () => dirty.size > 0;
