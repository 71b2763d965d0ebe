// Ctrl+K or Cmd+K: every link and button with data-command, found by typing.
const palette = document.querySelector("[data-palette]");

function setUp() {
  const dialog = palette.closest("dialog");
  const input = palette.querySelector("input");
  const list = palette.querySelector("ul");
  const none = palette.querySelector(".palette-none");
  let options = [];
  let at = 0;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const fits = (text) => plain(input.value).split(/\s+/).every((part) => plain(text).includes(part));

  function mark() {
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
    else input.removeAttribute("aria-activedescendant");
    options[at]?.scrollIntoView({ block: "nearest" });
  }

  function option(element, index) {
    const item = Object.assign(document.createElement("li"), { id: `palette-${index}` });
    item.setAttribute("role", "option");
    item.append(Object.assign(document.createElement("span"), { textContent: element.dataset.command }));
    if (element.dataset.key) item.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
    item.addEventListener("click", () => run(element));
    return item;
  }

  function draw() {
    const seen = new Set();
    const commands = [...document.querySelectorAll("[data-command]")].filter((element) => {
      const name = element.dataset.command;
      return fits(name) && !seen.has(name) && seen.add(name);
    });
    options = commands.map(option);
    list.replaceChildren(...options);
    none.hidden = options.length > 0;
    list.hidden = options.length === 0;
    at = 0;
    mark();
  }

  function run(element) {
    dialog.close();
    element.click();
  }

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      at = (at + steps[event.key] + options.length) % (options.length || 1);
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      options[at]?.click();
    }
  });

  const open = () => { input.value = ""; draw(); };
  document.addEventListener("click", (event) => { if (event.target.closest('[data-opens="palette"]')) open(); });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) { dialog.close(); return; }
    dialog.showModal();
    open();
  });
}

if (palette) setUp();
