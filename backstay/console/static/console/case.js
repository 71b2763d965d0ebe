// The case page: reply or note, sending with Ctrl+Enter, the dialog that closes when its change is made.
function choose(tab, { focus }) {
  const compose = tab.closest("[data-compose]");
  compose.dataset.chosen = "";
  compose.querySelectorAll('[role="tab"]').forEach((each) => {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  });
  if (focus) document.getElementById(tab.getAttribute("aria-controls")).querySelector("textarea")?.focus();
}

function setUp() {
  const tab = document.querySelector('[data-compose]:not([data-chosen]) [role="tab"][aria-selected="true"]');
  if (tab) choose(tab, { focus: false });
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-compose] [role=tab]");
  if (tab) choose(tab, { focus: true });
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-compose] [role=tab]");
  if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const other = [...tab.parentElement.children].find((each) => each !== tab);
    choose(other, { focus: false });
    other.focus();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".reply textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape" && event.target.matches(".reply textarea")) event.target.blur();
});

// What the page shows counts as read for a reply that nobody has begun.
function readOn() {
  const head = document.querySelector("#case-live .case-head");
  const form = document.querySelector('#reply-panel form');
  if (!head || !form || form.querySelector("textarea").value.trim()) return;
  form.querySelector("[data-seen]").value = head.dataset.version;
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "case-live") readOn();
  setUp();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const dialog = event.target.closest?.("dialog#change");
  if (dialog && event.detail.xhr.status < 400 && event.detail.requestConfig.verb === "post") dialog.close();
});

setUp();
