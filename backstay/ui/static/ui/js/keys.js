// Keyboard: j, k and x over rows, / to find, and whatever data-key names. People can turn single keys off.
import { word } from "./words.js";

const PATIENCE = 1000;
const STORED = "bs-single-keys";
let pressed = [];
let timer = 0;

const enabled = () => { try { return localStorage.getItem(STORED) !== "off"; } catch { return true; } };
const writing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const shown = (element) => element.checkVisibility();
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(shown);
const here = () => document.activeElement.closest("[data-row]") || document.querySelector("[data-row][data-at]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const row = all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)];
  all.forEach((other) => other.removeAttribute("data-at"));
  row.dataset.at = "";
  (row.querySelector("a[href], button") || row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  x: () => here()?.querySelector('input[type="checkbox"]')?.click(),
  Enter: () => document.activeElement === document.body && here()?.querySelector("a[href]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
};

function use(element) {
  if (writing(element)) element.focus();
  else element.click();
}

function find(keys) {
  return [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === keys && shown(element));
}

function begins(keys) {
  return [...document.querySelectorAll("[data-key]")].some((element) => element.dataset.key.startsWith(`${keys} `));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !enabled()) return;
  if (writing(event.target) || document.querySelector("dialog[open]")) return;
  clearTimeout(timer);
  const keys = [...pressed, event.key].join(" ");
  const found = find(keys) || find(event.key);
  pressed = begins(keys) && !find(keys) ? [...pressed, event.key] : [];
  if (pressed.length) {
    timer = setTimeout(() => { pressed = []; }, PATIENCE);
    event.preventDefault();
  } else if (found) {
    event.preventDefault();
    use(found);
  } else if (event.key in actions) {
    if (event.key !== "Enter") event.preventDefault();
    actions[event.key]();
  }
});

function list() {
  const holder = document.querySelector("[data-keys-list]");
  holder.querySelectorAll("[data-listed]").forEach((old) => old.remove());
  [...document.querySelectorAll("[data-key]")].filter(shown).forEach((element) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    element.dataset.key.split(" ").forEach((key) => {
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    });
    text.textContent = element.dataset.command || element.getAttribute("aria-label") || label(element);
    [term, text].forEach((part) => { part.dataset.listed = ""; });
    holder.append(term, text);
  });
}

function label(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
  return (element.labels?.[0]?.textContent || copy.textContent || word("shortcuts")).trim();
}

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-opens="keys"]')) list();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-single-keys]")) return;
  try { localStorage.setItem(STORED, event.target.checked ? "on" : "off"); } catch { /* for this page only */ }
});
document.querySelectorAll("[data-single-keys]").forEach((box) => { box.checked = enabled(); });
