// The queue keeps its place: ticks, the row under the keyboard and the open case survive a re-read; new rows glow.
// On a wide screen a row opens beside the queue.
const WIDE = matchMedia("(min-width: 1181px)");
const split = document.querySelector("[data-split]");
const region = document.querySelector("[data-queue]");
let before = null;

const rows = () => [...region.querySelectorAll("[data-row]")];
const ticks = () => [...region.querySelectorAll('input[name="case"]')];

function count() {
  const ticked = ticks().filter((box) => box.checked).length;
  document.querySelector("[data-bulk-count]").textContent = ticked || "";
}

function remember() {
  before = {
    rows: new Set(rows().map((row) => row.id)),
    at: region.querySelector("[data-at]")?.id,
    ticked: new Set(ticks().filter((box) => box.checked).map((box) => box.value.split(":")[0])),
  };
}

function recall() {
  const last = before;
  before = null;
  if (!last) return;
  rows().forEach((row) => {
    if (!last.rows.has(row.id)) row.classList.add("fresh");
    if (row.id === last.at) row.dataset.at = "";
  });
  ticks().forEach((box) => { box.checked = last.ticked.has(box.value.split(":")[0]); });
  mark();
  count();
}

function mark() {
  const open = new URLSearchParams(location.search).get("case");
  rows().forEach((row) => row.classList.toggle("opened", row.querySelector("[data-number]")?.dataset.number === open));
}

async function openBeside(link) {
  const address = new URL(location);
  address.searchParams.set("case", link.dataset.number);
  split.dataset.open = "";
  await htmx.ajax("GET", `${link.getAttribute("href")}?beside=1`, { target: "#pane", swap: "innerHTML" });
  history.replaceState(history.state, "", address);
  region.setAttribute("hx-get", address.pathname + address.search);
  mark();
  document.getElementById("pane").scrollTo(0, 0);
}

if (split) {
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target === region) remember(); });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target === region) recall(); });
  document.addEventListener("change", (event) => { if (event.target.name === "case") count(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-queue] a[data-number]");
    if (!link || !WIDE.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openBeside(link);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.target.matches("[data-bulk]") || event.detail.xhr.status >= 400) return;
    ticks().forEach((box) => { box.checked = false; });
    count();
  });
  mark();
  count();
}
