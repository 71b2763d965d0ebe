// Colours and density, remembered in this browser. A classic script in the head, so that no page flashes.
(() => {
  const defaults = { theme: "auto", density: "roomy" };
  const root = document.documentElement;

  const read = (name) => {
    try { return localStorage.getItem(`bs-${name}`) || defaults[name]; } catch { return defaults[name]; }
  };
  const apply = (name, value) => {
    if (value === defaults[name]) delete root.dataset[name];
    else root.dataset[name] = value;
  };
  const mark = (box) => {
    const value = read(box.dataset.appearance);
    box.querySelectorAll("[data-value]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    });
  };
  const markAll = () => document.querySelectorAll("[data-appearance]").forEach(mark);

  Object.keys(defaults).forEach((name) => apply(name, read(name)));
  document.addEventListener("DOMContentLoaded", markAll);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-appearance] [data-value]");
    if (!button) return;
    const name = button.closest("[data-appearance]").dataset.appearance;
    try { localStorage.setItem(`bs-${name}`, button.dataset.value); } catch { /* kept for this page only */ }
    apply(name, button.dataset.value);
    markAll();
  });
  addEventListener("storage", (event) => {
    if (!event.key || !event.key.startsWith("bs-")) return;
    Object.keys(defaults).forEach((name) => apply(name, read(name)));
    markAll();
  });
})();
