// Clocks tick as text only: nothing is announced. At its instant a clock turns soon, then late.
import { word } from "./words.js";

const STORED = "bs-clock-offset";
let offset = Number(sessionStorage.getItem(STORED) ?? NaN);

function duration(seconds) {
  const whole = Math.abs(Math.trunc(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole % 86400 / 3600), Math.floor(whole % 3600 / 60)];
  if (days) return `${days} ${word("day")}${hours ? ` ${hours} h` : ""}`;
  if (hours) return `${hours} h${minutes ? ` ${minutes} min` : ""}`;
  return minutes ? `${minutes} min` : `${whole} s`;
}

function turn(clock, state) {
  if (clock.classList.contains(`clock-${state}`)) return;
  clock.classList.remove("clock-easy", "clock-soon");
  clock.classList.add(`clock-${state}`);
}

function tick(clock, now) {
  const apart = (Date.parse(clock.dataset.dueAt) - now) / 1000;
  const text = word(apart > 0 ? "left" : "late", duration(apart));
  const face = clock.querySelector(".clock-face");
  if (face.textContent !== text) face.textContent = text;
  if (apart <= 0) turn(clock, "late");
  else if (clock.dataset.soonAt && Date.parse(clock.dataset.soonAt) <= now) turn(clock, "soon");
}

function tickAll() {
  const now = Date.now() + (offset || 0);
  document.querySelectorAll("[data-due-at]:not([data-still] *)").forEach((clock) => tick(clock, now));
}

// A wrong clock in this machine must not show a wrong promise: the server's is asked once a session.
async function askServer() {
  const before = Date.now();
  const answer = await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
  const server = Date.parse(answer.headers.get("Date"));
  if (Number.isNaN(server)) return;
  const apart = server + 500 - (before + Date.now()) / 2;
  offset = Math.abs(apart) > 2000 ? apart : 0;
  sessionStorage.setItem(STORED, String(offset));
}

if (Number.isNaN(offset) && document.querySelector("[data-due-at]")) askServer().then(tickAll, () => {});
setInterval(() => { if (!document.hidden) tickAll(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tickAll(); });
document.addEventListener("htmx:load", tickAll);
