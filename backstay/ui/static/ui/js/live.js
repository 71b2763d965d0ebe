// Regions with data-live-topics get the event "live" when one of their topics changed; htmx then re-reads them.
import { typing } from "./autosave.js";
import { Stream } from "./stream.js";

const PACE = 1000;
const JITTER = 200;
const RESET_JITTER = 3000;
const PATIENCE = 3000;
const body = document.body;
const seen = new WeakMap();
const marks = document.querySelectorAll("[data-live-mark]");
let after = 0;
let waiting = 0;
let leave = () => {};

const regions = () => [...document.querySelectorAll("[data-live-topics]")];

function nudge(region) {
  const last = seen.get(region) ?? 0;
  if (last > Date.now()) return;
  const at = Math.max(Date.now(), last + PACE) + Math.random() * JITTER;
  seen.set(region, at);
  setTimeout(() => {
    const present = region.isConnected ? region : document.getElementById(region.id);
    present?.dispatchEvent(new CustomEvent("live"));
  }, at - Date.now());
}

function remember(n) {
  if (n === null || n === undefined) return;
  after = Math.max(after, n);
}

function changed(topics) {
  regions().filter((region) => region.dataset.liveTopics.split(/\s+/).some((topic) => topics.includes(topic))).forEach(nudge);
}

// A reload would lose what is being typed: then the regions are read again and the stream goes on from n.
function reset(n) {
  if (n !== null && typing()) {
    remember(n);
    regions().forEach(nudge);
    join();
  } else setTimeout(() => location.reload(), Math.random() * RESET_JITTER);
}

// What the reader may see has changed. A page that they may not see any more goes at once, with all in it.
async function accessChanged() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer || answer.ok) { location.replace(location.pathname + location.search); return; }
  leave();
  const gone = document.getElementById("gone").content.cloneNode(true);
  document.title = gone.querySelector("h1").textContent;
  body.replaceChildren(gone);
  body.querySelector("main").focus();
}

// A connection that is back in a moment is not worth a word.
function mark(connected) {
  clearTimeout(waiting);
  const show = () => marks.forEach((line) => { line.hidden = connected; });
  if (connected) show();
  else waiting = setTimeout(show, PATIENCE);
}

function hears(message) {
  if (message.kind === "message") {
    remember(message.n);
    if (message.name === "AccessChanged") accessChanged();
    else changed([...message.topics, message.key]);
  }
  if (message.kind === "refresh") { remember(message.n); regions().forEach(nudge); }
  if (message.kind === "state") mark(message.connected);
  if (message.kind === "reset") reset(message.n);
}

function throughWorker(url) {
  const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name: `live ${body.dataset.liveAs}` });
  worker.port.onmessage = ({ data }) => hears(data);
  worker.port.postMessage({ kind: "join", url, after });
  return () => worker.port.postMessage({ kind: "leave" });
}

function alone(url) {
  const stream = new Stream(url, after, hears);
  return () => stream.close();
}

function join() {
  const url = new URL(body.dataset.live, location).href;
  try { leave = "SharedWorker" in window ? throughWorker(url) : alone(url); } catch { leave = alone(url); }
}

if (body.dataset.live) {
  after = Number(body.dataset.liveAfter);
  join();
  addEventListener("pagehide", () => leave());
  addEventListener("pageshow", (event) => { if (event.persisted) join(); });
}
