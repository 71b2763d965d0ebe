// Lets this browser show pages: asks it for permission and an address, and sends both to the form's own.
const form = document.querySelector("form[data-push]");

function bytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64 + "=".repeat((4 - (base64.length % 4)) % 4)), (letter) => letter.charCodeAt(0));
}

async function subscribe() {
  const worker = await navigator.serviceWorker.register(form.dataset.pushWorker);
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(form.dataset.push),
  });
  const { endpoint, keys } = made.toJSON();
  form.elements.address.value = endpoint;
  form.elements.keys.value = JSON.stringify(keys);
  form.elements.label.value = navigator.userAgentData?.platform ?? "";
}

form?.addEventListener("submit", async (event) => {
  if (form.elements.address.value) return;
  event.preventDefault();
  try {
    await subscribe();
    form.requestSubmit();
  } catch {
    form.querySelector("[data-push-refused]").hidden = false;
  }
});
