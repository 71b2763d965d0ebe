// What the status region says stays for eight seconds on the screen.
const STAYS = 8000;
const region = document.getElementById("status");

const fade = () => region.querySelectorAll(".toast").forEach((toast) => setTimeout(() => toast.remove(), STAYS));

new MutationObserver((changes) => {
  if (changes.some((change) => change.addedNodes.length)) fade();
}).observe(region, { childList: true });
fade();
