// After a swap the focus stays on the control used; if that is gone, it goes to the new region's heading.
const SAME = ["id", "data-key", "name", "href"];
let used = null;

function signature(element) {
  const name = SAME.find((attribute) => element.getAttribute(attribute));
  return name ? `${element.localName}[${name}="${CSS.escape(element.getAttribute(name))}"]` : null;
}

function land(region) {
  const heading = region.matches("[data-heading]") ? region : region.querySelector("[data-heading], h1, h2, h3");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const held = document.activeElement;
  used = held && held !== document.body && event.detail.target.contains(held) ? signature(held) : null;
  event.detail.target.dataset.heldFocus = held && event.detail.target.contains(held) ? "yes" : "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  const region = event.detail.elt;
  const summary = region.matches("[data-error-summary]") ? region : region.querySelector("[data-error-summary]");
  if (summary) { summary.focus(); return; }
  const target = event.detail.target;
  if (document.activeElement !== document.body || !(used || target?.dataset.heldFocus)) return;
  const again = used && (region.matches(used) ? region : region.querySelector(used));
  if (again) again.focus({ preventScroll: true });
  else land(region);
  used = null;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.scrollIntoView({ block: "center" });
});

document.querySelector("[data-error-summary]")?.focus();
