// A form with an idempotency key is sent once. A retry after a failure keeps the key; new work gets a new one.
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const keyOf = (form) => form.querySelector('input[name="idempotency_key"]');

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-disabled="true"][data-held]').forEach((button) => {
    button.removeAttribute("aria-disabled");
    delete button.dataset.held;
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!keyOf(form)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll('button:not([type="button"])').forEach((button) => {
    button.setAttribute("aria-disabled", "true");
    button.dataset.held = "yes";
  });
}, { capture: true });

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (!form || !keyOf(form)) return;
  const status = event.detail.xhr?.status ?? 0;
  if (form.dataset.sent && status >= 200 && status < 500) keyOf(form).value = freshKey();
  release(form);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
